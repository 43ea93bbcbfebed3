//! The fields of a callback. Each may stand there once; identifiers and status come as text or as
//! whole numbers and are kept as their printed text, because the hash is made over that text.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{multipart, naive};
use crate::reference::defect::Defects;
use crate::reference::json;

/// Why a callback cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Neither JSON object nor form.
    #[error("callback is neither a JSON object nor a form")]
    Format,
    /// A field is missing, repeated or of the wrong type.
    #[error("field `{0}` is missing, repeated or unusable")]
    Field(&'static str),
}

/// A callback or notice as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A payment report.
    Payment(Payment),
    /// A life-cycle notice about a schedule.
    Notice(Notice),
}

/// A payment report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Status text, exactly as sent.
    pub status: String,
    /// Recurring id; outside the hash.
    pub recurring_id: Option<String>,
    /// Order id, exactly as sent.
    pub order: String,
    /// Transaction id; empty for payments refused before processing.
    pub transaction: String,
    /// Message text.
    pub msg: String,
    /// Hash as sent.
    pub hash: String,
    /// Next payment, UNIX seconds; `None` if absent, unreadable or not positive.
    pub next_payment: Option<i64>,
}

/// A notice about a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What is said to have happened; outside the hash.
    pub action: String,
    /// Recurring id.
    pub recurring_id: String,
    /// Kind of schedule.
    pub kind: String,
    /// Customer e-mail address; only ever hashed.
    pub email: String,
    /// Hash as sent.
    pub hash: String,
}

/// Reads a callback by its declared media type; without one by its first character.
pub fn read(media_type: &str, body: &[u8], defects: Defects) -> Result<Message, Unreadable> {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let looks_like_json = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let source = match essence.as_str() {
        "application/x-www-form-urlencoded" => Source::Pairs(pairs(body)),
        "multipart/form-data" => Source::Pairs(multipart::read(media_type, body).ok_or(Unreadable::Format)?),
        essence if essence.ends_with("json") || looks_like_json => match json::parse(body) {
            Ok(Value::Object(members)) => Source::Members(members, defects),
            _ => return Err(Unreadable::Format),
        },
        _ => Source::Pairs(pairs(body)),
    };
    source.message()
}

fn pairs(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

enum Source {
    Members(Map<String, Value>, Defects),
    Pairs(Vec<(String, String)>),
}

impl Source {
    fn message(&self) -> Result<Message, Unreadable> {
        let hash = self.hash()?;
        if let Some(action) = self.text("action")? {
            return Ok(Message::Notice(Notice {
                action,
                recurring_id: self.text("recurring_id")?.unwrap_or_default(),
                kind: self.text("type")?.unwrap_or_default(),
                email: self.text("customer_email")?.unwrap_or_default(),
                hash,
            }));
        }
        Ok(Message::Payment(Payment {
            recurring_id: self.text("recurring_id").ok().flatten(),
            status: self.text("status_id")?.ok_or(Unreadable::Field("status_id"))?,
            order: self
                .text("order_id")?
                .filter(|order| (1..=255).contains(&order.len()))
                .ok_or(Unreadable::Field("order_id"))?,
            transaction: self.text("transaction_id")?.unwrap_or_default(),
            msg: self.text("msg")?.unwrap_or_default(),
            hash,
            next_payment: self
                .text("next_payment_date")
                .ok()
                .flatten()
                .and_then(|text| text.parse().ok())
                .filter(|seconds| *seconds > 0),
        }))
    }

    fn hash(&self) -> Result<String, Unreadable> {
        let text = match self {
            Self::Members(members, _) => members.get("hash").and_then(Value::as_str).map(str::to_owned),
            Self::Pairs(_) => self.text("hash")?,
        };
        Ok(text.unwrap_or_default())
    }

    fn text(&self, name: &'static str) -> Result<Option<String>, Unreadable> {
        match self {
            Self::Members(members, defects) => match members.get(name) {
                None | Some(Value::Null) => Ok(None),
                Some(value) if let Some(text) = naive::misread(value, *defects) => Ok(text),
                Some(Value::String(text)) => Ok(Some(text.clone())),
                Some(Value::Number(number)) if number.is_u64() || number.is_i64() => {
                    Ok(Some(number.to_string()))
                }
                Some(_) => Err(Unreadable::Field(name)),
            },
            Self::Pairs(pairs) => {
                let mut values = pairs
                    .iter()
                    .filter(|(key, _)| key == name)
                    .map(|(_, value)| value);
                match (values.next(), values.next()) {
                    (value, None) => Ok(value.cloned()),
                    (_, Some(_)) => Err(Unreadable::Field(name)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn payment(media_type: &str, body: &str) -> Result<Payment, Unreadable> {
        match read(media_type, body.as_bytes(), Defects::default())? {
            Message::Payment(payment) => Ok(payment),
            Message::Notice(notice) => panic!("{notice:?}"),
        }
    }

    #[test]
    fn numbers_and_text_mean_the_same() {
        let number = payment(
            "application/json",
            r#"{"status_id":0,"order_id":12,"transaction_id":1234567890123456789,"hash":"h"}"#,
        );
        let text = payment(
            "",
            r#"{"status_id":"0","order_id":"12","transaction_id":"1234567890123456789","hash":"h"}"#,
        );
        assert_eq!(number, text);
        assert_eq!(number.unwrap().transaction, "1234567890123456789");
    }

    #[test]
    fn repeated_and_array_fields_do_not_count() {
        let form = "application/x-www-form-urlencoded";
        assert_eq!(
            payment(form, "status_id=0&status_id=1&order_id=1&hash=h"),
            Err(Unreadable::Field("status_id"))
        );
        assert_eq!(
            payment(form, "status_id=1&order_id=1&hash%5B%5D=h").unwrap().hash,
            ""
        );
        assert_eq!(
            payment(
                "application/json",
                r#"{"status_id":true,"order_id":"1","hash":"h"}"#
            ),
            Err(Unreadable::Field("status_id"))
        );
        assert_eq!(
            payment(form, "order_id=1&status_id=1&msg=100%2525+sure")
                .unwrap()
                .msg,
            "100%25 sure"
        );
    }

    #[test]
    fn the_wrong_label_is_refused() {
        assert_eq!(
            payment("application/json", "status_id=1&order_id=1"),
            Err(Unreadable::Format)
        );
        assert!(payment("application/x-www-form-urlencoded", r#"{"status_id":"1"}"#).is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_too_strange(media_type in ".{0,40}", body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&media_type, &body, Defects::default());
        }
    }
}
