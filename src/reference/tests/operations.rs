//! The API client at work: the flow, its faults, and its defects.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::platform::Platform;
use super::rig::{Letter, Rig, event, options};
use crate::reference::{Authentication, Defect};

const FLOW: [&str; 7] = [
    "POST /v1/oauth/token",
    "GET /v1/products",
    "POST /v1/quotations",
    "POST /v1/customers",
    "POST /v1/policies",
    "POST /v1/payments",
    "GET /v1/policies",
];

fn buy(platform: &Platform) -> Value {
    json!({"api_base_url": platform.url(), "reference": "ORD-77", "name": "Canary Name", "id_number": "010229-14-5678",
           "email": "canary@example.invalid", "phone": "+60123456789", "birth_date": "2004-02-29", "address": "1 Jalan"})
}

fn calls(platform: &Platform) -> Vec<String> {
    platform.seen().into_iter().map(|seen| seen.call).collect()
}

#[tokio::test]
async fn the_whole_flow_runs_in_order_and_is_not_repeated() {
    let platform = Platform::start().await;
    let rig = Rig::start(&[]).await;
    let answer = rig.post_start("buy", &buy(&platform)).await;
    assert_eq!(answer["outcome"], "success", "{answer}");
    assert_eq!(calls(&platform), FLOW);
    let effect = rig.effect("order", "ORD-77").await;
    assert_eq!(
        (effect["count"].as_i64(), effect["state"].as_str()),
        (Some(1), Some("paid"))
    );
    assert_eq!(
        (&effect["amount"], &effect["policy"]),
        (&json!("45.60"), &answer["policy"])
    );
    assert_eq!(
        rig.effect("policy", answer["policy"].as_str().unwrap()).await["state"],
        "issued"
    );
    let keys: std::collections::HashSet<_> = platform
        .seen()
        .iter()
        .filter_map(|seen| seen.key.clone())
        .collect();
    assert_eq!(keys.len(), 4);
    for seen in &platform.seen()[1..] {
        assert!(seen.authorization.as_ref().unwrap().starts_with("Bearer "));
        assert!(!seen.url.to_lowercase().contains("canary") && !seen.url.contains("010229"));
    }
    let again = rig.post_start("buy", &buy(&platform)).await;
    assert_eq!(again["policy"], answer["policy"]);
    assert_eq!(platform.count("POST /v1/payments"), 1);
    assert_eq!(platform.count("POST /v1/oauth/token"), 1);
    let log = std::fs::read_to_string(&rig.ready.log).unwrap();
    assert!(
        !log.contains("Canary") && !log.contains("hush") && !log.contains("Bearer"),
        "{log}"
    );
}

#[tokio::test]
async fn wrong_input_reaches_nobody() {
    let platform = Platform::start().await;
    let rig = Rig::start(&[]).await;
    for (field, value) in [
        ("birth_date", json!("2005-02-30")),
        ("email", json!("x")),
        ("name", json!(null)),
        ("amount", json!("-1.00")),
    ] {
        let mut input = buy(&platform);
        input[field] = value;
        let answer = rig.post_start("buy", &input).await;
        assert_eq!(
            (&answer["outcome"], &answer["category"]),
            (&json!("failed"), &json!("validation"))
        );
        assert_eq!(answer["fields"], json!([field]));
    }
    assert!(calls(&platform).is_empty());
}

#[tokio::test]
async fn client_errors_end_the_flow_at_once_unless_everything_is_retried() {
    for (defects, status, attempts) in [
        (&[][..], 422, 1),
        (&[][..], 499, 1),
        (&[][..], 302, 1),
        (&[Defect::RetryEverything][..], 404, 4),
    ] {
        let platform = Platform::with_fault(move |call, _| {
            (call == "POST /v1/quotations").then(|| {
                ResponseTemplate::new(status)
                    .insert_header("x-request-id", "req-9")
                    .set_body_json(json!({"errors": [{"field": "cover", "message": "canary"}]}))
            })
        })
        .await;
        let rig = Rig::start(defects).await;
        let answer = rig.post_start("buy", &buy(&platform)).await;
        assert_eq!(answer["outcome"], "failed");
        assert_eq!(platform.count("POST /v1/quotations"), attempts, "{status}");
        assert_eq!(platform.count("POST /v1/customers"), 0);
        assert_eq!(rig.effect("order", "ORD-77").await["state"], "failed");
        let line = rig
            .log()
            .into_iter()
            .find(|line| line["request_id"] == "req-9")
            .unwrap();
        assert_eq!(
            (&line["operation"], line["attempts"].as_u64()),
            (&json!("buy"), Some(attempts as u64))
        );
        assert!(line["message"].as_str().unwrap().contains("cover") && !line.to_string().contains("canary"));
    }
}

#[tokio::test]
async fn a_401_is_answered_by_one_new_token() {
    let platform = Platform::with_fault(|call, before| {
        (call == "POST /v1/customers" && before == 0).then(|| ResponseTemplate::new(401))
    })
    .await;
    let rig = Rig::start(&[]).await;
    assert_eq!(rig.post_start("buy", &buy(&platform)).await["outcome"], "success");
    assert_eq!(
        (
            platform.count("POST /v1/oauth/token"),
            platform.count("POST /v1/customers")
        ),
        (2, 2)
    );

    let closed =
        Platform::with_fault(|call, _| (call != "POST /v1/oauth/token").then(|| ResponseTemplate::new(401)))
            .await;
    let answer = rig.post_start("buy", &buy(&closed)).await;
    assert_eq!(answer["category"], "authentication");
    assert_eq!(
        (
            closed.count("POST /v1/oauth/token"),
            closed.count("GET /v1/products")
        ),
        (2, 2)
    );
}

#[tokio::test]
async fn an_outage_is_survived_under_one_key_and_a_broken_flow_is_resumed() {
    let platform = Platform::with_fault(|call, before| {
        (call == "POST /v1/payments" && before < 5).then(|| ResponseTemplate::new(503))
    })
    .await;
    let rig = Rig::start(&[]).await;
    let answer = rig.post_start("buy", &buy(&platform)).await;
    assert_eq!(
        (&answer["outcome"], &answer["category"]),
        (&json!("failed"), &json!("server"))
    );
    assert_eq!(platform.count("POST /v1/payments"), 4);
    assert_eq!(rig.count("order", "ORD-77").await, 0);
    assert_eq!(rig.post_start("buy", &buy(&platform)).await["outcome"], "success");
    let payments: Vec<_> = platform
        .seen()
        .into_iter()
        .filter(|seen| seen.call == "POST /v1/payments")
        .collect();
    assert_eq!(payments.len(), 6);
    assert!(
        payments
            .iter()
            .all(|seen| seen.key == payments[0].key && seen.body == payments[0].body)
    );
    assert_eq!(
        (
            platform.count("POST /v1/policies"),
            platform.count("POST /v1/quotations")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_lost_connection_before_the_payment_is_a_failure() {
    let gone = json!({"api_base_url": "http://127.0.0.1:9", "reference": "ORD-77"});
    let rig = Rig::start(&[]).await;
    let answer = rig.post_start("buy", &gone).await;
    assert_eq!(
        (&answer["outcome"], &answer["category"]),
        (&json!("failed"), &json!("network"))
    );
    assert_eq!(rig.effect("order", "ORD-77").await["state"], "failed");
}

#[tokio::test]
async fn retry_after_is_obeyed_except_by_the_defect() {
    for (defects, least, most) in [
        (&[][..], 2_000, 3_500),
        (&[Defect::IgnoresRetryAfter][..], 90, 900),
    ] {
        let platform = Platform::with_fault(|call, before| {
            (call == "GET /v1/products" && before == 0)
                .then(|| ResponseTemplate::new(429).insert_header("retry-after", "2"))
        })
        .await;
        let rig = Rig::start(defects).await;
        assert_eq!(rig.post_start("buy", &buy(&platform)).await["outcome"], "success");
        let gap = platform.first_gap("GET /v1/products");
        assert!((least..most).contains(&gap), "{gap}");
    }
    let hour =
        Platform::with_fault(|_, _| Some(ResponseTemplate::new(429).insert_header("retry-after", "3600")))
            .await;
    let rig = Rig::start(&[]).await;
    assert_eq!(
        rig.post_start("quote", &buy(&hour)).await["category"],
        "rate_limit"
    );
    assert_eq!(hour.seen().len(), 1);
}

#[tokio::test]
async fn nonsense_answers_are_not_sold() {
    let rig = Rig::start(&[]).await;
    for (call, body) in [
        ("POST /v1/quotations", "<html>"),
        ("POST /v1/quotations", ""),
        (
            "POST /v1/quotations",
            r#"{"quotation_id":"q","premium":"-1.00","currency":"MYR"}"#,
        ),
        (
            "POST /v1/customers",
            r#"{"customer_id":"c","validation":"rejected"}"#,
        ),
        (
            "POST /v1/payments",
            r#"{"transaction_id":"t","status":"successful","amount":"1.00"}"#,
        ),
        (
            "POST /v1/payments",
            r#"{"transaction_id":"t","status":"declined"}"#,
        ),
    ] {
        let platform = Platform::with_fault(move |made, _| {
            (made == call).then(|| ResponseTemplate::new(200).set_body_string(body))
        })
        .await;
        let mut input = buy(&platform);
        input.as_object_mut().unwrap().remove("reference");
        let answer = rig.post_start("buy", &input).await;
        assert_eq!(answer["outcome"], "failed", "{call} {body}");
        assert_eq!(platform.count(call), 1);
        assert_eq!(calls(&platform).last().unwrap(), call);
        assert_eq!(rig.count("order", answer["reference"].as_str().unwrap()).await, 0);
    }
}

#[tokio::test]
async fn a_pending_payment_waits_for_its_webhook() {
    let platform = Platform::with_fault(|call, _| {
        (call == "POST /v1/payments").then(|| {
            ResponseTemplate::new(200)
                .set_body_json(json!({"transaction_id": "txn_late", "status": "pending"}))
        })
    })
    .await;
    let rig = Rig::start(&[]).await;
    let webhook = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(rig.effect("order", "ORD-77").await["state"], "pending");
        let body = event(
            "payment.success",
            &json!({"transaction_id": "txn_late", "order_id": "ORD-77", "status": "success", "amount": "45.60", "currency": "MYR"}),
        );
        assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    };
    let input = buy(&platform);
    let (answer, ()) = futures::join!(rig.post_start("buy", &input), webhook);
    assert_eq!(answer["outcome"], "success");
    assert_eq!(rig.count("order", "ORD-77").await, 1);
}

#[tokio::test]
async fn single_operations_ask_for_the_right_thing_once() {
    let platform = Platform::start().await;
    let mut set_up = options(&[]);
    set_up.api_base_url = Some(platform.url());
    set_up.authentication = Authentication::ApiKey;
    let rig = Rig::start_with(set_up).await;
    let bought = rig.post_start("buy", &json!({"reference": "ORD-8"})).await;
    assert_eq!(bought["outcome"], "success");
    assert_eq!(platform.count("POST /v1/oauth/token"), 0);
    let policy = &bought["policy"];
    let claim = rig.post_start("claim", &json!({"policy": policy})).await;
    assert_eq!(rig.count("claim", claim["reference"].as_str().unwrap()).await, 1);
    assert_eq!(
        rig.post_start("status", &json!({"policy": policy})).await["status"],
        "issued"
    );
    for _ in 0..2 {
        let refund = rig
            .post_start("refund", &json!({"reference": "ORD-8", "amount": "10.00"}))
            .await;
        assert_eq!(refund["outcome"], "pending");
    }
    assert_eq!(platform.count("POST /v1/payments"), 2, "one payment, one refund");
    assert_eq!(
        rig.post_start("cancel", &json!({"policy": policy})).await["outcome"],
        "pending"
    );
    let paid = rig
        .post_start(
            "pay",
            &json!({"reference": "ORD-9", "policy": policy, "amount": "0.30"}),
        )
        .await;
    assert_eq!(paid["outcome"], "success");
    assert_eq!(platform.seen().last().unwrap().body["amount"], "0.30");
    rig.post_start("order", &json!({"reference": "ORD-lost", "amount": "100.00"}))
        .await;
    for booked in [1, 0] {
        let answer = rig.post_start("reconcile", &json!({})).await;
        assert_eq!(
            (&answer["items"], &answer["total"], &answer["booked"]),
            (&json!(1), &json!("100.00"), &json!(booked))
        );
    }
    assert_eq!(rig.effect("order", "ORD-lost").await["state"], "paid");
    assert!(platform.seen().last().unwrap().url.contains("cursor=c+2"));
    assert_eq!(
        rig.post_start("pay", &json!({"policy": policy})).await["fields"],
        json!(["amount"])
    );
}

#[tokio::test]
async fn silence_ends_and_leaves_the_order_pending() {
    let platform = Platform::with_fault(|call, _| {
        (call == "POST /v1/payments").then(|| ResponseTemplate::new(200).set_delay(Duration::from_secs(60)))
    })
    .await;
    let rig = Rig::start(&[]).await;
    let answer = rig.post_start("buy", &buy(&platform)).await;
    assert_eq!(
        (&answer["outcome"], &answer["category"]),
        (&json!("pending"), &json!("network"))
    );
    assert_eq!(rig.effect("order", "ORD-77").await["state"], "pending");
    assert_eq!(platform.count("POST /v1/payments"), 2);
}

#[tokio::test]
async fn client_defects_show_in_requests_and_log() {
    let platform = Platform::start().await;
    let rig = Rig::start(&[Defect::NoAuthOnSome]).await;
    assert_eq!(rig.post_start("buy", &buy(&platform)).await["outcome"], "success");
    let bare: Vec<_> = platform
        .seen()
        .into_iter()
        .filter(|seen| seen.authorization.is_none())
        .map(|seen| seen.call)
        .collect();
    assert_eq!(bare, ["GET /v1/products", "POST /v1/oauth/token"]);

    let platform = Platform::start().await;
    let rig = Rig::start(&[Defect::KeyInQuery, Defect::HeaderDump]).await;
    assert_eq!(rig.post_start("buy", &buy(&platform)).await["outcome"], "success");
    let token = platform
        .seen()
        .last()
        .unwrap()
        .authorization
        .clone()
        .unwrap()
        .replace("Bearer ", "");
    assert!(
        platform
            .seen()
            .last()
            .unwrap()
            .url
            .contains(&format!("api_key={token}"))
    );
    let log = std::fs::read_to_string(&rig.ready.log).unwrap();
    assert!(log.contains(&token) && log.contains("client-hush"));

    let platform = Platform::start().await;
    let mut set_up = options(&[Defect::ProcessThenVerify]);
    set_up.api_base_url = Some(platform.url());
    let rig = Rig::start_with(set_up).await;
    let forged = Letter::signed(super::rig::paid("o").to_string()).resigned(b"x");
    assert_eq!(rig.deliver(&forged).await.0, 401);
    assert_eq!(platform.count("GET /v1/payments"), 1);
    assert_eq!(rig.log()[0]["result"], "processed");
}
