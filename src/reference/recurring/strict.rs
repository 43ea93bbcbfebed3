//! The closed lists of [`Defect::DenyUnknownFields`] for JSON callbacks. Forms are left alone.

use serde_json::{Map, Value};

#[cfg(doc)]
use crate::reference::defect::Defect;
use crate::reference::json;

const CALLBACK: &[&str] = &[
    "recurring_id",
    "status_id",
    "order_id",
    "transaction_id",
    "msg",
    "hash",
    "next_payment_date",
    "payment_details",
];
const PAYMENT: &[&str] = &["no", "date", "amount", "status", "transaction_id"];

/// Whether a JSON callback has a member that stands on none of the lists.
pub fn strange(body: &[u8]) -> bool {
    let Ok(Value::Object(members)) = json::parse(body) else {
        return false;
    };
    let payments = members.get("payment_details").and_then(Value::as_array);
    beyond(&members, CALLBACK)
        || payments
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .any(|payment| beyond(payment, PAYMENT))
}

/// Whether an entry of `payment_details` is an object of known members only.
pub fn is_known_payment(entry: &Value) -> bool {
    entry.as_object().is_some_and(|payment| !beyond(payment, PAYMENT))
}

fn beyond(members: &Map<String, Value>, known: &[&str]) -> bool {
    members.keys().any(|name| !known.contains(&name.as_str()))
}
