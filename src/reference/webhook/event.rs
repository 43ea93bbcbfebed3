//! What an authentic body says, read strictly where it matters and loosely where it does not.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::reference::json;
use crate::reference::money::Sen;

/// Longest id or reference taken from outside, in characters.
const LONGEST_ID: usize = 255;

/// Why a body is not an event.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// No JSON, or JSON that contradicts itself.
    #[error("body is not usable JSON")]
    Json(#[from] serde_json::Error),
    /// Not an object.
    #[error("body is not a JSON object")]
    Shape,
    /// A member is missing or has the wrong type.
    #[error("member `{0}` is missing or unusable")]
    Member(&'static str),
}

/// The envelope that every event has.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Event id.
    pub id: String,
    /// Event type.
    pub kind: String,
    members: Map<String, Value>,
}

/// A known event type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `payment.success`
    PaymentSuccess,
    /// `payment.failed`
    PaymentFailed,
    /// `policy.issued`
    PolicyIssued,
    /// `policy.cancelled`
    PolicyCancelled,
    /// `refund.processed`
    RefundProcessed,
    /// `claim.submitted`
    ClaimSubmitted,
    /// `claim.updated`
    ClaimUpdated,
}

impl Kind {
    /// The kind of exactly this type name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "payment.success" => Self::PaymentSuccess,
            "payment.failed" => Self::PaymentFailed,
            "policy.issued" => Self::PolicyIssued,
            "policy.cancelled" => Self::PolicyCancelled,
            "refund.processed" => Self::RefundProcessed,
            "claim.submitted" => Self::ClaimSubmitted,
            "claim.updated" => Self::ClaimUpdated,
            _ => return None,
        })
    }

    fn statuses(self) -> &'static [&'static str] {
        match self {
            Self::PaymentSuccess => &["success"],
            Self::PaymentFailed => &["failed"],
            Self::PolicyIssued => &["issued"],
            Self::PolicyCancelled => &["cancelled"],
            Self::RefundProcessed => &["processed"],
            Self::ClaimSubmitted => &["submitted"],
            Self::ClaimUpdated => &[
                "under_review",
                "more_information_needed",
                "approved",
                "rejected",
                "paid",
            ],
        }
    }
}

/// A known event with the members its type must have.
#[derive(Clone, Debug)]
pub struct Event {
    /// Type.
    pub kind: Kind,
    /// Event time, UNIX microseconds.
    pub at: i64,
    /// Event time as it was written.
    pub created_at: String,
    /// `data.status`.
    pub status: String,
    /// Whether the status is one that this type can have.
    pub coherent: bool,
    /// The order, where the type names one.
    pub order: Option<String>,
    /// The transaction.
    pub transaction: Option<String>,
    /// The policy.
    pub policy: Option<String>,
    /// The claim.
    pub claim: Option<String>,
    /// The refund.
    pub refund: Option<String>,
    /// Amount and currency.
    pub sum: Option<(Sen, String)>,
    /// Policy number.
    pub number: Option<String>,
    /// Customer name.
    pub name: Option<String>,
}

impl Event {
    /// The reference that the log names.
    pub fn reference(&self) -> Option<&str> {
        self.claim
            .as_deref()
            .or(self.order.as_deref())
            .or(self.policy.as_deref())
    }
}

/// Reads the envelope; enough to tell whether the type is known.
pub fn envelope(body: &[u8]) -> Result<Envelope, Malformed> {
    let Value::Object(members) = json::parse(body)? else {
        return Err(Malformed::Shape);
    };
    let id = id_member(&members, "id")?.ok_or(Malformed::Member("id"))?;
    let kind = text_member(&members, "type")?.ok_or(Malformed::Member("type"))?;
    Ok(Envelope { id, kind, members })
}

impl Envelope {
    /// All members as they stand there.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Reads the members that `kind` must have.
    pub fn read(&self, kind: Kind) -> Result<Event, Malformed> {
        let created_at = text_member(&self.members, "created_at")?.ok_or(Malformed::Member("created_at"))?;
        let at: Timestamp = created_at.parse().map_err(|_| Malformed::Member("created_at"))?;
        let Some(Value::Object(data)) = self.members.get("data") else {
            return Err(Malformed::Member("data"));
        };
        let needed = |name: &'static str| id_member(data, name)?.ok_or(Malformed::Member(name)).map(Some);
        let optional = |name: &'static str| id_member(data, name);
        let status = text_member(data, "status")?.ok_or(Malformed::Member("status"))?;
        let mut event = Event {
            kind,
            at: at.as_microsecond(),
            created_at,
            coherent: kind.statuses().contains(&status.as_str()),
            status,
            order: None,
            transaction: None,
            policy: None,
            claim: None,
            refund: None,
            sum: None,
            number: text_member(data, "policy_number")?,
            name: customer_name(data),
        };
        match kind {
            Kind::PaymentSuccess | Kind::PaymentFailed | Kind::RefundProcessed => {
                event.order = needed("order_id")?;
                event.transaction = needed("transaction_id")?;
                event.sum = sum(data, kind != Kind::PaymentFailed)?;
                if kind == Kind::RefundProcessed {
                    event.refund = needed("refund_id")?;
                }
            }
            Kind::PolicyIssued | Kind::PolicyCancelled => {
                event.policy = needed("policy_id")?;
                event.order = optional("order_id")?;
            }
            Kind::ClaimSubmitted | Kind::ClaimUpdated => {
                event.claim = needed("claim_id")?;
                event.policy = needed("policy_id")?;
            }
        }
        Ok(event)
    }
}

fn sum(data: &Map<String, Value>, required: bool) -> Result<Option<(Sen, String)>, Malformed> {
    match (data.get("amount"), data.get("currency")) {
        (None, _) if !required => Ok(None),
        (Some(amount), Some(Value::String(currency))) => {
            let amount = Sen::from_json(amount).ok_or(Malformed::Member("amount"))?;
            Ok(Some((amount, currency.clone())))
        }
        (None, _) => Err(Malformed::Member("amount")),
        _ => Err(Malformed::Member("currency")),
    }
}

fn customer_name(data: &Map<String, Value>) -> Option<String> {
    let names = ["customer_name", "name"];
    let within = |members: &Map<String, Value>| {
        names
            .iter()
            .find_map(|name| members.get(*name).and_then(Value::as_str))
            .map(str::to_owned)
    };
    let nested = |name: &str| data.get(name).and_then(Value::as_object).and_then(within);
    within(data)
        .or_else(|| nested("customer"))
        .or_else(|| nested("metadata"))
}

fn text_member(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Malformed> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Malformed::Member(name)),
    }
}

fn id_member(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Malformed> {
    let text = text_member(members, name)?;
    match &text {
        Some(id) if id.is_empty() || id.chars().count() > LONGEST_ID => Err(Malformed::Member(name)),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Event, Malformed> {
        let envelope = envelope(text.as_bytes())?;
        envelope.read(Kind::of(&envelope.kind).unwrap())
    }

    #[test]
    fn a_payment_is_read_to_the_sen() {
        let event = read(
            r#"{"id":"evt_1","type":"payment.success","created_at":"2026-11-20T10:15:30.123+08:00","extra":1,
               "data":{"transaction_id":"t","order_id":"o","status":"success","amount":"100.10","currency":"MYR","metadata":null}}"#,
        )
        .unwrap();
        assert_eq!(event.sum, Some((Sen(10_010), "MYR".into())));
        assert_eq!(
            event.at,
            "2026-11-20T02:15:30.123Z"
                .parse::<Timestamp>()
                .unwrap()
                .as_microsecond()
        );
        assert!(event.coherent);
    }

    #[test]
    fn the_missing_member_is_named() {
        let whole = r#"{"id":"e","type":"policy.issued","created_at":"2026-11-20T10:15:30Z","data":{"policy_id":"p","status":"issued"}}"#;
        assert!(read(whole).is_ok());
        for (cut, member) in [
            (r#""id":"e","#, "id"),
            (r#""type":"policy.issued","#, "type"),
            (r#""created_at":"2026-11-20T10:15:30Z","#, "created_at"),
            (r#""policy_id":"p","#, "policy_id"),
            (r#","status":"issued""#, "status"),
        ] {
            let error = read(&whole.replace(cut, "")).unwrap_err();
            assert!(
                matches!(error, Malformed::Member(name) if name == member),
                "{cut}: {error}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_body_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = envelope(&bytes);
        }
    }
}
