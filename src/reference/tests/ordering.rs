//! The order of facts against the order of arrival: the clean partner ends in the same place whatever
//! comes first.

use serde_json::{Value, json};

use super::rig::{Letter, Rig, event};
use crate::reference::Defect;

/// All orders of a short list.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (place, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(place);
        for mut order in permutations(&rest) {
            order.insert(0, first.clone());
            all.push(order);
        }
    }
    all
}

fn money(kind: &str, order: &str, transaction: &str, status: &str) -> Value {
    event(
        kind,
        &json!({"transaction_id": transaction, "order_id": order, "refund_id": format!("rfd_{order}"),
                "status": status, "amount": "100.00", "currency": "MYR"}),
    )
}

fn claim(kind: &str, policy: &str, claim: &str, status: &str) -> Value {
    event(
        kind,
        &json!({"claim_id": claim, "policy_id": policy, "status": status}),
    )
}

/// The events with times that follow one another.
fn dated(mut events: Vec<Value>) -> Vec<Value> {
    for (minute, event) in events.iter_mut().enumerate() {
        event["created_at"] = json!(format!("2026-11-20T10:{minute:02}:00Z"));
    }
    events
}

async fn tell(rig: &Rig, events: &[Value]) {
    for event in events {
        let (status, _) = rig.deliver(&Letter::signed(event.to_string())).await;
        assert_eq!(status, 200, "{event}");
    }
}

#[tokio::test]
async fn payment_second_attempt_and_refund_end_refunded_in_any_order() {
    let rig = Rig::start(&[]).await;
    for order in permutations(&[0, 1, 2]) {
        let (reference, _) = rig.order().await;
        let facts = dated(vec![
            money(
                "payment.failed",
                &reference,
                &format!("one_{reference}"),
                "failed",
            ),
            money(
                "payment.success",
                &reference,
                &format!("two_{reference}"),
                "success",
            ),
            money(
                "refund.processed",
                &reference,
                &format!("two_{reference}"),
                "processed",
            ),
        ]);
        let arrivals: Vec<Value> = order.iter().map(|place: &usize| facts[*place].clone()).collect();
        tell(&rig, &arrivals).await;
        let effect = rig.effect("order", &reference).await;
        assert_eq!(effect["state"], "refunded", "{order:?}");
        let refund_first =
            order.iter().position(|fact| *fact == 2) < order.iter().position(|fact| *fact == 1);
        assert_eq!(effect["count"], i64::from(!refund_first), "{order:?}");
    }
}

#[tokio::test]
async fn a_claim_ends_in_its_newest_status_in_any_order() {
    let rig = Rig::start(&[]).await;
    let (_, policy) = rig.order().await;
    for (number, order) in permutations(&[0, 1, 2, 3]).into_iter().enumerate() {
        let reference = format!("CLM-{number}");
        let facts = dated(vec![
            claim("claim.submitted", &policy, &reference, "submitted"),
            claim("claim.updated", &policy, &reference, "under_review"),
            claim("claim.updated", &policy, &reference, "more_information_needed"),
            claim("claim.updated", &policy, &reference, "approved"),
        ]);
        let arrivals: Vec<Value> = order.iter().map(|place: &usize| facts[*place].clone()).collect();
        tell(&rig, &arrivals).await;
        let effect = rig.effect("claim", &reference).await;
        assert_eq!(effect["state"], "approved", "{order:?}");
        assert_eq!(effect["count"], 1, "{order:?}");
    }
}

#[tokio::test]
async fn of_two_reports_on_one_payment_the_later_instant_wins() {
    let rig = Rig::start(&[]).await;
    for (failed_at, paid_at, state) in [
        ("2026-11-20T18:00:00+08:00", "2026-11-20T10:00:01Z", "paid"),
        ("2026-11-20T10:00:01Z", "2026-11-20T18:00:00+08:00", "failed"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.001Z", "paid"),
        ("2026-11-20T10:00:00.000001Z", "2026-11-20T10:00:00Z", "failed"),
    ] {
        for failed_first in [true, false] {
            let (reference, _) = rig.order().await;
            let transaction = format!("txn_{reference}");
            let mut reports = [
                money("payment.failed", &reference, &transaction, "failed"),
                money("payment.success", &reference, &transaction, "success"),
            ];
            reports[0]["created_at"] = json!(failed_at);
            reports[1]["created_at"] = json!(paid_at);
            if !failed_first {
                reports.reverse();
            }
            tell(&rig, &reports).await;
            let effect = rig.effect("order", &reference).await;
            assert_eq!(effect["state"], state, "{failed_at} {paid_at} {failed_first}");
        }
    }
}

#[tokio::test]
async fn mistakes_about_time_leave_the_plain_order_alone() {
    for defect in [
        Defect::LastWriteWins,
        Defect::FailedIsFinal,
        Defect::UpdateNeedsCreate,
        Defect::Resurrect,
        Defect::NaiveLocalTime,
        Defect::StringTimeCompare,
    ] {
        let rig = Rig::start(&[defect]).await;
        let (reference, policy) = rig.order().await;
        let transaction = format!("txn_{reference}");
        tell(
            &rig,
            &dated(vec![
                money("payment.success", &reference, &transaction, "success"),
                money("refund.processed", &reference, &transaction, "processed"),
                claim("claim.submitted", &policy, &reference, "submitted"),
                claim("claim.updated", &policy, &reference, "approved"),
            ]),
        )
        .await;
        let order = rig.effect("order", &reference).await;
        assert_eq!(
            (&order["state"], &order["count"]),
            (&json!("refunded"), &json!(1)),
            "{defect:?}"
        );
        let claim = rig.effect("claim", &reference).await;
        assert_eq!(
            (&claim["state"], &claim["count"]),
            (&json!("approved"), &json!(1)),
            "{defect:?}"
        );
    }
}
