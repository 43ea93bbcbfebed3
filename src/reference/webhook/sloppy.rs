//! Reading with mistakes: what a careless reader takes a document for, before the strict one sees it.
//! Without one of its defects a body passes through untouched.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::reference::clock;
use crate::reference::defect::{Defect, Defects};

const REWRITING: &[Defect] = &[
    Defect::DefaultFill,
    Defect::TypeCoerce,
    Defect::TypeOnly,
    Defect::PrefixMatchType,
    Defect::FloatMoney,
];

/// Most memory of a service without a limit of its own; kept small, so that the machine is safe.
const MEMORY: usize = 4 << 20;

/// Largest body, in bytes, under the switched-on mistakes.
pub fn limit(defects: Defects, usual: usize) -> usize {
    if defects.has(Defect::Limit16k) {
        16 << 10
    } else if defects.has(Defect::OomOnLarge) {
        64 << 20
    } else {
        usual
    }
}

/// Whether a service without a limit has run out of memory over this body.
pub fn exhausted(defects: Defects, body: &[u8]) -> bool {
    defects.has(Defect::OomOnLarge) && body.len() > MEMORY
}

/// Whether the head is refused for want of a length.
pub fn misses_length(defects: Defects, headers: &HeaderMap) -> bool {
    defects.has(Defect::NeedsContentLength) && !headers.contains_key(CONTENT_LENGTH)
}

/// Whether the body is left unread because its media type is not spelt as expected.
pub fn ignores_body(defects: Defects, headers: &HeaderMap) -> bool {
    let exact = |value: &http::HeaderValue| value == "application/json";
    defects.has(Defect::StrictContentType) && !headers.get(CONTENT_TYPE).is_some_and(exact)
}

/// Whether the handler falls over a null where it expects members.
pub fn trips_over_null(defects: Defects, body: &[u8]) -> bool {
    defects.has(Defect::NullDeref)
        && serde_json::from_slice::<Value>(body)
            .is_ok_and(|document| document.pointer("/data/metadata") == Some(&Value::Null))
}

/// The document as a careless reader takes it. `signed_id` is the id of the header.
pub fn taken_for<'a>(defects: Defects, body: &'a [u8], signed_id: Option<&str>) -> Cow<'a, [u8]> {
    if !defects.has_any(REWRITING) {
        return Cow::Borrowed(body);
    }
    let Ok(Value::Object(mut event)) = serde_json::from_slice(body) else {
        return Cow::Borrowed(body);
    };
    if defects.has(Defect::TypeCoerce) {
        event.iter_mut().for_each(|(_, value)| coerce(value));
    }
    if defects.has(Defect::DefaultFill) {
        fill(&mut event, signed_id);
    }
    if defects.has(Defect::PrefixMatchType) {
        match_by_prefix(&mut event);
    }
    if let Some(Value::Object(data)) = event.get_mut("data") {
        if defects.has(Defect::TypeCoerce) {
            data.iter_mut().for_each(|(_, value)| coerce(value));
        }
        if defects.has(Defect::FloatMoney) {
            float(data);
        }
    }
    if defects.has(Defect::TypeOnly)
        && event.get("type") == Some(&json!("payment.success"))
        && let Some(Value::Object(data)) = event.get_mut("data")
    {
        data.insert("status".to_owned(), json!("success"));
    }
    Cow::Owned(Value::Object(event).to_string().into_bytes())
}

/// A list becomes its first item, a number its whole part.
fn coerce(value: &mut Value) {
    match value {
        Value::Array(items) => {
            *value = items.first().cloned().unwrap_or_default();
        }
        Value::Number(number) => {
            let text = number.to_string();
            let whole = text.split('.').next().unwrap_or_default();
            *value = json!(whole);
        }
        _ => {}
    }
}

fn fill(event: &mut Map<String, Value>, signed_id: Option<&str>) {
    let now = Timestamp::from_second(clock::unix_seconds()).unwrap_or_default();
    let id = signed_id.map_or_else(|| now.to_string(), str::to_owned);
    event.entry("id").or_insert_with(|| json!(id));
    event
        .entry("created_at")
        .or_insert_with(|| json!(now.to_string()));
    if let Some(Value::Object(data)) = event.get_mut("data") {
        data.entry("status").or_insert_with(|| json!("success"));
    }
}

fn match_by_prefix(event: &mut Map<String, Value>) {
    let Some(Value::String(kind)) = event.get_mut("type") else {
        return;
    };
    let letters: String = kind
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_lowercase();
    if letters.starts_with("payments") {
        "payment.success".clone_into(kind);
    }
}

fn float(data: &mut Map<String, Value>) {
    let single = data
        .get("amount")
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<f32>().ok());
    if let Some(amount) = single {
        data.insert("amount".to_owned(), json!(format!("{amount:.2}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(defect: Defect, text: &str) -> Value {
        let defects: Defects = [defect].into_iter().collect();
        serde_json::from_slice(&taken_for(defects, text.as_bytes(), Some("evt_1"))).unwrap()
    }

    #[test]
    fn without_a_defect_not_a_byte_changes() {
        let odd = b"{\"a\": 1.0,\n \"a\":2}";
        assert_eq!(taken_for(Defects::default(), odd, None).as_ref(), odd);
    }

    #[test]
    fn each_mistake_is_made() {
        let filled = read(Defect::DefaultFill, r#"{"data":{}}"#);
        assert_eq!(
            (&filled["id"], &filled["data"]["status"]),
            (&json!("evt_1"), &json!("success"))
        );
        let coerced = read(
            Defect::TypeCoerce,
            r#"{"id":7,"data":{"order_id":["b","a"],"amount":100.10}}"#,
        );
        assert_eq!(
            coerced,
            json!({"id": "7", "data": {"order_id": "b", "amount": "100"}})
        );
        for kind in [
            "Payment.Success",
            " payment.success",
            "payment_success",
            "payment.successful",
        ] {
            let text = json!({ "type": kind }).to_string();
            assert_eq!(read(Defect::PrefixMatchType, &text)["type"], "payment.success");
        }
        let floated = read(Defect::FloatMoney, r#"{"data":{"amount":"1234567.89"}}"#);
        assert_ne!(floated["data"]["amount"], "1234567.89");
        let floated = read(Defect::FloatMoney, r#"{"data":{"amount":"10.10"}}"#);
        assert_eq!(floated["data"]["amount"], "10.10");
    }
}
