//! `send`: one message, its answer, and the command that sends it again.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    process::Command,
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{
    partner::{Declared, Partner, secrets},
    program::{Finished, Place},
};

const DECLARED: Declared = Declared {
    tls: false,
    effects: true,
    log: false,
};

/// Falsehoods that only a verifier of a certain kind takes: each is tried against the clean partner.
const FALSE: [&str; 12] = [
    "no-signature-header",
    "a-random-key",
    "the-printed-text-of-the-key",
    "one-digit-of-the-amount-changed",
    "the-status-flipped",
    "the-transaction-of-another-pending-order",
    "another-event-id",
    "the-right-digest-labelled-v2",
    "three-bad-v1-signatures",
    "two-different-event-id-lines",
    "an-attempt-time-420-seconds-in-the-past",
    "a-stale-signed-timestamp-line-followed-by-a-fresh-one",
];

fn send(partner: &Partner, words: &str) -> Finished {
    let words = format!("send {words} --partner partner.toml");
    partner.place().senang(&words).with_environment(&secrets()).run()
}

fn document(finished: &Finished) -> Value {
    serde_json::from_str(&finished.out).unwrap_or_else(|error| panic!("{error}: {finished:?}"))
}

/// A listener that keeps the bytes of every request and answers 200.
struct Capture {
    base: String,
    requests: Receiver<Vec<u8>>,
}

impl Capture {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (keep, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut bytes = Vec::new();
                let mut buffer = vec![0; 65_536];
                while !is_whole(&bytes) {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => break,
                        Ok(read) => bytes.extend_from_slice(&buffer[..read]),
                    }
                }
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
                // A connection without a request was a look at the endpoint.
                if !bytes.is_empty() && keep.send(bytes).is_err() {
                    return;
                }
            }
        });
        Self { base, requests }
    }

    fn next(&self) -> Vec<u8> {
        self.requests.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    fn send(&self, place: &Place, words: &str) -> Finished {
        let words = format!(
            "send {words} --url {}/hooks?a=1 --secret-env PARTNER_WEBHOOK_SECRET --json",
            self.base
        );
        place.senang(&words).with_environment(&secrets()).run()
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    bytes.len() >= end + 4 + length.unwrap_or_default()
}

#[test]
fn a_good_message_is_taken_and_every_falsehood_refused() {
    let partner = Partner::start(DECLARED);
    let good = send(&partner, "payment.success --seed 7").exits(0);
    assert!(good.out.contains("verdict   as expected"), "{}", good.out);
    assert!(good.out.contains("webhook-signature: v1,"), "{}", good.out);
    assert!(good.out.contains("WH-DEL-01"), "{}", good.out);
    send(
        &partner,
        "payment.success --tamper broken-off-within-its-body --json",
    )
    .exits(0);
    for tampering in FALSE {
        send(&partner, &format!("payment.success --tamper {tampering} --json")).exits(0);
    }
    for kind in ["policy.issued", "claim.submitted", "recurring-json"] {
        send(&partner, &format!("{kind} --json")).exits(0);
    }
    let forged = send(&partner, "recurring-json --tamper a-random-hash --json").exits(0);
    let told = document(&forged);
    assert_eq!(told["case"], "RC-JSON-05", "{told}");
    for false_without_a_name in ["--age 10m", "--ahead 10m", "--header webhook-id=evt_other"] {
        let old = send(&partner, &format!("payment.success {false_without_a_name}")).exits(0);
        assert!(old.out.contains("the message is false"), "{}", old.out);
    }
}

#[test]
fn a_partner_that_ignores_signatures_is_noticed() {
    let partner = Partner::start_with(DECLARED, &["--defect", "sig-ignored"], &[]);
    let taken = send(&partner, "payment.success --tamper a-random-key").exits(1);
    assert!(taken.out.contains("NOT as expected: status 2"), "{}", taken.out);
    assert!(taken.out.contains("explain WH-SIG-03"), "{}", taken.out);
}

#[test]
fn copies_are_answered_each() {
    let partner = Partner::start(DECLARED);
    for at_once in ["", "--at-once"] {
        let told =
            document(&send(&partner, &format!("payment.success --repeat 3 {at_once} --json")).exits(0));
        assert_eq!(told["answers"].as_array().unwrap().len(), 3, "{told}");
    }
}

#[test]
fn curl_sends_the_same_bytes() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let place = Place::new();
    fs::write(place.path("odd.bin"), b"it's\xff\x00\r\n@\\$`\"!").unwrap();
    fs::write(place.path("at.txt"), "@partner.toml 'x' \"y\" $HOME `id` !\n\n").unwrap();
    let capture = Capture::start();
    for words in [
        "payment.success",
        "payment.success --tamper a-name-in-chinese-and-tamil",
        "payment.success --tamper invalid-utf-8",
        "payment.success --tamper an-empty-body",
        "payment.success --tamper an-empty-signature-header",
        "payment.success --tamper header-names-in-upper-case",
        "payment.success --tamper two-different-event-id-lines",
        "payment.success --tamper 20-kib-of-body",
        "payment.success --tamper 5-mib-of-body --save kept",
        "payment.success --body odd.bin",
        "payment.success --body at.txt",
        "recurring-form --tamper spaces-in-msg",
        "recurring-return",
    ] {
        let told = document(&capture.send(&place, words));
        let ours = capture.next();
        let command = told["curl"].as_str().unwrap_or_else(|| panic!("{words}: {told}"));
        let ran = Command::new("sh")
            .arg("-c")
            .arg(command)
            .current_dir(place.path(""))
            .env("HOME", place.path(""))
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{words}: {command}\n{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        assert_eq!(normal(&ours), normal(&capture.next()), "{words}: {command}");
    }
}

/// A request with one spelling of `Host`, which curl writes in its own way, and without blanks behind the names of
/// empty headers.
fn normal(bytes: &[u8]) -> (Vec<String>, Vec<u8>) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let lines = head.lines().map(|line| {
        let line = line
            .strip_prefix("Host:")
            .map_or_else(|| line.to_owned(), |rest| format!("host:{rest}"));
        if line.ends_with(": ") {
            line.trim_end().to_owned()
        } else {
            line
        }
    });
    (lines.collect(), bytes[end + 4..].to_vec())
}

#[test]
fn the_same_seed_and_time_make_the_same_bytes_and_nothing_is_sent_on_a_dry_run() {
    let place = Place::new();
    let words = "payment.success --seed 3 --time 2026-11-20T10:15:30Z --reference ORD-7 --amount 1.50 \
                 --set /data/note=\"x\" --header x-own=1 --event-id evt_7 --dry-run";
    let address = "--url http://127.0.0.1:9/hooks --secret-env PARTNER_WEBHOOK_SECRET";
    let run = || {
        let program = place.senang(&format!("send {words} {address}"));
        program.with_environment(&secrets()).run().exits(0).out
    };
    let first = run();
    assert_eq!(first, run());
    for part in [
        "webhook-id: evt_7",
        "\"order_id\":\"ORD-7\"",
        "\"amount\":\"1.50\"",
        "x-own: 1",
        "curl --http1.1",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    assert!(!first.contains("whsec_"), "{first}");
    assert!(!first.contains("verdict"), "{first}");
}

#[test]
fn bad_input_is_named() {
    let place = Place::new().with("empty.json", "");
    let address = "--url http://127.0.0.1:9/ --secret-env PARTNER_WEBHOOK_SECRET";
    let run = |words: &str| place.senang(words).with_environment(&secrets()).run();
    for (words, code, texts) in [
        ("send payment.sucess", 2, &["did you mean payment.success?"][..]),
        (
            "send payment.success --tamper random-key",
            2,
            &["did you mean a-random-key?"],
        ),
        (
            "send recurring-json --tamper a-random-key",
            2,
            &["it is for webhooks"],
        ),
        ("send payment.success --set data=1", 2, &["no JSON pointer"]),
        (
            "send payment.success --set /data/amount/x=1",
            2,
            &["leads nowhere"],
        ),
        (
            "send payment.success --header a",
            2,
            &["write a name, = and a value"],
        ),
        (
            "send payment.success --amount 1",
            2,
            &["--amount", "exactly two decimal places"],
        ),
        (
            "send payment.success --time soon",
            2,
            &["--time \"soon\" is no moment"],
        ),
        ("send payment.success --body .", 2, &["is a folder"]),
        ("send payment.success --body nothing.json", 2, &["nothing.json"]),
        ("send payment.success --repeat 0", 2, &["--repeat"]),
        (
            "send policy.issued --tamper one-digit-of-the-amount-changed",
            2,
            &["changes nothing in this message"],
        ),
    ] {
        run(&format!("{words} {address}")).exits(code).complains(texts);
    }
    run("send").exits(2);
    run("send payment.success")
        .exits(2)
        .complains(&["--partner FILE, or --url URL"]);
    run("send payment.success --url http://127.0.0.1:9/ --secret-env NOBODY")
        .exits(2)
        .complains(&["NOBODY is not set"]);
    run("send payment.success --url https://api.senang.io/ --secret-env PARTNER_WEBHOOK_SECRET")
        .exits(2)
        .complains(&["looks like a production gateway"]);
    run(&format!(
        "send payment.success --tamper broken-off-within-its-body {address}"
    ))
    .exits(3);
    let nobody = run(&format!("send payment.success --body empty.json {address}")).exits(3);
    assert!(nobody.out.contains("no answer"), "{}", nobody.out);
}

#[test]
fn every_tampering_is_listed_with_its_case() {
    let place = Place::new();
    let listed = place.senang("send --list-tamperings").run().exits(0).out;
    for (name, case) in [
        ("no-signature-header", "WH-SIG-02"),
        ("an-attempt-time-420-seconds-in-the-past", "WH-SIG-07"),
        ("cut-off-json", "WH-PAY-02"),
        ("a-random-hash", "RC-JSON-05"),
    ] {
        let line = listed
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{name} ")));
        assert!(line.is_some_and(|line| line.contains(case)), "{name}: {listed}");
    }
    let without: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains(" -           "))
        .collect();
    assert!(without.len() < 12, "{without:#?}");
}
