//! `init`: from flags or questions to a file that a run takes at once.

use std::fs;

use crate::{
    partner::{Declared, Partner, secrets},
    person::at_the_terminal,
    program::{Finished, Place},
};

const WHO: &str = "init --name Acme-Travel --implementation-version 4.2.0";
const SHOP: &str =
    "--webhooks payment.success,payment.failed --webhook-url http://127.0.0.1:1/hooks --offline";

fn partner() -> Partner {
    Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    })
}

/// `init` in the partner's folder, with its secrets.
fn init(partner: &Partner, words: &str) -> Finished {
    let place = partner.place();
    place
        .senang(&format!("{WHO} {words}"))
        .with_environment(&secrets())
        .run()
}

#[test]
fn flags_are_enough_and_the_file_is_valid_at_once() {
    let place = Place::new();
    place.senang(&format!("{WHO} {SHOP}")).run().exits(0).says(&[
        "partner.toml is written and valid.",
        "export SENANG_WEBHOOK_SECRET='…'",
        "senang-conformance doctor --partner partner.toml",
        "senang-conformance run --partner partner.toml --mode smoke --clock compressed",
    ]);
    let text = fs::read_to_string(place.path("partner.toml")).unwrap();
    assert!(
        text.contains("id = \"acme-travel\"\nname = \"Acme-Travel\""),
        "{text}"
    );
    let secret = [(
        "SENANG_WEBHOOK_SECRET",
        "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=".to_owned(),
    )];
    place
        .senang("list --partner partner.toml")
        .with_environment(&secret)
        .run()
        .exits(0)
        .says(&["WH-SIG-01"]);
}

#[test]
fn missing_flags_are_named_where_nobody_can_be_asked() {
    let place = Place::new();
    place.senang("init").run().exits(2).complains(&[
        "nobody can be asked here",
        "--name, --implementation-version, --webhooks with --webhook-url",
    ]);
    place
        .senang(&format!("{WHO} --webhook-url http://127.0.0.1:1/ --offline"))
        .run()
        .exits(2)
        .complains(&["these flags are needed: --webhooks;"]);
    place
        .senang(&format!("{WHO} {SHOP} --references start --api buy"))
        .run()
        .exits(2)
        .complains(&["--client-id"]);
    place
        .senang(&format!("{WHO} {SHOP} --references start"))
        .run()
        .exits(2)
        .complains(&["--start order=…"]);
    assert!(!place.path("partner.toml").exists());
}

#[test]
fn an_existing_file_is_left_alone() {
    let place = Place::new().with("partner.toml", "mine");
    place
        .senang(&format!("{WHO} {SHOP}"))
        .run()
        .exits(2)
        .complains(&["partner.toml is there already and was left alone", "--replace"]);
    assert_eq!(fs::read_to_string(place.path("partner.toml")).unwrap(), "mine");
    place.senang(&format!("{WHO} {SHOP} --replace")).run().exits(0);
    assert!(
        fs::read_to_string(place.path("partner.toml"))
            .unwrap()
            .contains("[webhook]")
    );
}

#[test]
fn a_flag_that_cannot_be_right_is_refused_with_its_reason() {
    let place = Place::new();
    for (words, told) in [
        (
            "--webhooks payment.sucess",
            "--webhooks: unknown event type \"payment.sucess\"",
        ),
        (
            "--webhooks all --webhook-url shop.example",
            "--webhook-url: \"shop.example\" is not an absolute address",
        ),
        (
            "--webhooks all --webhook-url https://app.senangpay.my/x",
            "--webhook-url: app.senangpay.my looks like a production gateway",
        ),
        (
            &format!("{SHOP} --webhook-secret-env whsec_abcdef"),
            "--webhook-secret-env: that is no name of an environment variable",
        ),
        (
            &format!("{SHOP} --start ordr=x"),
            "--start: \"ordr=x\" does not begin with an operation",
        ),
        (
            &format!("{SHOP} --effects order=http://127.0.0.1/orders"),
            "--effects order=…: does not say which object it reads",
        ),
        (
            &format!("{SHOP} --effects order=log"),
            "there is no log to count in",
        ),
        (
            &format!("{SHOP} --log x --log-pattern (?<id>.)"),
            "has no group called event_id",
        ),
        (
            &format!("{SHOP} --trust none.pem"),
            "--trust: could not read none.pem",
        ),
        (
            &format!("{SHOP} --sample /dev/null"),
            "--sample: holds no message",
        ),
    ] {
        let finished = place
            .senang(&format!("{WHO} {words}"))
            .run()
            .exits(2)
            .complains(&[told]);
        assert!(!finished.err.contains("abcdef"), "{}", finished.err);
    }
    assert!(!place.path("partner.toml").exists());
}

#[test]
fn what_runs_is_detected_and_the_file_passes_a_run() {
    let partner = partner();
    partner.run("--case WH-DEL-01").exits(0);
    let base = partner.base();
    init(
        &partner,
        &format!(
            "--out made.toml --webhooks payment.success,payment.failed --webhook-url {base}/webhooks \
             --webhook-secret-env PARTNER_WEBHOOK_SECRET --try-endpoint --log partner.log \
             --start order={base}/start/order --effects order={base}/effects/order/{{reference}} \
             --place order.state=/state"
        ),
    )
    .exits(0)
    .says(&[
        "webhook url: it answers, and refuses an unsigned, empty message",
        "it takes the platform's format, and refuses a forged message",
        "event_id /event_id evt_",
        "type /event_type payment.",
        "result /result",
        "Every variable that it names is set in this shell.",
    ]);
    let made = partner.place().senang(
        "run --partner made.toml --out made --seed 5 --clock compressed --case WH-SIG-01 --case WH-DUP-01 --case LOG-01",
    );
    let finished = made.with_environment(&secrets()).run();
    // LOG-01 passes only if the fields of the log were found.
    finished.exits(0).says(&["CONFORMANT"]);
}

#[test]
fn a_wrong_address_is_told() {
    let partner = partner();
    let base = partner.base();
    let https = base.replace("http://", "https://");
    for (url, told) in [
        (
            format!("{base}/hooks"),
            "has nothing at this path (status 404); the path is probably wrong",
        ),
        (
            format!("{https}/webhooks"),
            "the port speaks http; write http://127.0.0.1:",
        ),
        ("http://127.0.0.1:9/hooks".to_owned(), "nobody listens there"),
    ] {
        init(&partner, &format!("--replace --webhooks all --webhook-url {url}"))
            .exits(0)
            .says(&[told]);
    }
}

#[test]
fn questions_are_answered_at_a_terminal() {
    let partner = partner();
    let url = format!("echo {}/webhooks", partner.base());
    let finished = at_the_terminal(
        partner.place(),
        "init --out asked.toml",
        &[
            ("for people\\s+> $", "echo 'Acme \"Travel\"'"),
            ("short id.*?\\] > $", "echo 'a b'"),
            ("Not that: an id is at most 64.*?> $", "echo acme"),
            ("such as 4.2.0\\s+> $", "echo 4.2.0"),
            ("Which webhooks.*?\\] > $", "echo payment.success"),
            ("Your endpoint for webhooks[^>]*> $", &url),
            ("holds the webhook secret[^>]*> $", "echo PARTNER_WEBHOOK_SECRET"),
            ("log what became[^>]*> $", "echo partner.log"),
            ("come to exist[^>]*\\[start\\] > $", "echo created"),
            ("> $", "echo"),
        ],
    );
    let Some(finished) = finished else { return };
    finished.exits(0).says(&["asked.toml is written and valid."]);
    let text = fs::read_to_string(partner.place().path("asked.toml")).unwrap();
    assert!(text.contains(r#"name = "Acme \"Travel\"""#), "{text}");
    assert!(text.contains("id = \"acme\""), "{text}");
}

#[test]
fn ctrl_c_and_the_end_of_input_leave_no_file() {
    let place = Place::new();
    // The two keys that a terminal turns into an interrupt and an end of input.
    for (key, told) in [
        ("printf '\\003'", "interrupted; no file was written"),
        ("printf '\\004'", "no file was written"),
    ] {
        let Some(finished) = at_the_terminal(&place, "init", &[("for people\\s+> $", key)]) else {
            return;
        };
        finished.exits(130).says(&[told]);
    }
    assert!(!place.path("partner.toml").exists());
}

#[test]
fn a_captured_message_tells_its_format() {
    let body = r#"{"id":"evt_1"}"#;
    let place = Place::new().with(
        "captured.txt",
        &format!(
            "POST /hooks HTTP/1.1\r\nHost: shop.example\r\nX-Hub-Signature-256: sha256={:064x}\r\n\r\n{body}",
            7
        ),
    );
    place
        .senang(&format!("{WHO} {SHOP} --sample captured.txt"))
        .run()
        .exits(0)
        .says(&[
            "sample: it is signed, but not in the platform's format:",
            "GitHub's format",
        ]);
}
