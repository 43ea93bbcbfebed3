//! The status page of one reference: how many effects, in which state. Read-only.

use http::StatusCode;
use serde_json::json;

use super::partner::Partner;
use super::reply::{self, Reply};
use super::store::view;

/// Answers for `kind` (order, policy, claim, subscription); 404 for another kind.
pub async fn handle(partner: &Partner, kind: &str, reference: &str) -> Reply {
    let look = match kind {
        "order" => view::order,
        "policy" => view::policy,
        "claim" => view::claim,
        "subscription" => view::subscription,
        _ => return reply::json(StatusCode::NOT_FOUND, &json!({"error": "no such kind"})),
    };
    let reference = reference.to_owned();
    match partner
        .database
        .transaction(move |books| look(books, &reference))
        .await
    {
        Ok(view) => reply::json(StatusCode::OK, &json!(view)),
        Err(_) => reply::json(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({"error": "try again later"}),
        ),
    }
}
