//! Which operation a start request names.

use http::StatusCode;
use serde_json::{Value, json};

use super::create;
use crate::reference::json;
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};

/// Runs the operation and answers when it has ended. An empty body is an empty input.
pub async fn handle(partner: &Partner, operation: &str, body: &[u8]) -> Reply {
    let input = if body.is_empty() { Ok(json!({})) } else { json::parse(body) };
    let Ok(input @ (Value::Object(_) | Value::Array(_))) = input else {
        return reply::json(StatusCode::BAD_REQUEST, &json!({"outcome": "failed", "category": "validation"}));
    };
    match operation {
        "order" => create::order(partner, &input).await.reply(),
        "orders" => create::orders(partner, &input).await.reply(),
        "subscribe" => create::subscription(partner, &input).await.reply(),
        _ => reply::json(StatusCode::NOT_FOUND, &json!({"error": "no such operation"})),
    }
}
