//! What the partner remembers of events, with and without the mistakes about it.

use std::time::Duration;

use serde_json::{Value, json};

use super::rig::{Letter, Rig, event, options, paid};
use crate::reference::{Defect, identity};

async fn deliver(rig: &Rig, body: &Value) {
    let (status, _) = rig.deliver(&Letter::signed(body.to_string())).await;
    assert_eq!(status, 200);
}

fn changed(body: &Value, pointer: &str, value: &str) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(pointer).unwrap() = json!(value);
    body
}

async fn with_each(defect: Defect) -> [Rig; 2] {
    [Rig::start(&[]).await, Rig::start(&[defect]).await]
}

#[tokio::test]
async fn a_fading_memory_fades_after_its_compressed_time() {
    for (defects, expected) in [(&[][..], 1), (&[Defect::Ttl5minDedupe][..], 2)] {
        let rig = Rig::start_with(crate::reference::Options {
            time_factor: 300,
            ..options(defects)
        })
        .await;
        let (order, _) = rig.order().await;
        let body = paid(&order);
        deliver(&rig, &body).await;
        deliver(&rig, &body).await;
        assert_eq!(rig.count("order", &order).await, 1, "it remembers for a second");
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        deliver(&rig, &body).await;
        assert_eq!(rig.count("order", &order).await, expected);
    }
}

#[tokio::test]
async fn the_first_content_stands_unless_it_is_written_over() {
    for (rig, (count, amount)) in with_each(Defect::UpsertByEventId)
        .await
        .iter()
        .zip([(1, "100.00"), (2, "120.00")])
    {
        let (order, _) = rig.order().await;
        let body = paid(&order);
        deliver(rig, &body).await;
        deliver(rig, &changed(&body, "/data/amount", "120.00")).await;
        let effect = rig.effect("order", &order).await;
        assert_eq!(effect["count"], count);
        assert_eq!(effect["amount"], amount);
    }
}

#[tokio::test]
async fn one_fact_under_two_ids_is_one_fact_unless_ids_are_all_that_counts() {
    for (rig, count) in with_each(Defect::DedupeByEventIdOnly).await.iter().zip([1, 2]) {
        let (order, policy) = rig.order().await;
        let payment = paid(&order);
        let issuance = event("policy.issued", &json!({"policy_id": policy, "status": "issued"}));
        for body in [payment, issuance] {
            deliver(rig, &body).await;
            deliver(rig, &changed(&body, "/id", &identity::reference("evt_"))).await;
            deliver(rig, &body).await;
        }
        assert_eq!(rig.count("order", &order).await, count);
        assert_eq!(rig.count("policy", &policy).await, count);
    }
}

#[tokio::test]
async fn refunds_count_each_unless_the_transaction_is_the_key() {
    for (rig, refunded) in with_each(Defect::DedupeByTransaction)
        .await
        .iter()
        .zip(["50.00", "0.00"])
    {
        let (order, _) = rig.order().await;
        let payment = paid(&order);
        deliver(rig, &payment).await;
        for amount in ["30.00", "20.00"] {
            let data = json!({"refund_id": identity::reference("rfd_"), "order_id": order, "status": "processed",
                "transaction_id": payment["data"]["transaction_id"], "amount": amount, "currency": "MYR"});
            deliver(rig, &event("refund.processed", &data)).await;
        }
        assert_eq!(rig.effect("order", &order).await["refunded"], refunded);
    }
}

#[tokio::test]
async fn similar_ids_are_told_apart_unless_the_column_is_short_and_ignores_case() {
    let long = format!("evt_{}", "x".repeat(186));
    let pairs = [
        ["evt_abc", "evt_ABC"],
        [&format!("{long}0123456789"), &format!("{long}9876543210")],
    ];
    for (rig, second) in with_each(Defect::IdTruncated).await.iter().zip([1, 0]) {
        for ids in pairs {
            let mut counts = Vec::new();
            for id in ids {
                let (order, _) = rig.order().await;
                deliver(rig, &changed(&paid(&order), "/id", id)).await;
                counts.push(rig.count("order", &order).await);
            }
            assert_eq!(counts, [1, second], "{ids:?}");
        }
    }
}
