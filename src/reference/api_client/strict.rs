//! Reading answers through a closed schema, as [`Defect::DenyUnknownFields`] does.
//!
//! [`Defect::DenyUnknownFields`]: crate::reference::defect::Defect::DenyUnknownFields

use serde_json::Value;

/// Members that answers had when this was written.
const KNOWN: [&str; 29] = [
    "access_token",
    "token_type",
    "expires_in",
    "products",
    "code",
    "name",
    "variants",
    "quotation_id",
    "premium",
    "currency",
    "expires_at",
    "customer_id",
    "validation",
    "policy_id",
    "order_id",
    "status",
    "policy_number",
    "cover_from",
    "cover_to",
    "transaction_id",
    "amount",
    "created_at",
    "refunded",
    "refund_id",
    "claim_id",
    "items",
    "next_cursor",
    "reason",
    "id",
];

/// Whether any object has a member that is not known.
pub fn strange(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, inner)| !KNOWN.contains(&name.as_str()) || strange(inner)),
        Value::Array(items) => items.iter().any(strange),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_new_member_anywhere_is_too_many() {
        assert!(!strange(
            &json!({"items": [{"transaction_id": "t", "status": "successful"}]})
        ));
        assert!(strange(
            &json!({"items": [{"transaction_id": "t", "method": "card"}]})
        ));
    }
}
