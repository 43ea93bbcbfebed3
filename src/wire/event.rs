//! Webhook events: types, envelope, payloads.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::money::Money;

/// The event types of seed clause 001:5.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// A payment went through.
    #[serde(rename = "payment.success")]
    PaymentSuccess,
    /// A payment did not go through.
    #[serde(rename = "payment.failed")]
    PaymentFailed,
    /// Cover exists.
    #[serde(rename = "policy.issued")]
    PolicyIssued,
    /// Cover ended early.
    #[serde(rename = "policy.cancelled")]
    PolicyCancelled,
    /// Money went back.
    #[serde(rename = "refund.processed")]
    RefundProcessed,
    /// A claim was opened.
    #[serde(rename = "claim.submitted")]
    ClaimSubmitted,
    /// A claim moved on.
    #[serde(rename = "claim.updated")]
    ClaimUpdated,
}

/// The text names no event type of the contract.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown event type {0:?}; known are {known}", known = EventType::ALL.map(EventType::name).join(", "))]
pub struct UnknownEventType(pub String);

impl EventType {
    /// All of them, in the order of the seed.
    pub const ALL: [Self; 7] = [
        Self::PaymentSuccess,
        Self::PaymentFailed,
        Self::PolicyIssued,
        Self::PolicyCancelled,
        Self::RefundProcessed,
        Self::ClaimSubmitted,
        Self::ClaimUpdated,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentSuccess => "payment.success",
            Self::PaymentFailed => "payment.failed",
            Self::PolicyIssued => "policy.issued",
            Self::PolicyCancelled => "policy.cancelled",
            Self::RefundProcessed => "refund.processed",
            Self::ClaimSubmitted => "claim.submitted",
            Self::ClaimUpdated => "claim.updated",
        }
    }

    /// The status that the payload of a plain event of this type carries.
    pub fn status(self) -> &'static str {
        match self {
            Self::PaymentSuccess => "success",
            Self::PaymentFailed => "failed",
            Self::PolicyIssued => "issued",
            Self::PolicyCancelled => "cancelled",
            Self::RefundProcessed => "processed",
            Self::ClaimSubmitted => "submitted",
            Self::ClaimUpdated => "under_review",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EventType {
    type Err = UnknownEventType;

    fn from_str(text: &str) -> Result<Self, UnknownEventType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownEventType(text.to_owned()))
    }
}

/// The references that tie an event to the partner's own records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// The partner's order.
    pub order: String,
    /// The policy that the order buys.
    pub policy: String,
    /// The platform's payment.
    pub transaction: String,
    /// The platform's refund.
    pub refund: String,
    /// The claim on the policy.
    pub claim: String,
}

/// One event before it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `evt_…`; the key for duplicates (001:7.2).
    pub id: String,
    /// The type on the wire; text, because unknown types are sent on purpose.
    pub kind: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// The `data` member.
    pub data: Map<String, Value>,
}

impl Event {
    /// A plain event of a type of the contract.
    pub fn new(
        id: String,
        kind: EventType,
        created_at: String,
        references: &References,
        amount: &Money,
    ) -> Self {
        let mut data = Map::new();
        let mut put = |key: &str, value: Value| {
            data.insert(key.to_owned(), value);
        };
        match kind {
            EventType::PaymentSuccess | EventType::PaymentFailed | EventType::RefundProcessed => {
                if kind == EventType::RefundProcessed {
                    put("refund_id", json!(references.refund));
                }
                put("transaction_id", json!(references.transaction));
                put("order_id", json!(references.order));
                put("policy_id", json!(references.policy));
            }
            EventType::PolicyIssued | EventType::PolicyCancelled => {
                put("policy_id", json!(references.policy));
                put("order_id", json!(references.order));
            }
            EventType::ClaimSubmitted | EventType::ClaimUpdated => {
                put("claim_id", json!(references.claim));
                put("policy_id", json!(references.policy));
            }
        }
        put("status", json!(kind.status()));
        match kind {
            EventType::PaymentSuccess | EventType::PaymentFailed | EventType::RefundProcessed => {
                put("amount", json!(amount.amount()));
                put("currency", json!(amount.currency.code()));
                if kind == EventType::PaymentFailed {
                    put("reason", json!("card_declined"));
                }
            }
            EventType::PolicyIssued => {
                let number = references.policy.trim_start_matches("POL-");
                put("policy_number", json!(format!("SN-{number}")));
                put("cover_from", json!("2027-01-01"));
                put("cover_to", json!("2027-12-31"));
            }
            EventType::PolicyCancelled => put("reason", json!("customer_request")),
            EventType::ClaimSubmitted | EventType::ClaimUpdated => {}
        }
        put("metadata", json!({}));
        Self {
            id,
            kind: kind.name().to_owned(),
            created_at,
            data,
        }
    }

    /// The document as JSON.
    pub fn document(&self) -> Value {
        json!({"id": self.id, "type": self.kind, "created_at": self.created_at, "data": self.data})
    }

    /// The body in its usual form: minified JSON.
    pub fn body(&self) -> Vec<u8> {
        self.document().to_string().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        "[A-Za-z0-9_-]{1,40}"
    }

    proptest! {
        /// Type, time, id, what it is about, and how that stands (001:2.2); money says how much.
        #[test]
        fn every_plain_event_has_the_five_facts(
            (order, policy, transaction, refund, claim, id) in (text(), text(), text(), text(), text(), text()),
            sen in 1_i64..1_000_000_000,
            seconds in 0_i64..4_000_000_000,
        ) {
            let references = References { order, policy, transaction, refund, claim };
            let amount = Money::sen(sen);
            let created_at = jiff::Timestamp::from_second(seconds).unwrap().to_string();
            for kind in EventType::ALL {
                let event = Event::new(format!("evt_{id}"), kind, created_at.clone(), &references, &amount);
                let sent: Value = serde_json::from_slice(&event.body()).unwrap();
                prop_assert_eq!(&sent["type"], kind.name());
                let stated = sent["created_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
                prop_assert_eq!(stated.as_second(), seconds);
                prop_assert_eq!(&sent["id"], &format!("evt_{id}"));
                let data = &sent["data"];
                let (about, reference) = match kind {
                    EventType::PaymentSuccess | EventType::PaymentFailed | EventType::RefundProcessed => {
                        ("transaction_id", &references.transaction)
                    }
                    EventType::PolicyIssued | EventType::PolicyCancelled => ("policy_id", &references.policy),
                    EventType::ClaimSubmitted | EventType::ClaimUpdated => ("claim_id", &references.claim),
                };
                prop_assert_eq!(&data[about], reference);
                prop_assert_eq!(&data["status"], kind.status());
                if about == "transaction_id" {
                    prop_assert_eq!(&data["amount"], &amount.amount());
                    prop_assert_eq!(&data["currency"], "MYR");
                }
            }
        }
    }

    #[test]
    fn names_come_back_and_nothing_else_does() {
        for kind in EventType::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!(
            "payment.s".parse::<EventType>(),
            Err(UnknownEventType("payment.s".to_owned()))
        );
    }
}
