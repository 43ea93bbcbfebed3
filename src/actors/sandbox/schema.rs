//! What a request must look like. The contract fixes the fields named here; further members are
//! welcome everywhere.

use serde_json::{Map, Value};

use super::{reply::FieldError, target::Target};
use crate::wire::{
    fault::ApiCall,
    header::Headers,
    money::{Currency, parse_minor},
};

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text without control characters, at most so many characters.
    Text(usize),
    /// The partner's own reference: letters, digits and hyphens, 1 to 100.
    Reference,
    /// An identity card or passport number: letters, digits and hyphens, 5 to 20.
    IdNumber,
    /// An address of electronic mail.
    Email,
    /// 7 to 15 digits, with or without a plus sign in front.
    Phone,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A positive amount as text with two decimal places.
    Amount,
    /// An ISO 4217 code.
    Currency,
    /// Text, or an object with at least one member.
    TextOrObject,
    /// Anything but null.
    Present,
}

use Kind::{Amount, Date, Email, IdNumber, Phone, Present, Reference, Text, TextOrObject};

pub(super) type Fields = &'static [(&'static str, Kind)];

/// Members that must be there.
pub(super) fn required(call: ApiCall) -> Fields {
    match call {
        ApiCall::Token => &[("grant_type", Text(64))],
        ApiCall::Quotation => &[("product_code", Text(64)), ("cover", Present)],
        ApiCall::Customer => &[
            ("name", Text(200)),
            ("id_number", IdNumber),
            ("email", Email),
            ("phone", Phone),
            ("birth_date", Date),
            ("address", TextOrObject),
        ],
        ApiCall::Policy => &[
            ("quotation_id", Text(255)),
            ("customer_id", Text(255)),
            ("order_id", Reference),
        ],
        ApiCall::Payment => &[
            ("policy_id", Text(255)),
            ("order_id", Reference),
            ("amount", Amount),
            ("currency", Kind::Currency),
        ],
        ApiCall::Refund => &[("amount", Amount)],
        ApiCall::Cancellation => &[("reason", Text(500))],
        ApiCall::Claim => &[("policy_id", Text(255))],
        _ => &[],
    }
}

/// Members that may be there, or be null.
pub(super) fn optional(call: ApiCall) -> Fields {
    match call {
        ApiCall::Quotation => &[("birth_date", Date)],
        ApiCall::Policy => &[("premium", Amount), ("currency", Kind::Currency)],
        ApiCall::Payment => &[("description", Text(500))],
        ApiCall::Refund => &[("reason", Text(500)), ("currency", Kind::Currency)],
        ApiCall::Claim => &[("incident_date", Date), ("amount", Amount)],
        _ => &[],
    }
}

/// The facts that a call must carry besides its named fields, whatever their names.
pub(super) fn facts(call: ApiCall) -> Option<&'static str> {
    match call {
        ApiCall::Quotation => Some("applicant"),
        ApiCall::Claim => Some("incident"),
        _ => None,
    }
}

/// What a request carries and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The members of the body.
    pub members: Map<String, Value>,
    /// Every fault that was found.
    pub errors: Vec<FieldError>,
}

/// Holds a request against the contract.
pub fn check(call: ApiCall, target: &Target, headers: &Headers, body: &[u8]) -> Checked {
    let mut checked = Checked::default();
    if call == ApiCall::Transactions {
        check_period(target, &mut checked.errors);
    }
    if !call.writes() && call != ApiCall::Token {
        return checked;
    }
    if let Some(key) = headers.get("idempotency-key")
        && (key.is_empty() || key.len() > 255)
    {
        checked.errors.push(FieldError::new(
            "Idempotency-Key",
            "must have 1 to 255 characters",
        ));
    }
    match members(call, headers, body) {
        Ok(members) => checked.members = members,
        Err(error) => {
            checked.errors.push(error);
            return checked;
        }
    }
    for (name, kind) in required(call) {
        match checked.members.get(*name) {
            None | Some(Value::Null) => checked.errors.push(FieldError::new(*name, "is missing")),
            Some(value) => checked.errors.extend(wrong(name, *kind, value)),
        }
    }
    for (name, kind) in optional(call) {
        match checked.members.get(*name) {
            None | Some(Value::Null) => {}
            Some(value) => checked.errors.extend(wrong(name, *kind, value)),
        }
    }
    if let Some(facts) = facts(call)
        && checked
            .members
            .keys()
            .all(|name| required(call).iter().any(|(known, _)| known == name))
    {
        checked.errors.push(FieldError::new(facts, "is missing"));
    }
    checked
}

fn members(call: ApiCall, headers: &Headers, body: &[u8]) -> Result<Map<String, Value>, FieldError> {
    let kind = headers.get("content-type").unwrap_or_default();
    let essence = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if call == ApiCall::Token && essence == "application/x-www-form-urlencoded" {
        return Ok(url::form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect());
    }
    if essence != "application/json" {
        return Err(FieldError::new("Content-Type", "must be application/json"));
    }
    let text = std::str::from_utf8(body).map_err(|_| FieldError::new("body", "must be UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(FieldError::new("body", "must be a JSON object")),
        Err(_) => Err(FieldError::new("body", "must be JSON")),
    }
}

fn check_period(target: &Target, errors: &mut Vec<FieldError>) {
    for (name, value) in target.parameters() {
        if (name == "from" || name == "to") && moment(&value).is_none() {
            errors.push(FieldError::new(name, "must be a day or an RFC 3339 moment"));
        }
    }
}

/// A day (its start in UTC) or an RFC 3339 moment, as UNIX milliseconds.
pub fn moment(text: &str) -> Option<i64> {
    if let Some(day) = day(text) {
        let zoned = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        return Some(zoned.timestamp().as_millisecond());
    }
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}

/// A day written `YYYY-MM-DD`.
pub fn day(text: &str) -> Option<jiff::civil::Date> {
    let digits = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if digits { text.parse().ok() } else { None }
}

fn wrong(name: &str, kind: Kind, value: &Value) -> Option<FieldError> {
    let error = |message: &str| Some(FieldError::new(name, message));
    match kind {
        Present => return None,
        TextOrObject => {
            if let Value::Object(members) = value {
                return if members.is_empty() {
                    error("must not be empty")
                } else {
                    None
                };
            }
        }
        _ => {}
    }
    let Value::String(text) = value else {
        return error("must be text");
    };
    let (right, message) = match kind {
        Text(limit) => (
            !text.trim().is_empty()
                && text.chars().count() <= limit
                && !text
                    .chars()
                    .any(|one| one.is_control() && !matches!(one, '\n' | '\t' | '\r')),
            "must be text of the allowed length without control characters",
        ),
        Reference => (is_reference(text), "must be 1 to 100 letters, digits and hyphens"),
        IdNumber => (
            (5..=20).contains(&text.len()) && is_reference(text),
            "must be an identity number",
        ),
        Email => (is_email(text), "must be an e-mail address"),
        Phone => (
            is_phone(text),
            "must be 7 to 15 digits, with or without a plus sign in front",
        ),
        Date => (day(text).is_some(), "must be a day like 2026-11-20"),
        Amount => (
            parse_minor(text).is_ok_and(|minor| minor > 0),
            "must be a positive amount with two decimal places, as text",
        ),
        Kind::Currency => (text.parse::<Currency>().is_ok(), "must be three capital letters"),
        TextOrObject | Present => (!text.trim().is_empty(), "must not be empty"),
    };
    if right { None } else { error(message) }
}

fn is_reference(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_email(text: &str) -> bool {
    text.chars().count() <= 254
        && !text.chars().any(|one| one.is_whitespace() || one.is_control())
        && text.split_once('@').is_some_and(|(mailbox, domain)| {
            !mailbox.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fields(call: ApiCall, body: &Value) -> Vec<String> {
        let headers = Headers::new().with("content-type", "application/json; charset=utf-8");
        let checked = check(call, &Target::parse("/"), &headers, body.to_string().as_bytes());
        checked.errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn every_wrong_field_of_a_customer_is_named() {
        let right = json!({"name": "Aïn binti a/l 陈", "id_number": "010229-14-5678", "email": "a@b.my",
            "phone": "+60123456789", "birth_date": "2004-02-29", "address": {"city": "Ipoh"}});
        assert_eq!(fields(ApiCall::Customer, &right), Vec::<String>::new());
        let wrong = json!({"name": " ", "id_number": 5, "email": "a@b@c", "phone": "12-34",
            "birth_date": "2005-02-29", "address": {}});
        assert_eq!(
            fields(ApiCall::Customer, &wrong),
            ["name", "id_number", "email", "phone", "birth_date", "address"]
        );
        assert_eq!(fields(ApiCall::Customer, &json!({})).len(), 6);
    }

    #[test]
    fn amounts_are_text_with_two_places() {
        for wrong in [
            json!(10),
            json!(10.5),
            json!("10"),
            json!("1,000.00"),
            json!("0.00"),
            json!("0.300000004"),
        ] {
            let body = json!({"policy_id": "p", "order_id": "O-1", "amount": wrong, "currency": "MYR"});
            assert_eq!(fields(ApiCall::Payment, &body), ["amount"], "{body}");
        }
    }

    #[test]
    fn facts_may_be_flat_or_nested_but_not_absent() {
        let bare = json!({"product_code": "MOTOR", "cover": "basic"});
        assert_eq!(fields(ApiCall::Quotation, &bare), ["applicant"]);
        let nested = json!({"product_code": "MOTOR", "cover": 5, "applicant": {"age": 30}});
        assert_eq!(fields(ApiCall::Quotation, &nested), Vec::<String>::new());
        let flat = json!({"product_code": "MOTOR", "cover": "basic", "age": 30});
        assert_eq!(fields(ApiCall::Quotation, &flat), Vec::<String>::new());
    }

    #[test]
    fn type_and_encoding_are_held() {
        let target = Target::parse("/");
        let wrong = |kind: &str, body: &[u8]| {
            let headers = Headers::new().with("Content-Type", kind);
            check(ApiCall::Claim, &target, &headers, body)
                .errors
                .remove(0)
                .field
        };
        assert_eq!(wrong("text/plain", b"{}"), "Content-Type");
        assert_eq!(wrong("application/json", b"{\"a\":\"\xff\"}"), "body");
        assert_eq!(wrong("application/json", b"[]"), "body");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200), query in ".{0,60}") {
            let headers = Headers::new().with("content-type", "application/json");
            let target = Target::parse(&format!("/v1/transactions?{query}"));
            for call in [ApiCall::Customer, ApiCall::Transactions, ApiCall::Token] {
                let _ = check(call, &target, &headers, &body);
            }
        }
    }
}
