//! The look before the first example: a declaration that cannot be right ends the run before it begins, and
//! what only looks odd is told.

use crate::{
    partner::{Declared, Partner, secrets},
    program::folders,
};

const CASE: &str = "--case WH-DEL-01";

fn partner() -> Partner {
    Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    })
}

/// The partner with another way to read orders.
fn reading_orders(section: &str) -> Partner {
    let partner = partner();
    partner.edit(|text| {
        let (before, rest) = text.split_once("[effects.order]").unwrap();
        let (_, after) = rest.split_once("[effects.policy]").unwrap();
        format!("{before}[effects.order]\n{section}\n[effects.policy]{after}")
    });
    partner
}

fn printing(json: &str) -> Partner {
    reading_orders(&format!(
        "kind = \"command\"\nprogram = \"printf\"\nargs = ['{}%.0s', \"{{reference}}\"]\ncount = \"/n\"",
        json.replace('{', "{{").replace('}', "}}")
    ))
}

#[test]
fn a_pointer_that_leads_nowhere_is_a_mistake_in_the_file() {
    let partner = partner();
    partner.edit(|text| text.replacen("count = \"/count\"", "count = \"/payments\"", 1));
    partner.run(CASE).exits(2).complains(&[
        "[effects.order]: cannot be read",
        "has no /payments",
        "absent_status",
    ]);
}

#[test]
fn an_unknown_reference_that_counts_is_a_mistake_in_the_file() {
    printing(r#"{"n":1}"#).run(CASE).exits(2).complains(&[
        "[effects.order] count: gives 1 for",
        "which nobody made, instead of 0",
    ]);
}

#[test]
fn a_count_that_never_moves_is_told_and_the_run_goes_on() {
    let partner = printing(r#"{"n":0}"#);
    partner.run(CASE).exits(1).complains(&[
        "remark: [effects.order] count: stayed 0",
        "although the log says that it was processed",
    ]);
    let bundle = partner.place().bundle();
    bundle.verify().exits(0);
    let unscoped = bundle
        .records()
        .into_iter()
        .filter(|record| record["scope"].is_null());
    let kinds: Vec<String> = unscoped
        .map(|record| record["kind"].as_str().unwrap().to_owned())
        .collect();
    for kind in ["delivered", "observed", "note"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn a_declared_place_without_a_value_is_told() {
    let partner = partner();
    partner.edit(|text| text.replacen("state = \"/state\"", "state = \"/status\"", 1));
    partner
        .run(CASE)
        .exits(0)
        .complains(&["remark: [effects.order] state: the answer for a paid object has no value there"]);
}

/// What the run noted of its look, as `code (cause)`.
fn noted(partner: &Partner) -> Vec<String> {
    let notes = partner.place().bundle().records().into_iter();
    notes
        .filter(|record| record["kind"] == "note" && record["scope"].is_null())
        .filter_map(|record| {
            let text = record["what"]["text"].as_str().unwrap().to_owned();
            let code = text.strip_prefix("first look: ")?.split(": ").next()?;
            Some(code.to_owned())
        })
        .collect()
}

#[test]
fn a_wrong_secret_is_told_at_the_start_and_noted() {
    let partner = partner();
    let mut others = secrets();
    others[0].1 = format!("whsec_{}", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=");
    let words = format!("run --partner partner.toml --out out --clock compressed {CASE}");
    partner
        .place()
        .senang(&words)
        .with_environment(&others)
        .run()
        .exits(1)
        .complains(&[
            "remark: [webhook]: the first good delivery was answered 401: most likely the variable \
             PARTNER_WEBHOOK_SECRET holds another secret than the endpoint",
            "`senang-conformance doctor --partner partner.toml` looks closer",
        ]);
    assert_eq!(noted(&partner), ["delivery-refused (file)"]);
}

#[test]
fn a_wrong_path_is_told_also_where_no_effect_is_counted() {
    let partner = partner();
    partner.edit(|text| text.replacen("/webhooks\"", "/elsewhere\"", 1));
    partner.run("--case LOG-01").complains(&[
        "remark: [webhook]: the first good delivery was answered 404: most likely http://",
        "is not the path of the endpoint",
    ]);
    assert_eq!(noted(&partner), ["delivery-path (file)"]);
}

#[test]
fn credentials_of_a_channel_are_not_advised_into_absent_status() {
    let locked = locked();
    let partner = partner();
    let base = partner.base();
    partner.edit(|text| text.replacen(&format!("{base}/effects/order"), &locked, 1));
    let finished = partner.run(CASE).complains(&[
        "remark: [effects.order]: the request for ORD-",
        "was answered 401: its own credentials are missing or wrong",
        "give them in [effects.order] headers",
    ]);
    assert!(!finished.err.contains("absent_status"), "{}", finished.err);
}

/// An address that wants credentials.
fn locked() -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 401 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    format!("http://{address}")
}

#[test]
fn a_log_that_is_read_wrongly_is_told_before_its_cases_fail() {
    let partner = partner();
    partner.edit(|text| text.replacen("event_id = \"/event_id\"", "event_id = \"/id\"", 1));
    partner.run("--case LOG-01").exits(1).complains(&[
        "remark: [log] event_id: a line with the event id was found, but /id does not lead to it; write event_id = \
         \"/event_id\"",
    ]);
    assert_eq!(noted(&partner), ["log-place (file)"]);
}

#[test]
fn a_log_that_is_not_there_is_told() {
    let partner = partner();
    partner.edit(|text| text.replacen("path = \"partner.log\"", "path = \"nowhere.log\"", 1));
    partner.run("--case LOG-01").exits(3).complains(&[
        "remark: [log]: the log cannot be read: could not read",
        "nowhere.log",
    ]);
}

#[test]
fn a_second_run_with_the_same_seed_is_told_from_a_wrong_count() {
    let partner = partner();
    partner.run(CASE).exits(0);
    std::fs::rename(partner.place().path("out"), partner.place().path("first")).unwrap();
    partner.run(CASE).exits(2).complains(&[
        "[effects.order] count: gives 1 for ORD-",
        "the seed 5 was given, and an earlier run with it used the same names",
        "take another --seed or empty the test database",
    ]);
}

#[test]
fn what_stops_before_the_first_example_is_no_attempt() {
    let partner = partner();
    partner.edit(|text| text.replacen("count = \"/count\"", "count = \"/payments\"", 1));
    let submission = partner.place().path("submission");
    partner.run(&format!("{CASE} --submission submission")).exits(2);
    assert!(folders(&submission).is_empty());
    partner.run(CASE).exits(2);
    assert!(folders(&partner.place().path("out")).is_empty());
    partner.edit(|text| text.replacen("count = \"/payments\"", "count = \"/count\"", 1));
    partner.run(&format!("{CASE} --submission submission")).exits(0);
    let attempts = folders(&submission);
    assert_eq!(attempts.len(), 1);
    assert!(
        attempts[0].to_string_lossy().contains("attempt-0001-"),
        "{attempts:?}"
    );
}
