//! Partners that are broken as a whole: no store, no checks, one fixed behaviour.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use super::defect::{Defect, Defects};
use super::reply::{self, Reply};

/// Long after every sender has given up.
const NEVER: Duration = Duration::from_secs(3_600);

/// Whether a broken partner is switched on that answers at this path.
pub fn answers(defects: Defects, path: &str) -> bool {
    let notification = path.starts_with("/webhooks") || path.starts_with("/recurring");
    defects.has_any(&[Defect::Always200, Defect::RefuseAll, Defect::CannedAnswers])
        || (defects.has(Defect::Hangs) && notification)
}

/// The fixed answer.
pub async fn answer(defects: Defects, method: &Method, path: &str) -> Reply {
    if defects.has(Defect::Always200) {
        return reply::json(StatusCode::OK, &json!({}));
    }
    if defects.has(Defect::RefuseAll) {
        return reply::text(StatusCode::FORBIDDEN, "forbidden");
    }
    if defects.has(Defect::Hangs) {
        tokio::time::sleep(NEVER).await;
    }
    canned(method, path)
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
