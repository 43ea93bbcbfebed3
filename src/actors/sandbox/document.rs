//! How the platform's resources stand in JSON.

use serde_json::{Value, json};

use super::state::{Claim, Payment, Policy};
use crate::{config::host::rfc3339, wire::money::Money};

/// A payment.
pub fn payment(one: &Payment) -> Value {
    let mut document = json!({"transaction_id": one.id, "order_id": one.order_id, "status": one.status.word(),
        "amount": one.amount.amount(), "currency": one.amount.currency.code(),
        "created_at": rfc3339(one.created_millis)});
    if let Some(policy_id) = &one.policy_id {
        document["policy_id"] = json!(policy_id);
    }
    if one.refunded > 0 {
        let refunded = Money {
            minor: one.refunded,
            currency: one.amount.currency,
        };
        document["refunded"] = json!(refunded.amount());
    }
    document
}

/// A policy.
pub fn policy(id: &str, one: &Policy) -> Value {
    let mut document = json!({"policy_id": id, "order_id": one.order_id, "status": one.status,
        "premium": one.premium.amount(), "currency": one.premium.currency.code()});
    if let Some((from, to, number)) = &one.issued {
        document["policy_number"] = json!(number);
        document["cover_from"] = json!(from);
        document["cover_to"] = json!(to);
    }
    document
}

/// A claim.
pub fn claim(id: &str, one: &Claim) -> Value {
    json!({"claim_id": id, "policy_id": one.policy_id, "status": one.status})
}
