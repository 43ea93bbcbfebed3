//! How the payload of a correctly signed event is made unusual.

use serde_json::{Value, json};

use super::compose::Composed;
use crate::{
    actors::deliverer::raw::Shape,
    wire::{event::Event, variation::Variation},
};

/// What some variations are made of.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// A number beyond 2^53 that nobody used before.
    pub number: String,
    /// The reference of another pending order.
    pub other: Option<String>,
    /// Where the canary can be called over https, under an internal-looking name, and plainly.
    pub canary: Option<[String; 3]>,
}

/// Bytes of a piece when a large body is sent, with a look for an early answer in between.
const PIECE: usize = 32 * 1024;

/// Marks text that is written as a JSON number.
const BARE: &str = "@bare@";

/// Carries the variation out on the event.
pub fn change(event: &mut Event, variation: Variation, material: &Material) {
    if let Some(name) = name(variation, material) {
        put(event, "metadata", json!({"customer_name": name, "note": name}));
        return;
    }
    match variation {
        Variation::NoReference => {
            for name in ["order_id", "policy_id", "transaction_id"] {
                event.data.remove(name);
            }
        }
        Variation::NoStatus => {
            event.data.remove("status");
        }
        Variation::NullMetadata => put(event, "metadata", Value::Null),
        Variation::NoMetadata => {
            event.data.remove("metadata");
        }
        Variation::EmptyMetadata => put(event, "metadata", json!({})),
        Variation::IdAsNumber => event.id.clone_from(&material.number),
        Variation::ReferenceAsList => {
            let own = event.data.get("order_id").cloned().unwrap_or_default();
            let both: Vec<Value> = material
                .other
                .iter()
                .map(|other| json!(other))
                .chain([own])
                .collect();
            put(event, "order_id", json!(both));
        }
        Variation::StatusFailed => put(event, "status", json!("failed")),
        Variation::StatusPending => put(event, "status", json!("pending")),
        Variation::TypeInCapitals => "Payment.Success".clone_into(&mut event.kind),
        Variation::TypeLonger => "payment.successful".clone_into(&mut event.kind),
        Variation::TypeUnderscore => "payment_success".clone_into(&mut event.kind),
        Variation::TypeAfterBlank => " payment.success".clone_into(&mut event.kind),
        Variation::DocumentOverHttps | Variation::DocumentOnInternalHost => {
            let place = usize::from(variation == Variation::DocumentOnInternalHost);
            let url = material.canary.as_ref().map(|urls| &urls[place]);
            let documents = json!({"receipt_url": url, "document_url": url,
                                   "documents": [{"type": "receipt", "url": url}]});
            put(event, "metadata", documents);
        }
        _ => {}
    }
}

/// The customer's name that a variation carries, if it is about text.
pub fn name(variation: Variation, material: &Material) -> Option<String> {
    Some(match variation {
        Variation::SqlFragment => "Aina' /* conformance */ || '".to_owned(),
        Variation::ScriptTag => {
            let nowhere = || "https://canary.invalid/receipt.pdf".to_owned();
            let source = material
                .canary
                .as_ref()
                .map_or_else(nowhere, |urls| urls[2].clone());
            format!("<script src=\"{source}\"></script>")
        }
        Variation::TemplateExpression => "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}".to_owned(),
        Variation::Formula => "=1+1".to_owned(),
        Variation::FalseLogLine => {
            "Aina\r\n2026-01-01T00:00:00Z INFO event_id=evt_false type=payment.success result=processed"
                .to_owned()
        }
        Variation::NulCharacter => "Aina\u{0}Binti".to_owned(),
        _ => return None,
    })
}

/// The body, where a plain rendering of the event would lose what is unusual about it.
pub fn written(event: &Event, variation: Variation) -> Option<Vec<u8>> {
    let without = |member: &str| {
        let mut document = event.document();
        if let Some(members) = document.as_object_mut() {
            members.shift_remove(member);
        }
        document.to_string().into_bytes()
    };
    let amount = event
        .data
        .get("amount")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Some(match variation {
        Variation::NoId => without("id"),
        Variation::NoType => without("type"),
        Variation::NoTime => without("created_at"),
        Variation::AmountAsNumber => {
            let mut marked = event.clone();
            put(&mut marked, "amount", json!(format!("{BARE}{amount}{BARE}")));
            bare(&marked)
        }
        Variation::IdAsNumber => bare(&Event {
            id: format!("{BARE}{}{BARE}", event.id),
            ..event.clone()
        }),
        Variation::AmountTwice => {
            let once = format!("\"amount\":\"{amount}\"");
            let twice = format!("\"amount\":\"1.10\",{once}");
            text(event).replacen(&once, &twice, 1).into_bytes()
        }
        Variation::Body20KiB => padded(event, 20 << 10),
        Variation::Body64KiB => padded(event, 64 << 10),
        Variation::Body5MiB => padded(event, 5 << 20),
        _ => return None,
    })
}

/// The message with the header lines of the variation, and how its bytes leave; none for the ordinary
/// way.
pub fn dressed(mut composed: Composed, variation: Variation) -> (Composed, Option<Shape>) {
    let content_type = match variation {
        Variation::ContentTypeCharset => Some("application/json; charset=utf-8"),
        Variation::ContentTypeLetters => Some("Application/JSON"),
        _ => None,
    };
    if let Some(content_type) = content_type {
        composed.headers.set("content-type", content_type);
    }
    let shape = match variation {
        Variation::Chunked => Some(Shape::Chunked { chunk: 200 }),
        // A partner that refuses the size early is heard before the connection breaks.
        Variation::Body5MiB => Some(Shape::Pieces {
            bytes: PIECE,
            pause: std::time::Duration::from_millis(1),
        }),
        _ => None,
    };
    (composed, shape)
}

fn put(event: &mut Event, member: &str, value: Value) {
    event.data.insert(member.to_owned(), value);
}

fn text(event: &Event) -> String {
    event.document().to_string()
}

fn bare(marked: &Event) -> Vec<u8> {
    text(marked)
        .replace(&format!("\"{BARE}"), "")
        .replace(&format!("{BARE}\""), "")
        .into_bytes()
}

/// The event with padding in its metadata, exactly so many bytes long.
fn padded(event: &Event, bytes: usize) -> Vec<u8> {
    let with = |padding: String| {
        let mut padded = event.clone();
        put(&mut padded, "metadata", json!({"padding": padding}));
        padded.body()
    };
    let frame = with(String::new()).len();
    with(
        "senang-"
            .chars()
            .cycle()
            .take(bytes.saturating_sub(frame))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{
        event::{EventType, References},
        header::Headers,
        money::Money,
    };

    fn event() -> Event {
        let references = References {
            order: "ORD-1".to_owned(),
            policy: "POL-1".to_owned(),
            transaction: "txn_1".to_owned(),
            refund: "ref_1".to_owned(),
            claim: "CLM-1".to_owned(),
        };
        let created = "2026-11-20T10:15:30.123Z".to_owned();
        let kind = EventType::PaymentSuccess;
        Event::new(
            "evt_1".to_owned(),
            kind,
            created,
            &references,
            &Money::sen(10_010),
        )
    }

    fn body(variation: Variation) -> String {
        let material = Material {
            number: "9007199254740993".to_owned(),
            other: Some("ORD-2".to_owned()),
            canary: Some([
                "https://a/".to_owned(),
                "http://b/".to_owned(),
                "http://c/".to_owned(),
            ]),
        };
        let mut event = event();
        change(&mut event, variation, &material);
        let body = written(&event, variation).unwrap_or_else(|| event.body());
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn each_variation_says_what_its_name_says() {
        for (variation, there) in [
            (Variation::NullMetadata, "\"metadata\":null"),
            (Variation::AmountAsNumber, "\"amount\":100.10,"),
            (Variation::AmountAsText, "\"amount\":\"100.10\","),
            (Variation::IdAsNumber, "{\"id\":9007199254740993,"),
            (Variation::ReferenceAsList, "\"order_id\":[\"ORD-2\",\"ORD-1\"]"),
            (
                Variation::AmountTwice,
                "\"amount\":\"1.10\",\"amount\":\"100.10\",",
            ),
            (Variation::StatusPending, "\"status\":\"pending\""),
            (Variation::TypeAfterBlank, "\"type\":\" payment.success\""),
            (Variation::NulCharacter, "Aina\\u0000Binti"),
            (Variation::ScriptTag, "<script src=\\\"http://c/\\\">"),
            (Variation::DocumentOverHttps, "\"receipt_url\":\"https://a/\""),
            (Variation::DocumentOnInternalHost, "\"receipt_url\":\"http://b/\""),
        ] {
            let body = body(variation);
            assert!(body.contains(there), "{variation}: {body}");
        }
        for (variation, gone) in [
            (Variation::NoId, "\"id\":\"evt"),
            (Variation::NoType, "payment.success"),
            (Variation::NoTime, "created_at"),
            (Variation::NoReference, "ORD-1"),
            (Variation::NoStatus, "status"),
            (Variation::NoMetadata, "metadata"),
        ] {
            let body = body(variation);
            assert!(!body.contains(gone), "{variation}: {body}");
        }
    }

    #[test]
    fn sizes_are_exact() {
        for (variation, bytes) in [
            (Variation::Body20KiB, 20_480),
            (Variation::Body64KiB, 65_536),
            (Variation::Body5MiB, 5_242_880),
        ] {
            assert_eq!(body(variation).len(), bytes, "{variation}");
        }
    }

    #[test]
    fn the_media_type_is_replaced_in_its_place() {
        let composed = Composed {
            headers: Headers::new()
                .with("content-type", "application/json")
                .with("a", "1"),
            body: Vec::new(),
            exact: false,
            right_digest: None,
        };
        let (dressed, shape) = dressed(composed, Variation::ContentTypeLetters);
        let expected = Headers::new()
            .with("content-type", "Application/JSON")
            .with("a", "1");
        assert_eq!((dressed.headers, shape), (expected, None));
    }
}
