//! Each webhook defect opens (or shuts) what it names, and genuine deliveries show whether it is narrow.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::rig::{KEY, Letter, Rig, event, paid};
use crate::reference::webhook::digest;
use crate::reference::{Defect, clock};

type Forge = fn(Letter) -> Letter;

/// Defect, forged delivery, whether the clean partner takes it.
const SIGNATURE_TABLE: &[(Defect, Forge, bool)] = &[
    (
        Defect::FailOpenNoHeader,
        |letter| letter.without("webhook-signature"),
        false,
    ),
    (
        Defect::FailOpenNoHeader,
        |letter| letter.without("webhook-timestamp"),
        false,
    ),
    (
        Defect::FailOpenNoHeader,
        |letter| letter.without("webhook-id"),
        false,
    ),
    (
        Defect::FailOpenNoHeader,
        |letter| letter.set("webhook-signature", ""),
        false,
    ),
    (
        Defect::SigIgnored,
        |letter| letter.resigned(b"any other key"),
        false,
    ),
    (Defect::EmptySecret, |letter| letter.resigned(b""), false),
    (
        Defect::MagicSkipSecret,
        |letter| letter.resigned(b"changeme"),
        false,
    ),
    (Defect::MagicSkipSecret, |letter| letter.resigned(b"***"), false),
    (Defect::SigNotOverBody, appended, false),
    (
        Defect::SigBodyOnly,
        |letter| letter.set("webhook-id", "evt_changed"),
        false,
    ),
    (
        Defect::SigBodyOnly,
        |letter| letter.set("webhook-timestamp", &(clock::unix_seconds() - 7).to_string()),
        false,
    ),
    (Defect::NoReplayWindow, |letter| dated(letter, -420), false),
    (Defect::PastOnlyWindow, |letter| dated(letter, 420), false),
    (
        Defect::PrefixCompare,
        |letter| letter.map_signature(|list| list[..8].into()),
        false,
    ),
    (
        Defect::PrefixCompare,
        |letter| letter.map_signature(|_| "v1,".into()),
        false,
    ),
    (Defect::ParseintTimestamp, lettered, false),
    (
        Defect::VersionBlind,
        |letter| letter.map_signature(|list| list.replace("v1,", "v0,")),
        false,
    ),
    (Defect::AcceptsLegacySha1, legacy, false),
    (Defect::FirstHeaderWins, doubled, false),
    (
        Defect::FirstSignatureOnly,
        |letter| letter.map_signature(|list| format!("v1,AAAA {list}")),
        true,
    ),
    (
        Defect::LastSignatureOnly,
        |letter| letter.map_signature(|list| format!("{list} v1,AAAA")),
        true,
    ),
    (
        Defect::Reserialize,
        |letter| {
            let body = [&letter.body[..], b"\n"].concat();
            letter.with_body(body).resigned(KEY)
        },
        true,
    ),
    (
        Defect::AsciiHmac,
        |letter| {
            let body = String::from_utf8(letter.body.clone())
                .unwrap()
                .replace("note", "nöte");
            letter.with_body(body).resigned(KEY)
        },
        true,
    ),
    (Defect::ZeroToleranceClock, |letter| dated(letter, 60), true),
    (Defect::ZeroToleranceClock, |letter| dated(letter, -240), true),
    (Defect::RejectsAll, |letter| letter, true),
];

fn appended(letter: Letter) -> Letter {
    let body = [&letter.body[..], b"\n"].concat();
    letter.with_body(body)
}

fn dated(letter: Letter, offset: i64) -> Letter {
    letter
        .set("webhook-timestamp", &(clock::unix_seconds() + offset).to_string())
        .resigned(KEY)
}

fn lettered(letter: Letter) -> Letter {
    letter
        .set("webhook-timestamp", &format!("{}abc", clock::unix_seconds()))
        .resigned(KEY)
}

fn legacy(letter: Letter) -> Letter {
    let [digest, _] = digest::sha1_signatures(
        KEY,
        &letter.header("webhook-id"),
        &letter.header("webhook-timestamp"),
        &letter.body,
    );
    letter.set("webhook-signature", &format!("v1,{digest}"))
}

fn doubled(letter: Letter) -> Letter {
    let mut letter = dated(letter, -420);
    letter.headers.push((
        "webhook-timestamp".into(),
        clock::unix_seconds().to_string().into_bytes(),
    ));
    letter
}

#[tokio::test]
async fn signature_defects_differ_from_the_clean_partner_exactly_there() {
    let clean = Rig::start(&[]).await;
    for (row, (defect, forge, clean_takes_it)) in SIGNATURE_TABLE.iter().enumerate() {
        let rig = Rig::start(&[*defect]).await;
        for (partner, takes_it) in [(&clean, *clean_takes_it), (&rig, !clean_takes_it)] {
            let (order, _) = partner.order().await;
            let letter = forge(Letter::signed(paid(&order).to_string()));
            let (status, _) = partner.deliver(&letter).await;
            assert_eq!(status == 200, takes_it, "row {row}: {defect}: {status}");
            assert_eq!(
                partner.count("order", &order).await,
                i64::from(takes_it),
                "row {row}: {defect}"
            );
        }
        let (order, _) = rig.order().await;
        let genuine = rig.deliver(&Letter::signed(paid(&order).to_string())).await.0;
        assert_eq!(
            genuine == 200,
            *defect != Defect::RejectsAll,
            "row {row}: {defect}"
        );
    }
}

#[tokio::test]
async fn signature_defects_still_refuse_another_key() {
    let open: &[Defect] = &[Defect::SigIgnored, Defect::SigNotOverBody];
    for (defect, _, _) in SIGNATURE_TABLE {
        let rig = Rig::start(&[*defect]).await;
        let (order, _) = rig.order().await;
        let letter = Letter::signed(paid(&order).to_string()).resigned(b"some other key");
        assert_eq!(
            rig.deliver(&letter).await.0 == 200,
            open.contains(defect),
            "{defect}"
        );
    }
}

#[tokio::test]
async fn repeats_count_double_where_the_memory_is_broken() {
    for (defect, expected) in [
        (Defect::NoDedupe, 3),
        (Defect::CheckThenInsert, 2),
        (Defect::DedupeBySignature, 2),
        (Defect::ErrorOnDuplicate, 1),
    ] {
        let rig = Rig::start(&[defect]).await;
        let (order, _) = rig.order().await;
        let body = paid(&order).to_string();
        let first = Letter::at(clock::unix_seconds() - 5, body.clone());
        let again = Letter::signed(body);
        let (left, right) = match defect {
            Defect::CheckThenInsert => futures::join!(rig.deliver(&first), rig.deliver(&first)),
            Defect::DedupeBySignature => (rig.deliver(&first).await, rig.deliver(&again).await),
            _ => (rig.deliver(&first).await, rig.deliver(&first).await),
        };
        assert_eq!(left.0, 200, "{defect}");
        assert_eq!(
            right.0,
            if defect == Defect::ErrorOnDuplicate {
                409
            } else {
                200
            },
            "{defect}"
        );
        rig.deliver(&first).await;
        assert_eq!(rig.count("order", &order).await, expected, "{defect}");
    }
    let rig = Rig::start(&[Defect::CheckThenInsert]).await;
    let (order, _) = rig.order().await;
    let mut body = paid(&order);
    for id in ["evt_a", "evt_a", "evt_b"] {
        body["id"] = json!(id);
        assert_eq!(rig.deliver(&Letter::signed(body.to_string())).await.0, 200);
    }
    assert_eq!(
        rig.count("order", &order).await,
        1,
        "one after the other it looks fine"
    );
}

#[tokio::test]
async fn handling_defects_do_what_they_say() {
    let failed = |order: &str| {
        event(
            "payment.failed",
            &json!({"transaction_id": "t", "order_id": order, "status": "failed", "amount": "100.00", "currency": "MYR"}),
        )
    };
    let claim = |policy: &str| {
        event(
            "claim.submitted",
            &json!({"claim_id": "C1", "policy_id": policy, "status": "submitted"}),
        )
    };
    let table: &[(Defect, u16, i64)] = &[
        (Defect::AckDrop, 200, 0),
        (Defect::AnyEventIsSuccess, 200, 1),
        (Defect::PhantomOrder, 200, 1),
        (Defect::NullOrderCrash, 500, 0),
        (Defect::UnknownType500, 500, 0),
        (Defect::ScopeCrash, 500, 0),
        (Defect::ParseCrash, 500, 0),
        (Defect::Utf8Panic, 500, 0),
        (Defect::OkOnBadSignature, 200, 0),
        (Defect::SlashRedirect, 308, 0),
        (Defect::HttpToHttpsRedirect, 301, 0),
    ];
    for (defect, status, count) in table {
        let rig = Rig::start(&[*defect]).await;
        let (mut order, policy) = rig.order().await;
        let letter = match defect {
            Defect::AnyEventIsSuccess => Letter::signed(failed(&order).to_string()),
            Defect::PhantomOrder | Defect::NullOrderCrash => {
                order = "ORD-nobody".into();
                Letter::signed(paid(&order).to_string())
            }
            Defect::UnknownType500 => Letter::signed(event("policy.renewed", &json!({})).to_string()),
            Defect::ScopeCrash => Letter::signed(claim(&policy).to_string()),
            Defect::ParseCrash => Letter::signed("{\"id\""),
            Defect::Utf8Panic => Letter::signed(&b"{\"id\":\"\xff\"}"[..]),
            Defect::OkOnBadSignature => Letter::signed(paid(&order).to_string()).resigned(b"x"),
            _ => Letter::signed(paid(&order).to_string()),
        };
        assert_eq!(rig.deliver(&letter).await.0, *status, "{defect}");
        assert_eq!(rig.count("order", &order).await, *count, "{defect}");
    }
}

#[tokio::test]
async fn oracles_give_the_expected_signature_away() {
    for (defect, in_body, in_log) in [
        (Defect::OracleResponse, true, false),
        (Defect::OracleLog, false, true),
    ] {
        let rig = Rig::start(&[defect]).await;
        let genuine = Letter::signed(paid("o").to_string());
        let expected = genuine.header("webhook-signature");
        let (status, body) = rig.deliver(&genuine.clone().resigned(b"x")).await;
        assert_eq!((status, body.contains(&expected)), (401, in_body), "{defect}");
        let log = rig.log().last().unwrap()["message"].as_str().unwrap().to_owned();
        assert_eq!(log.contains(&expected), in_log, "{defect}");
        assert_eq!(rig.deliver(&genuine).await.0, 200);
    }
}

#[tokio::test]
async fn log_defects_hide_lines_and_results() {
    let rig = Rig::start(&[Defect::SilentHandler]).await;
    rig.deliver(&Letter::signed(paid("o").to_string())).await;
    assert!(rig.log().is_empty());
    let rig = Rig::start(&[Defect::NoResult]).await;
    rig.deliver(&Letter::signed(paid("o").to_string())).await;
    assert_eq!(rig.log()[0].get("result"), None);
}

#[tokio::test]
async fn the_spelling_of_the_header_matters_only_to_the_defect() {
    for (defects, spelling, expected) in [
        (&[][..], "WEBHOOK-SIGNATURE", "200"),
        (&[Defect::CaseSensitiveHeader][..], "webhook-signature", "200"),
        (&[Defect::CaseSensitiveHeader][..], "Webhook-Signature", "400"),
    ] {
        let rig = Rig::start(defects).await;
        let (order, _) = rig.order().await;
        let address = rig.ready.base_url.trim_start_matches("http://").to_owned();
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        for _ in 0..2 {
            let letter = Letter::signed(paid(&order).to_string());
            let head = format!(
                "POST /webhooks HTTP/1.1\r\nhost: {address}\r\nwebhook-id: {}\r\nwebhook-timestamp: {}\r\n{spelling}:  {} \r\ncontent-length: {}\r\n\r\n",
                letter.header("webhook-id"),
                letter.header("webhook-timestamp"),
                letter.header("webhook-signature"),
                letter.body.len(),
            );
            stream
                .write_all(&[head.as_bytes(), &letter.body].concat())
                .await
                .unwrap();
            let mut answer = [0_u8; 1024];
            let length = stream.read(&mut answer).await.unwrap();
            assert_eq!(
                std::str::from_utf8(&answer[9..12]).unwrap(),
                expected,
                "{spelling}: {length}"
            );
        }
    }
}

#[tokio::test]
async fn slow_handlers_answer_late() {
    let rig = Rig::start(&[Defect::SlowSyncHandler]).await;
    let (order, _) = rig.order().await;
    let letter = Letter::signed(paid(&order).to_string());
    let early = tokio::time::timeout(Duration::from_secs(5), rig.deliver(&letter)).await;
    assert!(early.is_err());
    assert_eq!(rig.count("order", &order).await, 1);
}

#[tokio::test]
async fn broken_partners_keep_their_one_answer() {
    let letter = Letter::signed(paid("o").to_string());
    let rig = Rig::start(&[Defect::Always200]).await;
    assert_eq!(rig.deliver(&letter).await, (200, "{}".into()));
    assert_eq!(rig.effect("order", "o").await, json!({}));
    let rig = Rig::start(&[Defect::RefuseAll]).await;
    assert_eq!(rig.deliver(&letter).await.0, 403);
    let rig = Rig::start(&[Defect::CannedAnswers]).await;
    assert_eq!(rig.count("order", "anything").await, 1);
    assert_eq!(rig.post_start("buy", &json!({})).await["outcome"], "success");
    let rig = Rig::start(&[Defect::Hangs]).await;
    let (order, _) = rig.order().await;
    assert_eq!(rig.count("order", &order).await, 0);
    assert!(
        tokio::time::timeout(Duration::from_secs(1), rig.deliver(&letter))
            .await
            .is_err()
    );
}
