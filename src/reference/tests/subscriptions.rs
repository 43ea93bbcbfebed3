//! The life of a subscription: history, plan, next day, notices; and what the switches make of it.

use serde_json::{Value, json};

use super::rig::{RECURRING, Rig, hashed};
use crate::reference::{Defect, identity};

async fn subscription(rig: &Rig) -> String {
    let order = identity::reference("SUB-");
    let wanted = json!({"reference": order, "recurring_id": format!("R{order}"), "amount": "24.50"});
    rig.post_start("subscribe", &wanted).await;
    order
}

fn report(order: &str, status: &str, transaction: &str, msg: &str) -> Value {
    json!({"recurring_id": format!("R{order}"), "status_id": status, "order_id": order, "transaction_id": transaction,
           "msg": msg, "hash": hashed(&[RECURRING, status, order, transaction, msg]),
           "next_payment_date": 1_767_198_600, "payment_details": []})
}

fn notice(order: &str, action: &str) -> Value {
    let (recurring, email) = (format!("R{order}"), "a@example.org");
    json!({"action": action, "recurring_id": recurring, "type": "installment", "customer_email": email,
           "hash": hashed(&[RECURRING, &recurring, "installment", email])})
}

async fn send(rig: &Rig, document: &Value) -> (u16, String) {
    rig.call_back("application/json", document.to_string()).await
}

async fn counted(rig: &Rig, order: &str, reports: &[(&str, &str, &str)]) -> (i64, String) {
    for (status, transaction, msg) in reports {
        send(rig, &report(order, status, transaction, msg)).await;
    }
    let effect = rig.effect("subscription", order).await;
    (
        effect["count"].as_i64().unwrap(),
        effect["state"].as_str().unwrap().to_owned(),
    )
}

#[tokio::test]
async fn each_transaction_has_a_state_of_its_own() {
    let rig = Rig::start(&[]).await;
    let order = subscription(&rig).await;
    let reports = [
        ("2", "t1", "m"),
        ("1", "t1", "m"),
        ("0", "t1", "m"),
        ("0", "t2", "m"),
        ("0", "t3", "m"),
        ("1", "t3", "m"),
    ];
    assert_eq!(counted(&rig, &order, &reports).await, (2, "paid".to_owned()));
    let history = rig.effect("subscription", &order).await["history"].take();
    assert_eq!(
        history,
        json!([{"transaction_id": "t1", "state": "paid"}, {"transaction_id": "t2", "state": "failed"},
               {"transaction_id": "t3", "state": "paid"}])
    );
}

#[tokio::test]
async fn the_plan_is_shown_and_pays_nothing() {
    let rig = Rig::start(&[]).await;
    let order = subscription(&rig).await;
    let mut document = report(&order, "1", "t1", "m");
    document["payment_details"] = json!([
        {"no": 1, "date": 1_767_198_600, "amount": "24.50", "status": "paid"},
        {"no": 2, "date": 1_769_877_000, "amount": "24.50", "status": "paid"}]);
    document["next_payment_date"] = Value::Null;
    assert_eq!(send(&rig, &document).await, (200, "OK".into()));
    let effect = rig.effect("subscription", &order).await;
    assert_eq!(effect["count"], 1);
    assert_eq!(effect["next_payment_date"], Value::Null);
    assert_eq!(effect["plan"][1]["day"], "2026-02-01");
}

#[tokio::test]
async fn notices_are_filed_and_only_that() {
    for (defects, expected) in [(&[][..], 0), (&[Defect::ScheduleAsPayment][..], 1)] {
        let rig = Rig::start(defects).await;
        let order = subscription(&rig).await;
        for action in ["new_schedule", "remove_schedule", "terminate", "new_schedule"] {
            assert_eq!(
                send(&rig, &notice(&order, action)).await,
                (200, "OK".into()),
                "{action}"
            );
        }
        let mut forged = notice(&order, "new_schedule");
        forged["type"] = json!("subscription");
        assert_eq!(send(&rig, &forged).await.0, 400);
        assert_eq!(rig.count("subscription", &order).await, expected);
    }
}

/// A defect, what is reported to it, the count then, and the state.
type Row<'a> = (Defect, &'a [(&'a str, &'a str, &'a str)], i64, &'a str);

#[tokio::test]
async fn each_habit_loses_or_doubles_what_it_names() {
    let paid = ("1", "t1", "m");
    let table: [Row<'_>; 6] = [
        (Defect::NoCallbackDedupe, &[paid, paid], 2, "paid"),
        (
            Defect::DedupeIncludesMsg,
            &[paid, paid, ("1", "t1", "other")],
            2,
            "paid",
        ),
        (Defect::DedupeByOrder, &[paid, ("1", "t2", "m")], 1, "paid"),
        (
            Defect::DedupeIgnoresStatus,
            &[("2", "t1", "m"), paid],
            0,
            "pending",
        ),
        (
            Defect::FailureCancelsAll,
            &[paid, ("0", "t2", "m")],
            1,
            "cancelled",
        ),
        (
            Defect::MsgNormalisedBeforeHash,
            &[
                ("1", "t1", "a__b"),
                ("1", "t2", "a "),
                ("1", "t3", "1+1"),
                ("1", "t4", "a_b c"),
            ],
            1,
            "paid",
        ),
    ];
    for (defect, reports, count, state) in table {
        let rig = Rig::start(&[defect]).await;
        let order = subscription(&rig).await;
        let expected = (count, state.to_owned());
        assert_eq!(counted(&rig, &order, reports).await, expected, "{defect}");
    }
}

#[tokio::test]
async fn lists_and_pages_are_what_the_switches_say() {
    let rig = Rig::start(&[Defect::RigidDetails, Defect::HtmlAck]).await;
    let order = subscription(&rig).await;
    let mut document = report(&order, "1", "t1", "m");
    assert_eq!(send(&rig, &document).await.0, 500);
    document["payment_details"] = json!([{"no": 1}]);
    let (status, body) = send(&rig, &document).await;
    assert_eq!(status, 200);
    assert!(body.starts_with("<html>"), "{body}");
}
