use super::*;
use crate::{
    actors::sandbox::{api::Steering, limiter::RateLimit, state::PaymentStatus},
    transcript::exchange::{Credential, Exposure},
    wire::money::Money,
};

fn customer() -> Value {
    json!({"name": "Siti a/p Rahman", "id_number": "010229-14-5678", "email": "s@example.my",
        "phone": "+60123456789", "birth_date": "2001-02-28", "address": "1 Jalan Satu"})
}

/// Runs the flow up to the policy and gives policy id and premium.
async fn insured(partner: &Partner) -> (String, String) {
    let facts = json!({"product_code": "TRAVEL-BASIC", "cover": "BASIC", "applicant": {"age": 33}});
    let quotation = partner.post("/v1/quotations", &facts, None).await.body;
    let customer = partner.post("/v1/customers", &customer(), None).await.body;
    assert_eq!(customer["validation"], "passed");
    let order = json!({"quotation_id": quotation["quotation_id"], "customer_id": customer["customer_id"],
        "order_id": "ORD-1"});
    let policy = partner.post("/v1/policies", &order, None).await;
    assert_eq!(policy.status, 201);
    assert_eq!(policy.body["status"], "pending_payment");
    assert_eq!(policy.body["premium"], quotation["premium"]);
    let text = |name: &str| policy.body[name].as_str().unwrap().to_owned();
    (text("policy_id"), text("premium"))
}

fn payment(policy_id: &str, amount: &str) -> Value {
    json!({"policy_id": policy_id, "order_id": "ORD-1", "amount": amount, "currency": "MYR"})
}

#[tokio::test]
async fn the_whole_flow_moves_the_state() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-FLW-03/a"), Script::default()).unwrap();
    let partner = Partner::new(mount.base_url(), None).await;
    assert_eq!(
        partner.get("/v1/products").await.body["products"][0]["code"],
        "TRAVEL"
    );
    let (policy_id, premium) = insured(&partner).await;
    let claim = json!({"policy_id": policy_id, "incident_date": "2026-01-01"});
    assert_eq!(partner.post("/v1/claims", &claim, None).await.status, 409);
    let paid = partner
        .post("/v1/payments", &payment(&policy_id, &premium), Some("key-1"))
        .await;
    assert_eq!((paid.status, &paid.body["status"]), (201, &json!("successful")));
    let policy = partner.get(&format!("/v1/policies/{policy_id}")).await.body;
    assert_eq!(policy["status"], "issued");
    assert!(policy["policy_number"].is_string());
    let transaction = paid.body["transaction_id"].as_str().unwrap();
    assert_eq!(
        partner.get(&format!("/v1/payments/{transaction}")).await.body["status"],
        "successful"
    );

    let made = partner.post("/v1/claims", &claim, None).await.body;
    let claim_id = made["claim_id"].as_str().unwrap();
    assert!(sandbox.set_claim_status(claim_id, "approved"));
    assert_eq!(
        partner.get(&format!("/v1/claims/{claim_id}")).await.body["status"],
        "approved"
    );

    let refunds = format!("/v1/payments/{transaction}/refunds");
    assert_eq!(
        partner
            .post(&refunds, &json!({"amount": "1.00"}), None)
            .await
            .body["status"],
        "accepted"
    );
    assert_eq!(
        partner
            .post(&refunds, &json!({"amount": premium}), None)
            .await
            .status,
        409
    );
    let cancellation = format!("/v1/policies/{policy_id}/cancellation");
    assert_eq!(
        partner
            .post(&cancellation, &json!({"reason": "moved"}), None)
            .await
            .status,
        202
    );
    assert_eq!(
        partner.get(&format!("/v1/policies/{policy_id}")).await.body["status"],
        "cancelled"
    );

    let seen = mount.requests();
    assert_eq!(seen.len(), mount.count());
    assert_eq!(seen[0].credential, Credential::Client);
    assert!(
        seen.iter()
            .skip(1)
            .all(|one| one.credential == Credential::Token && one.violations.is_empty())
    );
    assert!(
        seen.iter()
            .all(|one| one.started <= one.received && one.received <= one.answered)
    );
    assert!(seen.iter().all(|one| one.target.starts_with("/v1/")));
}

#[tokio::test]
async fn a_key_is_one_write() {
    let sandbox = started(options()).await;
    let partner = Partner::new(&sandbox.default_base_url(), None).await;
    let (policy_id, _) = insured(&partner).await;
    let first = partner
        .post("/v1/payments", &payment(&policy_id, "5.00"), Some("k"))
        .await;
    let again = partner
        .post("/v1/payments", &payment(&policy_id, "5.00"), Some("k"))
        .await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_ne!(again.headers["x-request-id"], first.headers["x-request-id"]);
    let other = partner
        .post("/v1/payments", &payment(&policy_id, "6.00"), Some("k"))
        .await;
    assert_eq!(
        (other.status, &other.body["category"]),
        (409, &json!("validation"))
    );
}

#[tokio::test]
async fn refusals_are_problem_documents() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-ERR-01/a"), Script::default()).unwrap();
    let stranger = Partner::without_token(mount.base_url());
    let refused = stranger.get("/v1/products").await;
    assert_eq!(
        (refused.status, &refused.body["category"]),
        (401, &json!("authentication"))
    );
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(
        refused.body["request_id"],
        refused.headers["x-request-id"].to_str().unwrap()
    );
    let partner = Partner::new(mount.base_url(), None).await;
    let invalid = partner.post("/v1/payments", &payment("p", "5"), None).await;
    assert_eq!(
        (invalid.status, &invalid.body["errors"][0]["field"]),
        (422, &json!("amount"))
    );
    assert_eq!(partner.get("/v1/nothing").await.status, 404);
    let wrong = partner
        .send(Method::DELETE, "/v1/payments/a", None, None)
        .await
        .unwrap();
    assert_eq!(
        (wrong.status, wrong.headers["allow"].to_str().unwrap()),
        (405, "GET")
    );
    let seen = mount.requests();
    assert_eq!(seen[0].credential, Credential::Wrong);
    assert_eq!(seen[2].violations.len(), 1);
    assert_eq!(seen[3].call, ApiCall::Unknown);
}

#[tokio::test]
async fn credentials_in_a_target_are_exposed() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-FLW-01/a"), Script::default()).unwrap();
    let partner = Partner::new(mount.base_url(), None).await;
    let token = partner.token.clone();
    partner.get(&format!("/v1/products?whatever={token}")).await;
    partner.get(&format!("/v1/payments/{token}")).await;
    partner.get("/v1/products?access_token=x").await;
    partner.get("/v1/transactions?from=2026-01-01").await;
    let exposed: Vec<_> = mount.requests().iter().skip(1).map(|one| one.exposed).collect();
    assert_eq!(
        exposed,
        [
            Some(Exposure::Query),
            Some(Exposure::Path),
            Some(Exposure::Query),
            None
        ]
    );
}

#[tokio::test]
async fn transactions_come_in_pages_of_their_mount() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-FLW-07/b"), Script::default()).unwrap();
    mount.steer(Steering {
        page_size: 2,
        ..Steering::default()
    });
    sandbox.register_payment("txn_other", "ORD-9", &Money::sen(1), PaymentStatus::Pending);
    for number in 0..5 {
        let (transaction, order) = (format!("txn_{number}"), format!("ORD-{number}"));
        mount.register_payment(&transaction, &order, &Money::sen(100), PaymentStatus::Successful);
    }
    let partner = Partner::new(mount.base_url(), None).await;
    let (mut cursor, mut sizes) = (String::new(), Vec::new());
    loop {
        let page = partner
            .get(&format!(
                "/v1/transactions?from=2020-01-01&to=2090-01-01&cursor={cursor}"
            ))
            .await;
        sizes.push(page.body["items"].as_array().unwrap().len());
        match page.body["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(
        partner.get("/v1/transactions?to=2020-01-01").await.body["items"],
        json!([])
    );
    assert_eq!(partner.get("/v1/transactions?from=yesterday").await.status, 422);
    assert_eq!(partner.get("/v1/transactions?cursor=zzz!").await.status, 422);
}

#[tokio::test]
async fn a_mount_steers_payments_and_ages_tokens() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-FLW-06/b"), Script::default()).unwrap();
    mount.steer(Steering {
        payment: PaymentStatus::Pending,
        ..Steering::default()
    });
    let partner = Partner::new(mount.base_url(), None).await;
    let (policy_id, premium) = insured(&partner).await;
    let paid = partner
        .post("/v1/payments", &payment(&policy_id, &premium), None)
        .await
        .body;
    assert_eq!(paid["status"], "pending");
    let path = format!("/v1/policies/{policy_id}");
    assert_eq!(partner.get(&path).await.body["status"], "pending_payment");
    assert!(sandbox.settle_payment(
        paid["transaction_id"].as_str().unwrap(),
        PaymentStatus::Successful
    ));
    assert_eq!(partner.get(&path).await.body["status"], "issued");

    mount.expire_tokens();
    assert_eq!(partner.get("/v1/products").await.status, 401);
    let elsewhere = Partner {
        base: sandbox.default_base_url(),
        http: client(None),
        token: partner.token.clone(),
    };
    assert_eq!(elsewhere.get("/v1/products").await.status, 200);
    assert_eq!(
        Partner::new(mount.base_url(), None)
            .await
            .get("/v1/products")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_api_key_is_the_bearer_where_it_is_declared() {
    let sandbox = started(SandboxOptions {
        authentication: Authentication::ApiKey,
        ..options()
    })
    .await;
    let mut partner = Partner::without_token(&sandbox.default_base_url());
    assert_eq!(partner.get("/v1/products").await.status, 401);
    assert_eq!(
        partner.post("/v1/oauth/token", &json!({}), None).await.status,
        404
    );
    partner.token = "api-key-1234567".to_owned();
    assert_eq!(partner.get("/v1/products").await.status, 200);
}

#[tokio::test]
async fn a_real_limit_says_how_long_to_wait() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-RL-07/a"), Script::default()).unwrap();
    let limit = RateLimit {
        per_second: 1,
        burst: 2,
    };
    mount.steer(Steering {
        limit: Some(limit),
        ..Steering::default()
    });
    let partner = Partner::new(mount.base_url(), None).await;
    let first = partner.get("/v1/products").await;
    assert_eq!(
        (
            first.status,
            first.headers["ratelimit-remaining"].to_str().unwrap()
        ),
        (200, "1")
    );
    partner.get("/v1/products").await;
    let refused = partner.get("/v1/products").await;
    assert_eq!(
        (refused.status, &refused.body["category"]),
        (429, &json!("rate_limit"))
    );
    assert_eq!(refused.headers["retry-after"], "1");
}

#[tokio::test]
async fn a_foreign_key_does_not_reach_the_record() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-FLW-01/a"), Script::default()).unwrap();
    let mut partner = Partner::without_token(mount.base_url());
    partner.token = "live-key-of-production".to_owned();
    assert_eq!(partner.get("/v1/products").await.status, 401);
    let seen = mount.requests().remove(0);
    assert_eq!(
        seen.headers.get("authorization"),
        Some("Bearer [unknown credential]")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_partners_at_once_lose_no_record() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-RTY-07/a"), Script::default()).unwrap();
    let partners = (0..40).map(|_| {
        let base = mount.base_url().to_owned();
        tokio::spawn(async move {
            let partner = Partner::new(&base, None).await;
            insured(&partner).await
        })
    });
    let mut policies = std::collections::HashSet::new();
    for partner in partners.collect::<Vec<_>>() {
        policies.insert(partner.await.unwrap().0);
    }
    mount.settled().await;
    assert_eq!((policies.len(), mount.count()), (40, 160));
}
