//! The bodies of the OpenAPI document: requests from the fields that are checked, answers by resource.

use serde_json::{Map, Value, json};

use super::{
    schema::{self, Kind},
    state::PRODUCTS,
};
use crate::wire::fault::ApiCall;

/// Characters that text may have: no control characters but tab and line ends.
const PRINTABLE: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";

impl Kind {
    /// What stands in such a field, as JSON Schema.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Text(limit) => {
                json!({"type": "string", "maxLength": limit, "allOf": [{"pattern": r"\S"}, {"pattern": PRINTABLE}]})
            }
            Self::Reference => json!({"type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$"}),
            Self::IdNumber => json!({"type": "string", "pattern": "^[A-Za-z0-9-]{5,20}$"}),
            Self::Email => json!({"type": "string", "maxLength": 254,
                "pattern": r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@\s\u0000-\u001f\u007f-\u009f]+$"}),
            Self::Phone => json!({"type": "string", "pattern": r"^\+?[0-9]{7,15}$"}),
            Self::Date => {
                json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
            }
            Self::Amount => json!({"type": "string", "pattern": r"^[0-9]{1,15}\.[0-9]{2}$",
                "not": {"pattern": r"^0+\.00$"}, "examples": ["100.00"]}),
            Self::Currency => json!({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["MYR"]}),
            Self::TextOrObject => json!({"anyOf": [{"type": "string", "pattern": r"\S"},
                {"type": "object", "minProperties": 1}]}),
            Self::Present => json!({"not": {"type": "null"}}),
        }
    }
}

/// The body of a request; none where it has none.
pub(super) fn request(call: ApiCall) -> Option<Value> {
    if !call.writes() && call != ApiCall::Token {
        return None;
    }
    let mut properties = Map::new();
    for (name, kind) in schema::required(call) {
        properties.insert((*name).to_owned(), kind.schema());
    }
    for (name, kind) in schema::optional(call) {
        properties.insert(
            (*name).to_owned(),
            json!({"anyOf": [kind.schema(), {"type": "null"}]}),
        );
    }
    if call == ApiCall::Quotation {
        properties.insert(
            "product_code".to_owned(),
            json!({"type": "string", "enum": product_codes()}),
        );
    }
    if call == ApiCall::Token {
        properties.insert("grant_type".to_owned(), json!({"const": "client_credentials"}));
        for name in ["client_id", "client_secret"] {
            let description = "Here, or in Authorization as Basic.";
            properties.insert(
                name.to_owned(),
                json!({"type": "string", "description": description}),
            );
        }
    }
    if call == ApiCall::Payment {
        let advice = "What the customer reads on statements: letters, digits, spaces and . , - _ only.";
        properties["description"]["description"] = json!(advice);
        properties["order_id"]["description"] =
            json!("Of your choice, and another one for each attempt at a payment.");
    }
    let required: Vec<&str> = schema::required(call).iter().map(|(name, _)| *name).collect();
    let mut body = json!({"type": "object", "required": required, "properties": properties});
    if let Some(facts) = schema::facts(call) {
        body["minProperties"] = json!(required.len() + 1);
        body["description"] = json!(format!(
            "With at least one member more: the facts about the {facts}, nested or flat."
        ));
    }
    Some(body)
}

/// Codes by which a quotation may name a product: alone, or with a variant.
fn product_codes() -> Vec<String> {
    PRODUCTS
        .iter()
        .flat_map(|(code, _, variants, _)| {
            std::iter::once((*code).to_owned())
                .chain(variants.iter().map(move |variant| format!("{code}-{variant}")))
        })
        .collect()
}

fn object(required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = required
        .iter()
        .chain(optional)
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({"type": "object", "required": names, "properties": properties})
}

/// The schemas of all answers, by name.
pub(super) fn answers() -> Value {
    let id = || json!({"type": "string", "minLength": 1, "maxLength": 255});
    let order = || Kind::Reference.schema();
    let sum = || json!({"type": "string", "pattern": r"^[0-9]{1,15}\.[0-9]{2}$"});
    let currency = || Kind::Currency.schema();
    let day = || Kind::Date.schema();
    let moment = || json!({"type": "string", "format": "date-time"});
    let words = |words: &[&str]| json!({"type": "string", "enum": words});
    let text = || json!({"type": "string"});
    let part = object(&[("name", text()), ("amount", sum())], &[]);
    let product = object(
        &[
            ("code", text()),
            ("name", text()),
            ("variants", json!({"type": "array", "items": text()})),
        ],
        &[],
    );
    let field_error = object(&[("field", text()), ("message", text())], &[]);
    json!({
        "Token": object(
            &[("access_token", id()), ("token_type", json!({"const": "Bearer"})),
              ("expires_in", json!({"type": "integer", "minimum": 1}))], &[]),
        "Products": object(&[("products", json!({"type": "array", "items": {"$ref": "#/components/schemas/Product"}}))], &[]),
        "Product": product,
        "Quotation": object(
            &[("quotation_id", id()), ("premium", sum()), ("currency", currency()), ("expires_at", moment())],
            &[("parts", json!({"type": "array", "items": {"$ref": "#/components/schemas/Part"},
                "description": "What the premium is made up of; adds up to it."}))]),
        "Part": part,
        "Customer": object(&[("customer_id", id()), ("validation", words(&["passed", "pending"]))], &[]),
        "Policy": object(
            &[("policy_id", id()), ("order_id", order()), ("status", words(&["pending_payment", "issued", "cancelled"])),
              ("premium", sum()), ("currency", currency())],
            &[("policy_number", text()), ("cover_from", day()), ("cover_to", day())]),
        "Payment": object(
            &[("transaction_id", id()), ("order_id", order()), ("status", words(&["successful", "pending", "declined"])),
              ("amount", sum()), ("currency", currency()), ("created_at", moment())],
            &[("policy_id", id()), ("refunded", sum())]),
        "Refund": object(
            &[("refund_id", id()), ("transaction_id", id()), ("order_id", order()), ("amount", sum()),
              ("currency", currency()), ("status", json!({"const": "accepted"}))], &[]),
        "Cancellation": object(
            &[("policy_id", id()), ("order_id", order()), ("status", json!({"const": "accepted"}))], &[]),
        "Claim": object(
            &[("claim_id", id()), ("policy_id", id()),
              ("status", words(&["submitted", "under_review", "more_information_needed", "approved", "rejected", "paid"]))], &[]),
        "Transactions": object(
            &[("items", json!({"type": "array", "items": {"$ref": "#/components/schemas/Payment"}})),
              ("next_cursor", json!({"type": ["string", "null"]}))], &[]),
        "FieldError": field_error,
        "Problem": object(
            &[("type", text()), ("title", text()), ("status", json!({"type": "integer", "minimum": 400, "maximum": 599})),
              ("detail", text()), ("category", words(&["authentication", "validation", "rate_limit", "server"])),
              ("errors", json!({"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}})),
              ("request_id", text())],
            &[("premium", sum()), ("currency", currency())]),
    })
}
