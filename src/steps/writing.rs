//! Unusual but right ways of writing an event.

use serde::Serialize as _;
use serde_json::{Map, Value, json};

use crate::wire::{event::Event, tampering::Writing};

/// The customer's name that a writing carries, if it is about a name.
pub fn name(writing: Writing) -> Option<&'static str> {
    match writing {
        Writing::AccentedLatin => Some("Zoë Núñez-Östberg"),
        Writing::ChineseTamil => Some("陳美玲 அன்பு"),
        Writing::Emoji => Some("Aina \u{1F469}\u{200D}\u{1F680}"),
        Writing::LineSeparator => Some("Line\u{2028}Separator"),
        _ => None,
    }
}

/// The bytes of an event, written so.
pub fn write(event: &Event, writing: Writing) -> Vec<u8> {
    match writing {
        Writing::PrettyTabs => pretty(&event.document()),
        Writing::UnusualKeyOrder => reversed(&event.document()).to_string().into_bytes(),
        Writing::Escapes => {
            let noted = with_metadata(event, json!({"note": "caf\u{e9} a/b"}));
            noted
                .document()
                .to_string()
                .replace('/', "\\/")
                .replace('\u{e9}', "\\u00e9")
                .into_bytes()
        }
        Writing::Numbers => {
            // serde_json would write these its own way, so they are put in as text.
            let noted = with_metadata(event, json!({"rate": "@1.0@", "limit": "@1E2@"}));
            noted
                .document()
                .to_string()
                .replace("\"@", "")
                .replace("@\"", "")
                .into_bytes()
        }
        Writing::TrailingNewline => {
            let mut body = event.body();
            body.push(b'\n');
            body
        }
        other => match name(other) {
            Some(name) => with_metadata(event, json!({"customer_name": name})).body(),
            None => event.body(),
        },
    }
}

fn with_metadata(event: &Event, metadata: Value) -> Event {
    let mut event = event.clone();
    event.data.insert("metadata".to_owned(), metadata);
    event
}

fn pretty(document: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    match document.serialize(&mut serializer) {
        Ok(()) => bytes,
        Err(_) => document.to_string().into_bytes(),
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .rev()
                .map(|(key, value)| (key.clone(), reversed(value)))
                .collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{
        event::{EventType, References},
        money::Money,
    };

    #[test]
    fn each_writing_is_the_same_document_in_other_bytes() {
        let references = References {
            order: "ORD-1".to_owned(),
            policy: "POL-1".to_owned(),
            transaction: "txn_1".to_owned(),
            refund: "ref_1".to_owned(),
            claim: "CLM-1".to_owned(),
        };
        let created = "2026-11-20T10:15:30.123Z".to_owned();
        let event = Event::new(
            "evt_1".to_owned(),
            EventType::PaymentSuccess,
            created,
            &references,
            &Money::sen(100),
        );
        for writing in [
            Writing::PrettyTabs,
            Writing::UnusualKeyOrder,
            Writing::Escapes,
            Writing::Numbers,
            Writing::TrailingNewline,
        ] {
            let bytes = write(&event, writing);
            assert_ne!(bytes, event.body(), "{writing}");
            let parsed: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(parsed["data"]["order_id"], "ORD-1", "{writing}");
            // A rewrite that keeps the order of keys keeps an unusual order too.
            let kept = writing == Writing::UnusualKeyOrder;
            assert_eq!(parsed.to_string().into_bytes() == bytes, kept, "{writing}");
        }
        let numbers = String::from_utf8(write(&event, Writing::Numbers)).unwrap();
        assert!(
            numbers.contains(":1.0,") && numbers.contains(":1E2}"),
            "{numbers}"
        );
    }
}
