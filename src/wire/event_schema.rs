//! The webhook events as JSON Schema, for receivers.

use serde_json::{Map, Value, json};

use super::event::EventType;

/// The schema of every event.
pub fn events() -> Value {
    let mut definitions = Map::new();
    let mut conditions = Vec::new();
    for kind in EventType::ALL {
        let name = kind.name().replace('.', "-");
        conditions.push(json!({"if": {"properties": {"type": {"const": kind.name()}}},
            "then": {"properties": {"data": {"$ref": format!("#/$defs/{name}")}}}}));
        definitions.insert(name, data(kind));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://senang-conformance.invalid/events.schema.json",
        "title": "A webhook event",
        "description": "What comes to the webhook URL. Types and members may be added at any time: acknowledge and ignore \
            what you do not know.",
        "type": "object",
        "required": ["id", "type", "created_at", "data"],
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 255,
                "description": "The event; the same in every delivery of it."},
            "type": {"type": "string", "minLength": 1},
            "created_at": {"type": "string", "format": "date-time"},
            "data": {"type": "object"},
        },
        "allOf": conditions,
        "$defs": definitions,
    })
}

fn data(kind: EventType) -> Value {
    use EventType::{
        ClaimSubmitted, ClaimUpdated, PaymentFailed, PaymentSuccess, PolicyCancelled, PolicyIssued,
        RefundProcessed,
    };
    let statuses: &[&str] = match kind {
        ClaimUpdated => &[
            "under_review",
            "more_information_needed",
            "approved",
            "rejected",
            "paid",
        ],
        PaymentSuccess => &["success"],
        PaymentFailed => &["failed"],
        PolicyIssued => &["issued"],
        PolicyCancelled => &["cancelled"],
        RefundProcessed => &["processed"],
        ClaimSubmitted => &["submitted"],
    };
    let (required, optional): (&[&str], &[&str]) = match kind {
        PaymentSuccess => (
            &["transaction_id", "order_id", "amount", "currency"],
            &["policy_id"],
        ),
        PaymentFailed => (
            &["transaction_id", "order_id", "amount", "currency", "reason"],
            &["policy_id"],
        ),
        RefundProcessed => (
            &["refund_id", "transaction_id", "order_id", "amount", "currency"],
            &["policy_id"],
        ),
        PolicyIssued => (
            &["policy_id", "policy_number", "cover_from", "cover_to"],
            &["order_id"],
        ),
        PolicyCancelled => (&["policy_id", "reason"], &["order_id"]),
        ClaimSubmitted | ClaimUpdated => (&["claim_id", "policy_id"], &[]),
    };
    let mut properties: Map<String, Value> = required
        .iter()
        .chain(optional)
        .map(|name| ((*name).to_owned(), member(name)))
        .collect();
    properties.insert("status".to_owned(), json!({"type": "string", "enum": statuses}));
    properties.insert("metadata".to_owned(), json!({"type": "object"}));
    let required: Vec<&str> = required.iter().copied().chain(["status"]).collect();
    json!({"title": format!("data of {}", kind.name()), "type": "object", "required": required, "properties": properties})
}

fn member(name: &str) -> Value {
    match name {
        "amount" => json!({"type": "string", "pattern": r"^[0-9]{1,15}\.[0-9]{2}$",
            "description": "Two decimals, in the currency beside it."}),
        "currency" => json!({"type": "string", "pattern": "^[A-Z]{3}$"}),
        "cover_from" | "cover_to" => json!({"type": "string", "format": "date"}),
        "reason" | "policy_number" => json!({"type": "string"}),
        _ => json!({"type": "string", "minLength": 1, "maxLength": 255}),
    }
}
