//! The premature question of [`Defect::ProcessThenVerify`]: which transaction is this about?

use std::time::Duration;

use serde_json::Value;

use crate::reference::api_client::call::{self, Call};
#[cfg(doc)]
use crate::reference::defect::Defect;
use crate::reference::log::{Line, Outcome, shortened};
use crate::reference::partner::Partner;

const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the API about the transaction that an unverified body names, and logs the event as processed.
pub async fn premature(partner: &Partner, body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(shortened);
    let Some(transaction) = text("/data/transaction_id") else {
        return;
    };
    partner.log_delivery(Line {
        event_id: text("/id"),
        event_type: text("/type"),
        result: Some(Outcome::Processed),
        reference: text("/data/order_id"),
        message: "transaction looked up".into(),
        ..Line::default()
    });
    let _ = tokio::time::timeout(PATIENCE, ask(partner, &transaction)).await;
}

async fn ask(partner: &Partner, transaction: &str) {
    if let Ok(session) = partner.api.session(&partner.log, "lookup", None) {
        let _ = session
            .call(&Call::get(format!("/v1/payments/{}", call::segment(transaction))))
            .await;
    }
}
