//! Exact values of recurring callbacks: the clean partner, and what each defect of strictness does in the
//! books.

use serde_json::{Value, json};

use super::rig::{RECURRING, Rig, hashed};
use crate::reference::{Defect, identity};

async fn subscribe(rig: &Rig, reference: &str) {
    rig.post_start(
        "subscribe",
        &json!({"reference": reference, "recurring_id": format!("R{reference}"), "amount": "24.50"}),
    )
    .await;
}

fn report(status: &str, order: &str, transaction: &str) -> Value {
    json!({"recurring_id": format!("R{order}"), "status_id": status, "order_id": order,
           "transaction_id": transaction, "msg": "m",
           "hash": hashed(&[RECURRING, status, order, transaction, "m"]), "next_payment_date": null})
}

async fn posted(rig: &Rig, callback: &Value) -> u16 {
    rig.call_back("application/json", callback.to_string()).await.0
}

#[tokio::test]
async fn zeros_and_digits_survive_unless_ids_are_numbers() {
    for (defects, booked, transaction) in [
        (&[][..], "0077", "1234567890123456789"),
        (&[Defect::PrecisionLoss][..], "77", "1234567890123456800"),
    ] {
        let rig = Rig::start(defects).await;
        subscribe(&rig, "77").await;
        subscribe(&rig, "0077").await;
        let sent = report("1", "0077", "1234567890123456789");
        assert_eq!(posted(&rig, &sent).await, 200);
        let effect = rig.effect("order", booked).await;
        assert_eq!(
            (effect["count"].as_i64(), &effect["transaction_id"]),
            (Some(1), &json!(transaction))
        );
    }
}

#[tokio::test]
async fn the_number_zero_is_a_failure_unless_it_is_falsy() {
    for (defects, status, state) in [
        (&[][..], 200, "failed"),
        (&[Defect::FalsyZero][..], 400, "pending"),
    ] {
        let rig = Rig::start(defects).await;
        subscribe(&rig, "S").await;
        let mut callback = report("0", "S", "t");
        callback["status_id"] = json!(0);
        assert_eq!(posted(&rig, &callback).await, status);
        assert_eq!(rig.effect("order", "S").await["state"], state);
    }
}

#[tokio::test]
async fn a_hash_that_is_no_text_proves_nothing_unless_types_are_converted() {
    for (defects, hash, status, count) in [
        (&[][..], json!(true), 400, 0),
        (&[Defect::LooseHashCompare][..], json!(true), 200, 1),
        (&[Defect::LooseHashCompare][..], json!([]), 500, 0),
        (&[Defect::LooseHashCompare][..], json!("00"), 400, 0),
    ] {
        let rig = Rig::start(defects).await;
        subscribe(&rig, "S").await;
        let mut callback = report("1", "S", "t");
        callback["hash"] = hash;
        assert_eq!(posted(&rig, &callback).await, status);
        assert_eq!(rig.count("order", "S").await, count);
    }
}

#[tokio::test]
async fn fields_outside_the_hash_move_nothing_unless_they_are_trusted() {
    let far = 4_070_908_800_i64;
    for (defects, other, next) in [
        (&[][..], 0, Value::Null),
        (&[Defect::RecurringIdTrusted][..], 1, Value::Null),
        (&[Defect::DateTrusted][..], 0, json!("2099-01-01")),
    ] {
        let rig = Rig::start(defects).await;
        let (own, dear) = (identity::reference("SUB-"), identity::reference("SUB-"));
        subscribe(&rig, &own).await;
        subscribe(&rig, &dear).await;
        let mut callback = report("1", &own, "t");
        callback["recurring_id"] = json!(format!("R{dear}"));
        callback["next_payment_date"] = json!(far);
        assert_eq!(posted(&rig, &callback).await, 200);
        assert_eq!(rig.count("order", &dear).await, other);
        let effect = rig.effect("order", &own).await;
        assert_eq!(effect["count"].as_i64(), Some(1 - other));
        assert_eq!(effect["next_payment_date"], next);
        if other == 0 {
            assert_eq!(effect["flag"], "callback names another subscription");
        }
    }
}

#[tokio::test]
async fn a_hash_serves_once_unless_cuts_are_trusted() {
    for (defects, paid) in [(&[][..], 0), (&[Defect::UndelimitedTrust][..], 1)] {
        let rig = Rig::start(defects).await;
        subscribe(&rig, "A").await;
        subscribe(&rig, "A9").await;
        assert_eq!(posted(&rig, &report("1", "A", "900")).await, 200);
        posted(&rig, &report("1", "A9", "00")).await;
        assert_eq!(rig.count("order", "A9").await, paid);
        assert_eq!(rig.count("order", "A").await, 1);
    }
}
