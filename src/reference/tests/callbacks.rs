//! The clean partner and recurring callbacks.

use serde_json::{Value, json};

use super::rig::{RECURRING, Rig, hashed};
use crate::reference::{Defect, identity};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

async fn subscription(rig: &Rig) -> String {
    let reference = identity::reference("SUB-");
    rig.post_start(
        "subscribe",
        &json!({"reference": reference, "recurring_id": format!("R{reference}"), "amount": "24.50"}),
    )
    .await;
    reference
}

fn report(order: &str, status: &str, transaction: &str) -> Value {
    let msg = "Payment_was_successful";
    json!({"recurring_id": "R", "status_id": status, "order_id": order, "transaction_id": transaction, "msg": msg,
           "hash": hashed(&[RECURRING, status, order, transaction, msg]), "next_payment_date": 1_767_198_600, "payment_details": []})
}

#[tokio::test]
async fn instalments_are_booked_once_each() {
    let rig = Rig::start(&[]).await;
    let order = subscription(&rig).await;
    for transaction in ["t1", "t1", "t2"] {
        assert_eq!(
            rig.call_back(JSON, report(&order, "1", transaction).to_string())
                .await,
            (200, "OK".into())
        );
    }
    assert_eq!(
        rig.call_back(JSON, report(&order, "0", "t3").to_string()).await.0,
        200
    );
    let effect = rig.effect("subscription", &order).await;
    assert_eq!(
        (effect["count"].as_i64(), effect["state"].as_str()),
        (Some(2), Some("paid"))
    );
    assert_eq!(effect["next_payment_date"], "2026-01-01");
    assert_eq!(effect["failures"], 1);
    assert_eq!(rig.count("subscription", &format!("R{order}")).await, 2);
}

#[tokio::test]
async fn only_exactly_one_means_paid() {
    let rig = Rig::start(&[]).await;
    for status in ["2", "3", "01", "1 ", "+1", "1.0", "true", "success", ""] {
        let order = subscription(&rig).await;
        assert_eq!(
            rig.call_back(JSON, report(&order, status, "t").to_string())
                .await
                .0,
            200,
            "{status}"
        );
        let effect = rig.effect("order", &order).await;
        assert_eq!(
            (effect["count"].as_i64(), effect["state"].as_str()),
            (Some(0), Some("pending")),
            "{status}"
        );
    }
    let order = subscription(&rig).await;
    let mut pending = report(&order, "3", "t");
    assert_eq!(rig.call_back(JSON, pending.to_string()).await.0, 200);
    pending = report(&order, "1", "t");
    pending["status_id"] = json!(1);
    assert_eq!(rig.call_back(JSON, pending.to_string()).await.0, 200);
    assert_eq!(rig.count("order", &order).await, 1);
}

#[tokio::test]
async fn hashes_are_enforced_and_cannot_be_recut() {
    let rig = Rig::start(&[]).await;
    let order = subscription(&rig).await;
    for hash in [
        json!(null),
        json!(""),
        json!("00"),
        json!(true),
        json!([report(&order, "1", "t")["hash"]]),
        json!({}),
    ] {
        let mut forged = report(&order, "1", "t");
        forged["hash"] = hash;
        assert_eq!(
            rig.call_back(JSON, forged.to_string()).await,
            (400, "refused".into())
        );
    }
    let longer = format!("{order}7");
    rig.post_start(
        "subscribe",
        &json!({"reference": longer, "recurring_id": "R2", "amount": "24.50"}),
    )
    .await;
    assert_eq!(
        rig.call_back(JSON, report(&order, "1", "7001").to_string())
            .await
            .0,
        200
    );
    let mut recut = report(&order, "1", "7001");
    recut["order_id"] = json!(longer);
    recut["transaction_id"] = json!("001");
    rig.call_back(JSON, recut.to_string()).await;
    assert_eq!(rig.count("order", &longer).await, 0);
    assert_eq!(rig.count("order", &order).await, 1);
}

#[tokio::test]
async fn forms_are_decoded_once() {
    let rig = Rig::start(&[]).await;
    for msg in ["100%25 sure", "a+b", "café ok", "trailing "] {
        let order = subscription(&rig).await;
        let hash = hashed(&[RECURRING, "1", &order, "t", msg]);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("status_id", "1"),
                ("order_id", &order),
                ("transaction_id", "t"),
                ("msg", msg),
                ("hash", &hash),
            ])
            .finish();
        assert_eq!(rig.call_back(FORM, form.clone()).await, (200, "OK".into()));
        assert_eq!(rig.call_back(FORM, form + "&status_id=0").await.0, 400);
        assert_eq!(rig.count("order", &order).await, 1, "{msg}");
    }
    let other = report("nobody", "1", "t");
    assert_eq!(rig.call_back(JSON, other.to_string()).await.0, 200);
    assert_eq!(rig.effect("order", "nobody").await["state"], "absent");
}

#[tokio::test]
async fn hash_defects_accept_what_they_name() {
    for (defect, genuine, flipped) in [
        (Defect::HmacWhereSha256, 400, 400),
        (Defect::HashUnchecked, 200, 200),
        (Defect::HashPartial, 200, 200),
    ] {
        let rig = Rig::start(&[defect]).await;
        let order = subscription(&rig).await;
        let mut forged = report(&order, "0", "t");
        forged["status_id"] = json!("1");
        assert_eq!(
            rig.call_back(JSON, forged.to_string()).await.0,
            flipped,
            "{defect}"
        );
        assert_eq!(
            rig.count("order", &order).await,
            i64::from(flipped == 200),
            "{defect}"
        );
        let order = subscription(&rig).await;
        assert_eq!(
            rig.call_back(JSON, report(&order, "1", "t").to_string()).await.0,
            genuine,
            "{defect}"
        );
    }
    let rig = Rig::start(&[Defect::NullOrderCrash]).await;
    assert_eq!(
        rig.call_back(JSON, report("nobody", "1", "t").to_string())
            .await
            .0,
        500
    );
}
