//! Golden wire vectors: what a webhook of each kind looks like on the wire, byte for byte, under a
//! known key and at a known time. Made by the code that sends; for partners who write a receiver.

use rand::{SeedableRng as _, rngs::StdRng};
use serde::Serialize;

use super::{
    compose::{Composed, Signing, right, unreadable},
    forge::tampered,
};
use crate::{
    config::host::rfc3339,
    wire::{
        digest::sha256,
        event::{Event, EventType, References},
        header::Headers,
        money::Money,
        signature::{Scheme, SecretFormError, secret_bytes},
        tampering::{Tampering, Unreadable, Writing},
    },
};

/// The key of all vectors, as it is printed. It is public, so it must never be anybody's.
pub const KEY: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The API secret that one of the falsified vectors is signed with.
pub const API_SECRET: &str = "api-secret-of-the-vectors";

/// The receiver's clock, in UNIX seconds: 2026-01-01T00:00:00Z.
pub const NOW: i64 = 1_767_225_600;

/// What a right receiver does with a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// Its signature holds and its event can be acted on.
    Accept,
    /// It is not authentic: nothing may follow.
    Refuse,
    /// It is authentic, but no event can be read from it: nothing may follow, and nothing may break.
    Reject,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Vector {
    /// What it is, unique among the vectors.
    pub name: String,
    /// What is due.
    pub due: Due,
    /// Header lines in wire order and spelling.
    pub headers: Headers,
    /// The body, where it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The body in hex.
    pub body_hex: String,
}

/// All webhook vectors of a scheme: each event type, each way of writing, each unreadable body and
/// each falsification.
///
/// # Errors
///
/// When the key of the vectors is not of the scheme's form, which would be a mistake of this program.
pub fn webhooks(scheme: &Scheme) -> Result<Vec<Vector>, SecretFormError> {
    let key = secret_bytes(KEY)?;
    let signing = Signing {
        scheme,
        key: &key,
        printed: KEY,
        retired: None,
        next: None,
        api_secret: Some(API_SECRET),
        now: NOW,
    };
    let mut vectors = Vec::new();
    for kind in EventType::ALL {
        let name = kind.name().to_owned();
        let composed = right(signing, &event(kind, &name), Writing::Plain, &mut random(&name));
        vectors.push(vector(name, Due::Accept, composed));
    }
    for writing in Writing::ALL.iter().filter(|writing| **writing != Writing::Plain) {
        let name = format!("payment.success with {writing}");
        let event = event(EventType::PaymentSuccess, &name);
        let composed = right(signing, &event, *writing, &mut random(&name));
        vectors.push(vector(name, Due::Accept, composed));
    }
    for kind in Unreadable::ALL {
        let name = format!("payment.success whose body is {kind}");
        let composed = unreadable(signing, &event(EventType::PaymentSuccess, &name), *kind);
        vectors.push(vector(name, Due::Reject, composed));
    }
    for tampering in Tampering::ALL {
        let name = format!("payment.success falsified: {tampering}");
        let event = event(EventType::PaymentSuccess, &name);
        let (own, other) = (references("0001"), references("0002"));
        let composed = tampered(
            signing,
            &event,
            *tampering,
            &own,
            Some(&other),
            &mut random(&name),
        );
        vectors.push(vector(name, Due::Refuse, composed));
    }
    Ok(vectors)
}

fn event(kind: EventType, name: &str) -> Event {
    let digest = hex::encode(sha256(name.as_bytes()));
    let id = format!("evt_{}", digest.get(..20).unwrap_or(&digest));
    Event::new(
        id,
        kind,
        rfc3339(NOW * 1000 - 1_500),
        &references("0001"),
        &Money::sen(10_000),
    )
}

fn references(number: &str) -> References {
    References {
        order: format!("ORD-{number}"),
        policy: format!("POL-{number}"),
        transaction: format!("txn_{number}"),
        refund: format!("rfd_{number}"),
        claim: format!("CLM-{number}"),
    }
}

fn random(name: &str) -> StdRng {
    StdRng::from_seed(sha256(name.as_bytes()))
}

fn vector(name: String, due: Due, composed: Composed) -> Vector {
    Vector {
        name,
        due,
        headers: composed.headers,
        body_hex: hex::encode(&composed.body),
        body: String::from_utf8(composed.body).ok(),
    }
}
