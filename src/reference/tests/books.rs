//! What events do to the books, on the clean partner and with one mistake switched on.

use serde_json::{Value, json};

use super::rig::{Letter, Rig, event, paid};
use crate::reference::{Defect, identity};

async fn told(rig: &Rig, event: &Value) -> u16 {
    rig.deliver(&Letter::signed(event.to_string())).await.0
}

async fn field(rig: &Rig, kind: &str, reference: &str, name: &str) -> String {
    let view = rig.effect(kind, reference).await;
    view[name].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_issuance_is_recorded_unless_only_payments_are_wired_up() {
    for (defects, state) in [(&[][..], "issued"), (&[Defect::PolicyEventsIgnored], "requested")] {
        let rig = Rig::start(defects).await;
        let (_, policy) = rig.order().await;
        let data = json!({"policy_id": policy, "status": "issued", "policy_number": "SN-1"});
        assert_eq!(told(&rig, &event("policy.issued", &data)).await, 200);
        assert_eq!(field(&rig, "policy", &policy, "state").await, state);
    }
}

#[tokio::test]
async fn a_cancellation_ends_one_policy_unless_it_goes_by_the_customer() {
    for (defects, neighbour) in [(&[][..], "requested"), (&[Defect::CancelByCustomer], "cancelled")] {
        let rig = Rig::start(defects).await;
        let policies: Vec<String> = (0..3).map(|_| identity::reference("POL-")).collect();
        for (policy, customer) in policies.iter().zip(["A", "A", "B"]) {
            rig.post_start("order", &json!({"policy": policy, "customer": customer}))
                .await;
        }
        let data = json!({"policy_id": policies[0], "status": "cancelled"});
        assert_eq!(told(&rig, &event("policy.cancelled", &data)).await, 200);
        let states = [
            field(&rig, "policy", &policies[0], "state").await,
            field(&rig, "policy", &policies[1], "state").await,
            field(&rig, "policy", &policies[2], "state").await,
        ];
        assert_eq!(states, ["cancelled", neighbour, "requested"]);
    }
}

#[tokio::test]
async fn refunds_add_up_unless_any_is_taken_for_the_whole() {
    for (defects, total, state) in [
        (&[][..], "50.00", "partially_refunded"),
        (&[Defect::PartialRefundAsFull], "200.00", "refunded"),
    ] {
        let rig = Rig::start(defects).await;
        let (order, _) = rig.order().await;
        assert_eq!(told(&rig, &paid(&order)).await, 200);
        for amount in ["30.00", "20.00"] {
            let data = json!({"refund_id": identity::reference("rfd_"), "transaction_id": "t", "order_id": order,
                              "status": "processed", "amount": amount, "currency": "MYR"});
            assert_eq!(told(&rig, &event("refund.processed", &data)).await, 200);
        }
        assert_eq!(field(&rig, "order", &order, "refunded").await, total);
        assert_eq!(field(&rig, "order", &order, "state").await, state);
    }
}

#[tokio::test]
async fn a_claim_moves_on_unless_each_event_opens_another() {
    for (defects, claims) in [(&[][..], 1), (&[Defect::ClaimPerEvent], 2)] {
        let rig = Rig::start(defects).await;
        let (_, policy) = rig.order().await;
        let claim = identity::reference("CLM-");
        for (kind, status) in [("claim.submitted", "submitted"), ("claim.updated", "approved")] {
            let data = json!({"claim_id": claim, "policy_id": policy, "status": status});
            assert_eq!(told(&rig, &event(kind, &data)).await, 200);
        }
        assert_eq!(rig.count("claim", &claim).await, claims);
        assert_eq!(field(&rig, "claim", &claim, "state").await, "approved");
    }
}

#[tokio::test]
async fn two_payments_at_once_stay_apart_unless_they_share_a_place() {
    for (defects, orders_paid) in [(&[][..], 2), (&[Defect::LastOrderWins], 1)] {
        let rig = Rig::start(defects).await;
        let ((one, _), (two, _)) = (rig.order().await, rig.order().await);
        let (first, second) = (paid(&one), paid(&two));
        let answers = tokio::join!(told(&rig, &first), told(&rig, &second));
        assert_eq!(answers, (200, 200));
        let counts = rig.count("order", &one).await + rig.count("order", &two).await;
        assert_eq!(counts, orders_paid);
    }
}

#[tokio::test]
async fn another_sum_is_flagged_unless_sums_are_never_compared() {
    for (defects, count) in [(&[][..], 0), (&[Defect::AmountBlind], 1)] {
        let rig = Rig::start(defects).await;
        for (member, value) in [("amount", "1.00"), ("amount", "1000.00"), ("currency", "IDR")] {
            let (order, _) = rig.order().await;
            let mut event = paid(&order);
            event["data"][member] = json!(value);
            assert_eq!(told(&rig, &event).await, 200);
            let view = rig.effect("order", &order).await;
            assert_eq!(view["count"], count, "{value}");
            assert_eq!(view["flag"].is_string(), count == 0, "{value}");
        }
    }
}

#[tokio::test]
async fn new_members_are_skipped_unless_the_lists_are_closed() {
    for (defects, status) in [(&[][..], 200), (&[Defect::DenyUnknownFields], 400)] {
        let rig = Rig::start(defects).await;
        for pointer in ["", "/data", "/data/metadata"] {
            let (order, _) = rig.order().await;
            let mut event = paid(&order);
            event.pointer_mut(pointer).unwrap()["loyalty_tier"] = json!("gold");
            assert_eq!(told(&rig, &event).await, status, "{pointer}");
        }
        let (order, _) = rig.order().await;
        assert_eq!(told(&rig, &paid(&order)).await, 200);
    }
}

#[tokio::test]
async fn an_unknown_status_waits_unless_whatever_is_not_failed_counts() {
    for (defects, count) in [(&[][..], 0), (&[Defect::NotFailedMeansPaid], 1)] {
        let rig = Rig::start(defects).await;
        let (order, _) = rig.order().await;
        let mut event = paid(&order);
        event["data"]["status"] = json!("processing");
        assert_eq!(told(&rig, &event).await, 200);
        assert_eq!(rig.count("order", &order).await, count);
    }
}
