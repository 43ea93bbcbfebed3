//! Takes out of samples what support does not need: credentials in headers and personal data in bodies. Secrets
//! have been masked when the record was written.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// What stands in the place of such values.
pub(super) const MASKED: &str = "‹masked›";

/// Header lines that carry credentials.
const HEADERS: [&str; 7] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "api-key",
    "x-auth-token",
];

/// Parts of names under which personal data and credentials go.
const NAMES: [&str; 26] = [
    "name",
    "nric",
    "mykad",
    "passport",
    "id_number",
    "identity",
    "email",
    "phone",
    "mobile",
    "address",
    "postcode",
    "birth",
    "dob",
    "account",
    "card",
    "cvv",
    "iban",
    "bank",
    "password",
    "secret",
    "token",
    "api_key",
    "apikey",
    "customer",
    "holder",
    "beneficiary",
];

/// Names that only look like those.
const HARMLESS: [&str; 7] = [
    "event_name",
    "product_name",
    "file_name",
    "filename",
    "card_type",
    "account_type",
    "token_type",
];

/// E-mail addresses, numbers of identity cards, phone numbers, and long numbers such as those of cards and accounts.
static SHAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)[\w.+-]+@[\w-]+(\.[\w-]+)+ | \b\d{6}-\d{2}-\d{4}\b | (\+|\b)60[\s-]?1?\d([\s-]?\d){6,9}\b |
          \b01\d-?\d{7,8}\b | \b\d{4}([\s-]?\d{4}){3}\b",
    )
    .ok()
});

/// The value of a header line as it may be shown.
pub(super) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let credential = HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known));
    if credential { MASKED } else { value }
}

/// A body as it may be shown: JSON and form fields by their names, everything else by what it looks like.
pub(super) fn body(text: &str) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(text)
        && (value.is_object() || value.is_array())
    {
        json(&mut value);
        return serde_json::to_string_pretty(&value).unwrap_or_default();
    }
    if is_form(text) {
        return fields(text);
    }
    shapes(text)
}

/// A URL or request target as it may be shown.
pub(super) fn target(text: &str) -> String {
    match text.split_once('?') {
        Some((path, query)) => format!("{}?{}", shapes(path), fields(query)),
        None => shapes(text),
    }
}

/// Free text as it may be shown.
pub(super) fn shapes(text: &str) -> String {
    match SHAPES.as_ref() {
        Some(shapes) => shapes.replace_all(text, MASKED).into_owned(),
        // Nothing is shown rather than something that was not looked at.
        None => MASKED.to_owned(),
    }
}

fn json(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let nested = member.is_object() || member.is_array();
                if is_private(name) && !nested && !member.is_null() {
                    *member = Value::from(MASKED);
                } else {
                    json(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(json),
        Value::String(text) => *text = shapes(text),
        _ => {}
    }
}

fn is_form(text: &str) -> bool {
    !text.is_empty()
        && text.split('&').all(|field| field.contains('='))
        && !text.contains([' ', '<', '{', '\n'])
}

fn fields(text: &str) -> String {
    let field = |field: &str| match field.split_once('=') {
        Some((name, _)) if is_private(name) => format!("{name}={MASKED}"),
        // An @ or + of an address is escaped in a form.
        Some((name, value)) => {
            let plain = value.replace("%40", "@").replace("%2B", "+").replace("%2b", "+");
            let shown = shapes(&plain);
            let shown = if shown == plain { value.to_owned() } else { shown };
            format!("{name}={shown}")
        }
        None => shapes(field),
    };
    text.split('&').map(field).collect::<Vec<_>>().join("&")
}

fn is_private(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    // Ids of things are what support searches by.
    let id = name.ends_with("_id") && name != "national_id";
    !id && !HARMLESS.contains(&name.as_str()) && NAMES.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_go_and_what_support_needs_stays() {
        let sample = r#"{"event_id":"evt_1","data":{"customer":{"name":"Aminah binti Yusof","customer_id":"C-7"},
            "email":"a@b.example","order_id":"ORD-1","amount":"12.50","note":"call 012-3456789 or x@y.example",
            "cards":[{"card_number":4111111111111111}],"product_name":"Motor"}}"#;
        let shown = body(sample);
        for gone in ["Aminah", "a@b", "012-3456789", "x@y", "4111"] {
            assert!(!shown.contains(gone), "{gone} in {shown}");
        }
        for kept in ["evt_1", "C-7", "ORD-1", "12.50", "Motor", "call "] {
            assert!(shown.contains(kept), "{kept} not in {shown}");
        }
        assert_eq!(
            body("status_id=1&order_id=O-1&name=Aminah+Yusof&email=a%40b.example&to=c%40d.example&hash=8f"),
            format!("status_id=1&order_id=O-1&name={MASKED}&email={MASKED}&to={MASKED}&hash=8f")
        );
        assert_eq!(body("IC 900101-14-5678."), format!("IC {MASKED}."));
        assert_eq!(
            target("/a?token=x&event_id=e"),
            format!("/a?token={MASKED}&event_id=e")
        );
        assert_eq!(header("Authorization", "Bearer x"), MASKED);
        assert_eq!(header("webhook-signature", "v1,abc"), "v1,abc");
    }
}
