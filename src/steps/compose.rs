//! Webhook messages that are rightly signed, composed at the moment they are sent.

use rand::{RngCore as _, rngs::StdRng};
use serde_json::json;

use super::writing::write;
use crate::wire::{
    event::Event,
    header::Headers,
    signature::Scheme,
    tampering::{Unreadable, Writing},
};

/// What a message is signed with.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// The scheme of the profile.
    pub scheme: &'a Scheme,
    /// The partner's key.
    pub key: &'a [u8],
    /// The same key as it is printed.
    pub printed: &'a str,
    /// The key that a rotation has ended, if there is one.
    pub retired: Option<&'a [u8]>,
    /// The key that a rotation brings in, if there is one.
    pub next: Option<&'a [u8]>,
    /// The partner's API secret, if there is one.
    pub api_secret: Option<&'a str>,
    /// The attempt time in UNIX seconds.
    pub now: i64,
}

/// A message ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// Header lines, in order and spelling.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
    /// Whether order, spelling or repetition of header lines matters, so that an ordinary client
    /// would spoil it.
    pub exact: bool,
    /// The digest that would have been right, as text, where the message does not carry it.
    pub right_digest: Option<String>,
}

/// The parts that are signed and the headers that say so.
pub(super) struct Parts {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) body: Vec<u8>,
    pub(super) signature: String,
}

impl Signing<'_> {
    pub(super) fn parts(&self, id: &str, timestamp: String, body: Vec<u8>) -> Parts {
        let signature = self.scheme.sign(self.key, id, &timestamp, &body);
        Parts {
            id: id.to_owned(),
            timestamp,
            body,
            signature,
        }
    }

    fn headers(&self, parts: &Parts) -> Headers {
        Headers::new()
            .with("content-type", "application/json")
            .with(self.scheme.id_header.as_str(), parts.id.as_str())
            .with(self.scheme.timestamp_header.as_str(), parts.timestamp.as_str())
            .with(self.scheme.signature_header.as_str(), parts.signature.as_str())
    }

    /// A body, signed as it is at this moment.
    pub fn plainly(&self, id: &str, body: Vec<u8>) -> Composed {
        self.composed(self.parts(id, self.now.to_string(), body))
    }

    pub(super) fn composed(&self, parts: Parts) -> Composed {
        let headers = self.headers(&parts);
        let right = self
            .scheme
            .digest(self.key, &parts.id, &parts.timestamp, &parts.body);
        let right_digest = (!parts.signature.contains(&right)).then_some(right);
        Composed {
            headers,
            body: parts.body,
            exact: false,
            right_digest,
        }
    }
}

/// A correctly signed message.
pub fn right(signing: Signing<'_>, event: &Event, writing: Writing, random: &mut StdRng) -> Composed {
    let timestamp = match writing {
        Writing::Slow240 => signing.now - 240,
        Writing::Fast60 => signing.now + 60,
        _ => signing.now,
    };
    let mut parts = signing.parts(&event.id, timestamp.to_string(), write(event, writing));
    let old = signing
        .scheme
        .sign(&key(random), &parts.id, &parts.timestamp, &parts.body);
    let good = parts.signature.clone();
    parts.signature = match writing {
        Writing::OldThenNew => format!("{old} {good}"),
        Writing::NewThenOld => format!("{good} {old}"),
        Writing::NextKey => by_next(signing, &parts),
        Writing::BothKeys => format!("{good} {}", by_next(signing, &parts)),
        Writing::UnknownBadGood => format!("v9,unknown-scheme {old} {good}"),
        _ => good,
    };
    let mut composed = signing.composed(parts);
    let spell: Option<fn(&str) -> String> = match writing {
        Writing::LowerCase => Some(str::to_owned),
        Writing::TitleCase => Some(title_case),
        Writing::UpperCase => Some(str::to_ascii_uppercase),
        _ => None,
    };
    if let Some(spell) = spell {
        composed.exact = true;
        for header in &mut composed.headers.0 {
            header.0 = spell(&header.0);
            if writing == Writing::TitleCase {
                header.1 = format!("  {}  ", header.1);
            }
        }
    }
    composed
}

/// The signature by the key that a rotation brings in; by the only key where there is no rotation.
fn by_next(signing: Signing<'_>, parts: &Parts) -> String {
    let key = signing.next.unwrap_or(signing.key);
    signing.scheme.sign(key, &parts.id, &parts.timestamp, &parts.body)
}

/// A correctly signed body that cannot be read as an event.
pub fn unreadable(signing: Signing<'_>, event: &Event, kind: Unreadable) -> Composed {
    let whole = event.body();
    let body = match kind {
        Unreadable::CutOff => whole[..whole.len() * 2 / 3].to_vec(),
        Unreadable::Empty => Vec::new(),
        Unreadable::EmptyArray => b"[]".to_vec(),
        Unreadable::Null => b"null".to_vec(),
        Unreadable::InvalidUtf8 => with_name(event, b"\xff\xfe\xfa"),
        Unreadable::LoneSurrogate => with_name(event, br"\ud800"),
    };
    signing.composed(signing.parts(&event.id, signing.now.to_string(), body))
}

fn with_name(event: &Event, name: &[u8]) -> Vec<u8> {
    const PLACE: &str = "name-stands-here";
    let mut named = event.clone();
    named
        .data
        .insert("metadata".to_owned(), json!({"customer_name": PLACE}));
    let body = named.body();
    let text = String::from_utf8_lossy(&body).into_owned();
    let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
    [before.as_bytes(), name, after.as_bytes()].concat()
}

pub(super) fn key(random: &mut StdRng) -> [u8; 32] {
    let mut key = [0; 32];
    random.fill_bytes(&mut key);
    key
}

fn title_case(name: &str) -> String {
    name.split('-')
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            })
        })
        .collect::<Vec<_>>()
        .join("-")
}
