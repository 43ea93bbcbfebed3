//! Payments of orders made through the API: confirmed there, by a worker, once.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::platform::Platform;
use super::rig::{Letter, Rig, event, options, paid};
use crate::reference::store::database::Database;
use crate::reference::store::jobs;
use crate::reference::{Defect, clock, identity};

const ASKED: &str = "GET /v1/payments";

async fn online_order(rig: &Rig, platform: &Platform) -> String {
    let order = identity::reference("ORD-");
    let input =
        json!({"reference": order, "amount": "100.00", "currency": "MYR", "api_base_url": platform.url()});
    assert_eq!(rig.post_start("order", &input).await["outcome"], "success");
    order
}

fn confirmed() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": "successful", "transaction_id": "txn_1"}))
}

fn announcement(order: &str) -> Value {
    event(
        "payment.success",
        &json!({"transaction_id": "txn_1", "order_id": order, "status": "success", "amount": "100.00",
                "currency": "MYR"}),
    )
}

async fn settled(rig: &Rig, order: &str) -> i64 {
    for _ in 0..200 {
        if rig.count("order", order).await > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    rig.count("order", order).await
}

#[tokio::test]
async fn the_acknowledgement_waits_for_nobody_and_a_failing_platform_loses_nothing() {
    let platform = Platform::with_fault(|call, before| {
        (call == ASKED).then(|| {
            if before < 2 {
                ResponseTemplate::new(500)
            } else {
                confirmed().set_delay(Duration::from_millis(300))
            }
        })
    })
    .await;
    let rig = Rig::start(&[]).await;
    let order = online_order(&rig, &platform).await;
    let letter = Letter::signed(announcement(&order).to_string());
    assert_eq!(rig.deliver(&letter).await.0, 200);
    assert_eq!(rig.count("order", &order).await, 0);
    assert_eq!(rig.deliver(&letter).await.0, 200);
    assert_eq!(settled(&rig, &order).await, 1);
    assert_eq!(platform.count(ASKED), 3);
    // The same payment under another event id is old news.
    let again = Letter::signed(announcement(&order).to_string());
    assert_eq!(rig.deliver(&again).await.0, 200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((rig.count("order", &order).await, platform.count(ASKED)), (1, 3));
}

#[tokio::test]
async fn a_restart_goes_on_with_what_is_in_the_queue() {
    let platform = Platform::with_fault(|call, _| (call == ASKED).then(confirmed)).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("books.db");
    let url = platform.url();
    Database::open(&path)
        .unwrap()
        .transaction(move |books| {
            let order = crate::reference::store::orders::NewOrder {
                reference: "ORD-left".into(),
                recurring_id: None,
                amount: None,
                currency: None,
                name: None,
                policy: None,
            };
            crate::reference::store::orders::create(books, &order)?;
            jobs::remember_api(books, "ORD-left", &url)?;
            jobs::enqueue(books, "ORD-left", "txn_1")?;
            // Taken by a worker that did not live to finish it.
            jobs::take(books, 1, clock::unix_millis())
        })
        .await
        .unwrap();
    let mut restarted = options(&[]);
    restarted.database = Some(path);
    let rig = Rig::start_with(restarted).await;
    assert_eq!(settled(&rig, "ORD-left").await, 1);
}

#[tokio::test]
async fn an_order_made_by_hand_is_asked_about_nowhere() {
    let platform = Platform::start().await;
    let mut options = options(&[]);
    options.api_base_url = Some(platform.url());
    let rig = Rig::start_with(options).await;
    let (order, _) = rig.order().await;
    assert_eq!(
        rig.deliver(&Letter::signed(paid(&order).to_string())).await.0,
        200
    );
    assert_eq!(rig.count("order", &order).await, 1);
    assert_eq!(platform.seen().len(), 0);
}

#[tokio::test]
async fn a_failed_event_is_tried_again_unless_it_was_marked_first() {
    for (defect, expected) in [(Defect::InlineFetch, 1), (Defect::MarkBeforeProcess, 0)] {
        let platform = Platform::with_fault(|call, before| {
            (call == ASKED).then(|| {
                if before == 0 {
                    ResponseTemplate::new(404)
                } else {
                    confirmed()
                }
            })
        })
        .await;
        let rig = Rig::start(&[defect]).await;
        let order = online_order(&rig, &platform).await;
        let letter = Letter::signed(announcement(&order).to_string());
        assert_eq!(rig.deliver(&letter).await.0, 503, "{defect}");
        assert_eq!(rig.deliver(&letter).await.0, 200, "{defect}");
        assert_eq!(rig.count("order", &order).await, expected, "{defect}");
    }
}

#[tokio::test]
async fn an_answer_and_a_webhook_are_one_payment_unless_each_path_fulfils() {
    for (defects, expected) in [
        (&[][..], (1, 1)),
        (&[Defect::TwoPathsTwoIssues], (2, 2)),
        (&[Defect::WebhookOnly], (1, 1)),
    ] {
        let platform = Platform::with_fault(|call, _| {
            (call == ASKED).then(|| ResponseTemplate::new(200).set_body_json(json!({"status": "successful"})))
        })
        .await;
        let rig = Rig::start(defects).await;
        let order = identity::reference("ORD-");
        let input = json!({"reference": order, "product_code": "TRAVEL", "api_base_url": platform.url()});
        let bought = rig.post_start("buy", &input).await;
        assert_eq!(bought["outcome"], "success", "{bought}");
        let told = event(
            "payment.success",
            &json!({"transaction_id": bought["transaction_id"], "order_id": order, "status": "success",
                    "amount": "45.60", "currency": "MYR"}),
        );
        assert_eq!(rig.deliver(&Letter::signed(told.to_string())).await.0, 200);
        tokio::time::sleep(Duration::from_millis(400)).await;
        let issued = platform.count("POST /v1/policies");
        assert_eq!(
            (rig.count("order", &order).await, issued),
            expected,
            "{defects:?}"
        );
    }
}
