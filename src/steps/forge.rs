//! Webhook messages that are false in one way.

use rand::{Rng as _, rngs::StdRng};
use serde_json::Value;

use super::compose::{Composed, Parts, Signing, key};
use crate::wire::{
    digest::{hmac_sha1, hmac_sha256, sha256},
    event::{Event, EventType, References},
    header::Header,
    signature::Scheme,
    tampering::Tampering,
};

/// A message that is false in one way. `other` is another pending order of the partner's.
pub fn tampered(
    signing: Signing<'_>,
    event: &Event,
    tampering: Tampering,
    references: &References,
    other: Option<&References>,
    random: &mut StdRng,
) -> Composed {
    let body = event.body();
    tampered_body(signing, event, &body, tampering, (references, other), random)
}

/// The same for an event whose body is written in a way of its own.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each word of the vocabulary; cutting it would lose the exhaustive match"
)]
pub fn tampered_body(
    signing: Signing<'_>,
    event: &Event,
    body: &[u8],
    tampering: Tampering,
    (references, other): (&References, Option<&References>),
    random: &mut StdRng,
) -> Composed {
    let scheme = signing.scheme;
    let now = signing.now.to_string();
    let stale = (signing.now - 420).to_string();
    let body = body.to_vec();
    let plain = || signing.parts(&event.id, now.clone(), body.clone());
    let with_key = |key: &[u8]| {
        let signature = scheme.sign(key, &event.id, &now, &body);
        signing.composed(Parts { signature, ..plain() })
    };
    let with_signature = |signature: String| signing.composed(Parts { signature, ..plain() });
    let without = |header: &str| {
        let mut composed = signing.composed(plain());
        composed.headers.remove(header);
        composed
    };
    let at = |timestamp: String| signing.composed(signing.parts(&event.id, timestamp, body.clone()));
    let digest = scheme.digest(signing.key, &event.id, &now, &body);
    let content = scheme.signed_content(&event.id, &now, &body);
    let two = |name: &str, first: String, second: String, parts: Parts| {
        let mut composed = signing.composed(parts);
        let position = composed
            .headers
            .0
            .iter()
            .position(|header| header.0 == name)
            .unwrap_or_default();
        composed.headers.set(name, first);
        composed
            .headers
            .0
            .insert(position + 1, Header(name.to_owned(), second));
        Composed {
            exact: true,
            right_digest: None,
            ..composed
        }
    };
    match tampering {
        Tampering::NoSignatureHeader => without(&scheme.signature_header),
        Tampering::NoTimestampHeader => without(&scheme.timestamp_header),
        Tampering::NoIdHeader => without(&scheme.id_header),
        Tampering::EmptySignature => with_signature(String::new()),
        Tampering::RandomKey | Tampering::OtherPartnersKey => with_key(&key(random)),
        Tampering::RetiredKey => match signing.retired {
            Some(retired) => with_key(retired),
            None => with_key(&key(random)),
        },
        Tampering::ApiSecret => with_key(signing.api_secret.unwrap_or("api-secret-of-nobody").as_bytes()),
        Tampering::PrintedKey => with_key(signing.printed.as_bytes()),
        Tampering::EmptyKey => with_key(b""),
        Tampering::KeyUndefined => with_key(b"undefined"),
        Tampering::KeyNull => with_key(b"null"),
        Tampering::KeyNone => with_key(b"None"),
        Tampering::KeyChangeme => with_key(b"changeme"),
        Tampering::KeyStars => with_key(b"***"),
        Tampering::AmountDigit => changed(signing, plain(), |text| change_amount(text, event)),
        Tampering::StatusFlipped => {
            let failed = Event {
                kind: EventType::PaymentFailed.name().to_owned(),
                ..event.clone()
            };
            let failed = with_status(failed, EventType::PaymentFailed.status());
            let parts = signing.parts(&event.id, now.clone(), failed.body());
            changed(signing, parts, |text| {
                text.replace("\"payment.failed\"", "\"payment.success\"")
                    .replace("\"status\":\"failed\"", "\"status\":\"success\"")
            })
        }
        Tampering::NewlineAppended => changed(signing, plain(), |text| format!("{text}\n")),
        Tampering::ReferencesSwapped => changed(signing, plain(), |text| swap(text, references, other)),
        Tampering::OtherId => signing.composed(Parts {
            id: format!("{}x{}", event.id, random.random_range(0..10)),
            ..plain()
        }),
        Tampering::OtherTimestamp => signing.composed(Parts {
            timestamp: (signing.now - 5).to_string(),
            ..plain()
        }),
        Tampering::FirstEight => {
            with_signature(format!("{}{}", scheme.prefix, digest.get(..8).unwrap_or(&digest)))
        }
        Tampering::LabelOnly => with_signature(scheme.prefix.clone()),
        Tampering::OneByteShort => with_signature(resized(scheme, signing.key, &content, -1)),
        Tampering::OneByteLong => with_signature(resized(scheme, signing.key, &content, 1)),
        Tampering::AllZeros => {
            with_signature(format!("{}{}", scheme.prefix, scheme.encoding.encode(&[0; 32])))
        }
        Tampering::NotBase64 => with_signature(format!("{}this is !not! a digest", scheme.prefix)),
        Tampering::TimestampSoon => at("soon".to_owned()),
        Tampering::TimestampMillis => at((signing.now * 1000).to_string()),
        Tampering::TimestampLetters => at(format!("{now}abc")),
        Tampering::LabelV0 => with_signature(format!("v0,{digest}")),
        Tampering::LabelV2 => with_signature(format!("v2,{digest}")),
        Tampering::LabelV1a => with_signature(format!("v1a,{digest}")),
        Tampering::Sha1AsV1 => with_signature(format!(
            "{}{}",
            scheme.prefix,
            scheme.encoding.encode(&hmac_sha1(signing.key, &content))
        )),
        Tampering::UnkeyedAsV1 => with_signature(format!(
            "{}{}",
            scheme.prefix,
            scheme.encoding.encode(&sha256(&[signing.key, &body].concat()))
        )),
        Tampering::ThreeBad => {
            let bad: Vec<String> = (0..3)
                .map(|_| scheme.sign(&key(random), &event.id, &now, &body))
                .collect();
            with_signature(bad.join(" "))
        }
        Tampering::StaleThenFresh => {
            let parts = signing.parts(&event.id, stale.clone(), body.clone());
            two(&scheme.timestamp_header, stale, now.clone(), parts)
        }
        Tampering::FreshThenStale => {
            let parts = signing.parts(&event.id, stale.clone(), body.clone());
            two(&scheme.timestamp_header, now.clone(), stale, parts)
        }
        Tampering::TwoIds => two(
            &scheme.id_header,
            event.id.clone(),
            format!("{}second", event.id),
            plain(),
        ),
        Tampering::Stale => at(stale),
        Tampering::Future => at((signing.now + 420).to_string()),
    }
}

fn with_status(mut event: Event, status: &str) -> Event {
    event
        .data
        .insert("status".to_owned(), Value::String(status.to_owned()));
    event
}

/// Changes the body after signing.
fn changed(signing: Signing<'_>, parts: Parts, change: impl FnOnce(&str) -> String) -> Composed {
    let body = change(&String::from_utf8_lossy(&parts.body)).into_bytes();
    signing.composed(Parts { body, ..parts })
}

fn change_amount(text: &str, event: &Event) -> String {
    let Some(amount) = event.data.get("amount").and_then(Value::as_str) else {
        return text.to_owned();
    };
    let first = amount
        .chars()
        .next()
        .and_then(|digit| digit.to_digit(10))
        .unwrap_or(1);
    let other = format!(
        "{}{}",
        if first == 9 { 8 } else { first + 1 },
        amount.get(1..).unwrap_or_default()
    );
    text.replace(
        &format!("\"amount\":\"{amount}\""),
        &format!("\"amount\":\"{other}\""),
    )
}

fn swap(text: &str, references: &References, other: Option<&References>) -> String {
    let Some(other) = other else {
        return text.to_owned();
    };
    text.replace(&references.transaction, &other.transaction)
        .replace(&references.order, &other.order)
        .replace(&references.policy, &other.policy)
}

fn resized(scheme: &Scheme, key: &[u8], content: &[u8], by: i8) -> String {
    let mut digest = hmac_sha256(key, content).to_vec();
    if by < 0 {
        digest.truncate(31);
    } else {
        digest.push(0x5a);
    }
    format!("{}{}", scheme.prefix, scheme.encoding.encode(&digest))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::wire::money::Money;
    use crate::{steps::compose::right, wire::tampering::Writing};

    const NOW: i64 = 1_795_170_930;

    fn references(order: &str) -> References {
        References {
            order: format!("ORD-{order}"),
            policy: format!("POL-{order}"),
            transaction: format!("txn_{order}"),
            refund: format!("ref_{order}"),
            claim: format!("CLM-{order}"),
        }
    }

    fn event() -> Event {
        let created = "2026-11-20T10:15:30.123Z".to_owned();
        Event::new(
            "evt_1".to_owned(),
            EventType::PaymentSuccess,
            created,
            &references("one"),
            &Money::sen(10_000),
        )
    }

    /// Whether a verifier that follows the scheme to the letter accepts the message.
    fn verifies(key: &[u8], composed: &Composed) -> bool {
        let scheme = Scheme::standard_webhooks();
        let one = |name: &str| {
            let values: Vec<&str> = composed
                .headers
                .0
                .iter()
                .filter(|header| header.0.eq_ignore_ascii_case(name))
                .map(|header| header.1.trim())
                .collect();
            match values.as_slice() {
                [one] => Some((*one).to_owned()),
                _ => None,
            }
        };
        let (Some(id), Some(timestamp), Some(list)) = (
            one(&scheme.id_header),
            one(&scheme.timestamp_header),
            one(&scheme.signature_header),
        ) else {
            return false;
        };
        let Ok(time) = timestamp.parse::<i64>() else {
            return false;
        };
        let right = scheme.sign(key, &id, &timestamp, &composed.body);
        (time - NOW).abs() <= 300 && list.split(' ').any(|entry| entry == right)
    }

    #[test]
    fn every_tampering_is_refused_and_every_writing_accepted_by_a_strict_verifier() {
        let scheme = Scheme::standard_webhooks();
        let key = [7; 32];
        let signing = Signing {
            scheme: &scheme,
            key: &key,
            printed: "whsec_Bwc=",
            retired: Some(&[8; 32]),
            next: None,
            api_secret: Some("s"),
            now: NOW,
        };
        let mut random = StdRng::seed_from_u64(1);
        for tampering in Tampering::ALL {
            let other = references("two");
            let composed = tampered(
                signing,
                &event(),
                *tampering,
                &references("one"),
                Some(&other),
                &mut random,
            );
            assert!(!verifies(&key, &composed), "{tampering}");
        }
        for writing in Writing::ALL {
            assert!(
                verifies(&key, &right(signing, &event(), *writing, &mut random)),
                "{writing}"
            );
        }
    }

    #[test]
    fn the_right_digest_is_known_where_it_was_not_sent() {
        let scheme = Scheme::standard_webhooks();
        let signing = Signing {
            scheme: &scheme,
            key: &[7; 32],
            printed: "",
            retired: None,
            next: None,
            api_secret: None,
            now: NOW,
        };
        let mut random = StdRng::seed_from_u64(1);
        let mut digest = |tampering| {
            tampered(
                signing,
                &event(),
                tampering,
                &references("one"),
                None,
                &mut random,
            )
            .right_digest
        };
        assert!(digest(Tampering::RandomKey).is_some());
        assert_eq!(digest(Tampering::Stale), None);
        assert_eq!(digest(Tampering::LabelV0), None);
    }
}
