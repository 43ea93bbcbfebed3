//! The clean partner and webhooks.

use serde_json::json;

use super::rig::{Letter, OLD_KEY, Rig, event, options, paid};
use crate::reference::clock;

#[tokio::test]
async fn a_payment_is_booked_once_however_often_it_is_told() {
    let rig = Rig::start(&[]).await;
    let (order, _) = rig.order().await;
    let body = paid(&order);
    let letter = Letter::signed(body.to_string());
    let sendings = (0..10).map(|_| rig.deliver(&letter));
    for (status, _) in futures::future::join_all(sendings).await {
        assert_eq!(status, 200);
    }
    let mut other = body.clone();
    other["id"] = json!("evt_other");
    assert_eq!(rig.deliver(&Letter::signed(other.to_string())).await.0, 200);
    let effect = rig.effect("order", &order).await;
    assert_eq!(effect["count"], 1);
    assert_eq!(effect["state"], "paid");
    assert_eq!(effect["amount"], "100.00");
    assert_eq!(effect["transaction_id"], body["data"]["transaction_id"]);
    let results: Vec<_> = rig.log().iter().map(|line| line["result"].clone()).collect();
    assert_eq!(
        results.iter().filter(|result| **result == "processed").count(),
        1,
        "{results:?}"
    );
    assert_eq!(
        results.iter().filter(|result| **result == "duplicate").count(),
        10
    );
}

#[tokio::test]
async fn the_memory_survives_a_restart() {
    let rig = Rig::start(&[]).await;
    let (order, _) = rig.order().await;
    let letter = Letter::signed(paid(&order).to_string());
    assert_eq!(rig.deliver(&letter).await.0, 200);
    let directory = rig.stop().await;
    let mut again = options(&[]);
    again.database = Some(directory.path().join("partner.db"));
    let rig = Rig::start_with(again).await;
    assert_eq!(rig.deliver(&letter).await.0, 200);
    assert_eq!(rig.count("order", &order).await, 1);
    assert_eq!(rig.log().last().unwrap()["result"], "duplicate");
}

#[tokio::test]
async fn forgeries_change_nothing() {
    let rig = Rig::start(&[]).await;
    let (order, _) = rig.order().await;
    let now = clock::unix_seconds();
    let good = Letter::signed(paid(&order).to_string());
    let forged = [
        good.clone().without("webhook-signature"),
        good.clone().set("webhook-signature", ""),
        good.clone().resigned(b"some other key"),
        good.clone().with_body(paid(&order).to_string()),
        good.clone().set("webhook-id", "evt_x"),
        good.clone().set("webhook-timestamp", &(now - 1).to_string()),
        Letter::at(now - 420, paid(&order).to_string()),
        Letter::at(now + 420, paid(&order).to_string()),
        good.clone().map_signature(|list| list.replace("v1,", "v2,")),
        good.clone().map_signature(|_| "v1,".into()),
        Letter::with_key(super::rig::KEY, &format!("{now}abc"), paid(&order).to_string()),
        good.clone().set("webhook-timestamp", &format!("+{now}")),
    ];
    for letter in &forged {
        let (status, body) = rig.deliver(letter).await;
        assert!(
            (400..402).contains(&status),
            "{status} {:?}",
            letter.headers.len()
        );
        assert_eq!(body, "refused");
    }
    assert_eq!(rig.effect("order", &order).await["state"], "pending");
    assert_eq!(rig.deliver(&good).await.0, 200);
    assert_eq!(rig.count("order", &order).await, 1);
    let levels: Vec<_> = rig.log().iter().map(|line| line["level"].clone()).collect();
    assert!(
        levels.contains(&json!("error")),
        "many refusals raise an alarm: {levels:?}"
    );
}

#[tokio::test]
async fn honest_variety_is_accepted() {
    let rig = Rig::start(&[]).await;
    let now = clock::unix_seconds();
    for variant in 0..8 {
        let (order, _) = rig.order().await;
        let mut body = paid(&order);
        body["data"]["customer_name"] = json!("Zoë 李 அ 😀\u{2028}\u{0}' OR 1=1 --");
        let text = body.to_string();
        let letter = match variant {
            0 => Letter::at(now - 240, text),
            1 => Letter::at(now + 60, text),
            2 => Letter::with_key(OLD_KEY, &now.to_string(), text),
            3 => Letter::signed(text).map_signature(|list| format!("v9,abc v1,AAAA {list}")),
            4 => Letter::signed(serde_json::to_string_pretty(&body).unwrap() + "\n"),
            5 => Letter::signed(
                text.replace("\"100.00\"", "1E2")
                    .replace("\"note\"", "\"n\\/\\u00e9\""),
            ),
            6 => Letter::signed(text.replace("{\"note\":\"n\"}", "null")),
            _ => Letter::signed(text.replace(",\"metadata\":{\"note\":\"n\"}", "")),
        };
        assert_eq!(
            rig.deliver(&letter).await,
            (200, "OK".into()),
            "variant {variant}"
        );
        let effect = rig.effect("order", &order).await;
        assert_eq!(effect["count"], 1, "variant {variant}");
        assert_eq!(effect["name"], body["data"]["customer_name"]);
    }
}

#[tokio::test]
async fn hostile_bodies_are_refused_calmly() {
    let rig = Rig::start(&[]).await;
    let strange: [&[u8]; 8] = [
        b"",
        b"[]",
        b"null",
        b"{\"id\":",
        b"{\"id\":\"\xff\"}",
        b"{\"id\":\"\\ud800\"}",
        b"{}",
        b"{\"id\":7,\"type\":\"payment.success\"}",
    ];
    for body in strange {
        assert_eq!(
            rig.deliver(&Letter::signed(body)).await.0,
            400,
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    assert_eq!(rig.deliver(&Letter::signed(vec![b' '; 5 << 20])).await.0, 413);
    let (order, _) = rig.order().await;
    assert_eq!(
        rig.deliver(&Letter::signed(paid(&order).to_string())).await.0,
        200
    );
}

#[tokio::test]
async fn unknown_things_are_acknowledged_and_left_alone() {
    let rig = Rig::start(&[]).await;
    let (order, policy) = rig.order().await;
    for kind in [
        "policy.renewed",
        "payment.success.v2",
        "Payment.Success",
        " payment.success",
    ] {
        let mut body = paid(&order);
        body["type"] = json!(kind);
        assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    }
    for status in ["failed", "processing", "completed_with_notes"] {
        let mut body = paid(&order);
        body["data"]["status"] = json!(status);
        assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    }
    for (amount, currency) in [("1.00", "MYR"), ("100.00", "IDR"), ("1000.00", "MYR")] {
        let mut body = paid(&order);
        body["data"]["amount"] = json!(amount);
        body["data"]["currency"] = json!(currency);
        assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    }
    assert_eq!(rig.effect("order", &order).await["state"], "pending");
    assert_eq!(rig.effect("policy", &policy).await["state"], "requested");
    assert_eq!(
        rig.deliver(&Letter::signed(paid("ORD-nobody").to_string()))
            .await
            .0,
        200
    );
    assert_eq!(rig.effect("order", "ORD-nobody").await["state"], "absent");
    assert_eq!(rig.log().last().unwrap()["result"], "unmatched");
}

#[tokio::test]
async fn later_facts_stand_whatever_the_order_of_arrival() {
    let rig = Rig::start(&[]).await;
    let send = async |kind: &str, at: &str, data: serde_json::Value| {
        let mut body = event(kind, &data);
        body["created_at"] = json!(at);
        assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    };
    let (early, late) = ("2026-11-20T09:00:00+08:00", "2026-11-20T02:00:00.5Z");
    let (order, policy) = rig.order().await;
    send(
        "policy.cancelled",
        late,
        json!({"policy_id": policy, "status": "cancelled"}),
    )
    .await;
    send(
        "policy.issued",
        early,
        json!({"policy_id": policy, "status": "issued", "policy_number": "P-9"}),
    )
    .await;
    assert_eq!(rig.effect("policy", &policy).await["state"], "cancelled");
    let money = |status: &str| json!({"transaction_id": "t1", "order_id": order, "status": status, "amount": "100.00", "currency": "MYR", "refund_id": "r1"});
    send("refund.processed", late, money("processed")).await;
    send("payment.success", early, money("success")).await;
    let effect = rig.effect("order", &order).await;
    assert_eq!(
        (effect["state"].as_str(), effect["count"].as_i64()),
        (Some("refunded"), Some(0))
    );

    let (other, cover) = rig.order().await;
    let mut failed = money("failed");
    failed["order_id"] = json!(other);
    failed["transaction_id"] = json!("t0");
    send("payment.failed", early, failed.clone()).await;
    assert_eq!(rig.effect("order", &other).await["state"], "failed");
    assert_eq!(
        rig.deliver(&Letter::signed(paid(&other).to_string())).await.0,
        200
    );
    send("payment.failed", late, failed).await;
    assert_eq!(rig.effect("order", &other).await["state"], "paid");

    for (refund, amount) in [("r2", "30.00"), ("r3", "20.00")] {
        send("refund.processed", late, json!({"transaction_id": "t1", "order_id": other, "status": "processed", "amount": amount, "currency": "MYR", "refund_id": refund})).await;
    }
    let effect = rig.effect("order", &other).await;
    assert_eq!(
        (effect["state"].as_str(), effect["refunded"].as_str()),
        (Some("partially_refunded"), Some("50.00"))
    );

    let claim = |status: &str| json!({"claim_id": "CLM-1", "policy_id": cover, "status": status});
    send("claim.updated", late, claim("approved")).await;
    send("claim.submitted", early, claim("submitted")).await;
    send("claim.updated", early, claim("under_review")).await;
    let effect = rig.effect("claim", "CLM-1").await;
    assert_eq!(
        (effect["state"].as_str(), effect["count"].as_i64()),
        (Some("approved"), Some(1))
    );
}

#[tokio::test]
async fn https_works_with_the_announced_ca() {
    let mut set_up = options(&[]);
    set_up.tls = true;
    let rig = Rig::start_with(set_up).await;
    assert!(rig.ready.webhook_url.starts_with("https://127.0.0.1:"));
    let (order, _) = rig.order().await;
    assert_eq!(
        rig.deliver(&Letter::signed(paid(&order).to_string())).await.0,
        200
    );
    assert_eq!(rig.count("order", &order).await, 1);
    let got = rig.client.get(&rig.ready.webhook_url).send().await.unwrap();
    assert_eq!(
        (got.status().as_u16(), got.headers()["allow"].to_str().unwrap()),
        (405, "POST")
    );
}

#[tokio::test]
async fn the_log_holds_no_secret_and_no_payload() {
    let rig = Rig::start(&[]).await;
    let (order, _) = rig.order().await;
    let mut body = paid(&order);
    body["data"]["metadata"] = json!({"card": "4111111111111111", "email": "a@b.invalid", "fake": "x\r\n{\"result\":\"processed\"}"});
    assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    let lines = rig.log();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["event_id"], body["id"]);
    assert_eq!(lines[0]["event_type"], "payment.success");
    assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'));
    let text = lines[0].to_string();
    assert!(!text.contains("4111") && !text.contains("invalid"), "{text}");
}
