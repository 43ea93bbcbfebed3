//! Partners that are broken as a whole: no store, no checks, one fixed behaviour.

use http::{Method, StatusCode};
use serde_json::json;

use super::defect::{Defect, Defects};
use super::reply::{self, Reply};

/// The fixed answer to a request, if a broken partner is switched on that has one for it.
pub async fn answer(defects: Defects, method: &Method, path: &str) -> Option<Reply> {
    if defects.has(Defect::Always200) {
        return Some(reply::json(StatusCode::OK, &json!({})));
    }
    if defects.has(Defect::RefuseAll) {
        return Some(reply::text(StatusCode::FORBIDDEN, "forbidden"));
    }
    let notification = path.starts_with("/webhooks") || path.starts_with("/recurring");
    if defects.has(Defect::Hangs) && notification {
        std::future::pending::<()>().await;
    }
    defects.has(Defect::CannedAnswers).then(|| canned(method, path))
}

fn canned(method: &Method, path: &str) -> Reply {
    if path.starts_with("/effects/") {
        return reply::json(
            StatusCode::OK,
            &json!({"reference": "ORD-1", "count": 1, "state": "paid", "amount": "100.00", "currency": "MYR",
                    "transaction_id": "txn_1", "name": "A Customer", "number": "P-1"}),
        );
    }
    if path.starts_with("/start/") && method == Method::POST {
        return reply::json(
            StatusCode::OK,
            &json!({"reference": "ORD-1", "outcome": "success", "policy": "POL-1"}),
        );
    }
    reply::text(StatusCode::OK, "OK")
}
