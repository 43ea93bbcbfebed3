//! Which operation a start request names, and how long it may take.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Answer, Ending};
use super::buy::{self, Extent};
use super::{create, reconcile, service};
use crate::reference::json;
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};

/// Longest time before the caller gets an answer.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs the operation and answers when it has ended. An empty body is an empty input.
pub async fn handle(partner: &Partner, operation: &str, body: &[u8]) -> Reply {
    let input = if body.is_empty() {
        Ok(json!({}))
    } else {
        json::parse(body)
    };
    let Ok(input) = input else {
        return reply::json(
            StatusCode::BAD_REQUEST,
            &json!({"outcome": "failed", "category": "validation"}),
        );
    };
    match tokio::time::timeout(PATIENCE, run(partner, operation, &input)).await {
        Ok(Some(answer)) => answer.reply(),
        Ok(None) => reply::json(StatusCode::NOT_FOUND, &json!({"error": "no such operation"})),
        Err(_) => {
            let reference = input.get("reference").and_then(Value::as_str).unwrap_or_default();
            let mut answer = Answer::new(reference, Ending::Pending);
            answer.category = Some("network");
            answer.reply()
        }
    }
}

async fn run(partner: &Partner, operation: &str, input: &Value) -> Option<Answer> {
    if operation == "orders" {
        return Some(create::orders(partner, input).await);
    }
    let Some(members) = input.as_object() else {
        return Some(Answer::invalid("", &["body"]));
    };
    Some(match operation {
        "order" => create::order(partner, input).await,
        "subscribe" => create::subscription(partner, input).await,
        "quote" => buy::run(partner, operation, members, Extent::Quote).await,
        "buy" => buy::run(partner, operation, members, Extent::Whole).await,
        "pay" | "claim" | "claim_status" | "status" | "refund" | "cancel" => {
            service::run(partner, operation, members).await
        }
        "batch" => crate::reference::batch::route::run(partner, input).await,
        "reconcile" | "report" => reconcile::run(partner, operation, members).await,
        _ => return None,
    })
}
