//! The closed lists of [`Defect::DenyUnknownFields`]: every member that the contract of today names.

use serde_json::{Map, Value};

#[cfg(doc)]
use crate::reference::defect::Defect;

const ENVELOPE: &[&str] = &["id", "type", "created_at", "data"];
const DATA: &[&str] = &[
    "transaction_id",
    "order_id",
    "policy_id",
    "claim_id",
    "refund_id",
    "status",
    "amount",
    "currency",
    "reason",
    "policy_number",
    "cover_from",
    "cover_to",
    "metadata",
];
const METADATA: &[&str] = &["customer_name", "name", "note", "rate", "limit"];

/// Whether an event has a member that stands on none of the lists.
pub fn strange(members: &Map<String, Value>) -> bool {
    let data = members.get("data").and_then(Value::as_object);
    let metadata = data
        .and_then(|data| data.get("metadata"))
        .and_then(Value::as_object);
    beyond(members, ENVELOPE)
        || data.is_some_and(|data| beyond(data, DATA))
        || metadata.is_some_and(|metadata| beyond(metadata, METADATA))
}

fn beyond(members: &Map<String, Value>, known: &[&str]) -> bool {
    members.keys().any(|name| !known.contains(&name.as_str()))
}
