//! A small stand-in for the platform's API with one scripted fault.

use std::sync::{Arc, Mutex};

use http::Method;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::reference::identity;

/// What a request looked like.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) call: String,
    pub(super) url: String,
    pub(super) authorization: Option<String>,
    pub(super) key: Option<String>,
    pub(super) body: Value,
    pub(super) at: jiff::Timestamp,
}

type Fault = Box<dyn Fn(&str, usize) -> Option<ResponseTemplate> + Send + Sync>;

pub(super) struct Platform {
    server: MockServer,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Platform {
    pub(super) async fn start() -> Self {
        Self::with_fault(|_, _| None).await
    }

    /// `fault` gets the call (`POST /v1/payments`, ids cut) and how many such calls came before.
    pub(super) async fn with_fault(
        fault: impl Fn(&str, usize) -> Option<ResponseTemplate> + Send + Sync + 'static,
    ) -> Self {
        let server = MockServer::start().await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let fault: Fault = Box::new(fault);
        let record = Arc::clone(&seen);
        Mock::given(any())
            .respond_with(move |request: &Request| {
                let header = |name: &str| {
                    request
                        .headers
                        .get(name)
                        .map(|value| value.to_str().unwrap().to_owned())
                };
                let segments: Vec<&str> = request.url.path().split('/').take(4).collect();
                let end = if segments.get(2) == Some(&"oauth") { 4 } else { 3 };
                let call = format!(
                    "{} {}",
                    request.method,
                    segments[..end.min(segments.len())].join("/")
                );
                let body = serde_json::from_slice(&request.body).unwrap_or_default();
                let one = Seen {
                    call: call.clone(),
                    url: request.url.to_string(),
                    authorization: header("authorization"),
                    key: header("idempotency-key"),
                    body,
                    at: crate::reference::clock::now(),
                };
                let mut seen = record.lock().unwrap();
                let before = seen.iter().filter(|seen: &&Seen| seen.call == call).count();
                let answer = fault(&call, before).unwrap_or_else(|| {
                    ResponseTemplate::new(200).set_body_json(honest(&one, request.url.path()))
                });
                seen.push(one);
                answer
            })
            .mount(&server)
            .await;
        Self { server, seen }
    }

    pub(super) fn url(&self) -> String {
        self.server.uri()
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn count(&self, call: &str) -> usize {
        self.seen().iter().filter(|seen| seen.call == call).count()
    }

    /// Milliseconds between the first two calls of this name.
    pub(super) fn first_gap(&self, call: &str) -> i64 {
        let times: Vec<_> = self
            .seen()
            .into_iter()
            .filter(|seen| seen.call == call)
            .map(|seen| seen.at)
            .collect();
        times[1].as_millisecond() - times[0].as_millisecond()
    }
}

fn honest(seen: &Seen, path: &str) -> Value {
    let last = path.rsplit('/').next().unwrap_or_default();
    let method_is_get = seen.call.starts_with(Method::GET.as_str());
    match seen.call.as_str() {
        "POST /v1/oauth/token" => {
            json!({"access_token": identity::token(), "token_type": "Bearer", "expires_in": 3600})
        }
        "GET /v1/products" => {
            json!({"products": [{"code": "TRAVEL", "name": "Travel", "variants": []}], "new": true})
        }
        "POST /v1/quotations" => {
            json!({"quotation_id": identity::reference("quo_"), "premium": "45.60", "currency": "MYR",
            "expires_at": "2999-01-01T00:00:00Z"})
        }
        "POST /v1/customers" => json!({"customer_id": identity::reference("cus_"), "validation": "passed"}),
        "POST /v1/policies" if path.ends_with("cancellation") => json!({"status": "accepted"}),
        "POST /v1/policies" => {
            json!({"policy_id": identity::reference("POL_"), "status": "pending_payment", "premium": "45.60"})
        }
        "POST /v1/payments" if path.ends_with("refunds") => json!({"refund_id": "r", "status": "accepted"}),
        "POST /v1/payments" => json!({"transaction_id": identity::reference("txn_"), "status": "successful",
            "amount": seen.body["amount"], "order_id": seen.body["order_id"]}),
        "POST /v1/claims" => json!({"claim_id": identity::reference("CLM_"), "status": "submitted"}),
        "GET /v1/policies" => json!({"policy_id": last, "status": "issued", "policy_number": "SN-1"}),
        "GET /v1/transactions" if !seen.url.contains("cursor=") => json!({"items": [], "next_cursor": "c 2"}),
        "GET /v1/transactions" => json!({"items": [{"transaction_id": "txn_lost", "order_id": "ORD-lost",
            "status": "successful", "amount": "100.00", "currency": "MYR"}], "next_cursor": null}),
        _ if method_is_get => json!({"transaction_id": last, "status": "pending"}),
        _ => json!({}),
    }
}
