//! Faults of configuration, surroundings and implementation are told apart, and what has one cause is told once.

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use serde_json::Value;

use crate::{
    bundle::Bundle,
    partner::{Declared, Partner, secrets},
    program::{Finished, Place},
    shared::SIGNATURE_IGNORED,
};

const CASES: &str = "--case WH-DEL-01 --case WH-DEL-08 --case WH-SIG-02";

fn partner() -> Partner {
    Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    })
}

/// A run with another value of a variable.
fn run_with(partner: &Partner, name: &str, value: &str) -> Finished {
    let mut variables = secrets();
    for variable in &mut variables {
        if variable.0 == name {
            value.clone_into(&mut variable.1);
        }
    }
    let words = format!("run --partner partner.toml --out out --clock compressed --seed 5 {CASES}");
    partner.place().senang(&words).with_environment(&variables).run()
}

/// The causes of a run. Every example that did not pass belongs to one of them at most, and is listed by itself in
/// the summary where it belongs to none.
fn causes(bundle: &Bundle, said: &str) -> Vec<Value> {
    let causes = bundle.results()["causes"].as_array().unwrap().clone();
    let mut explained = BTreeSet::new();
    for cause in &causes {
        for example in cause["examples"].as_array().unwrap() {
            let example = example.as_str().unwrap().to_owned();
            assert!(explained.insert(example.clone()), "{example} has two causes");
        }
    }
    let open: BTreeSet<String> = bundle
        .verdicts()
        .into_iter()
        .filter(|(_, verdict)| verdict != "pass")
        .map(|(example, _)| example)
        .collect();
    assert!(
        explained.is_subset(&open),
        "{explained:?} are not all of {open:?}"
    );
    let alone: Vec<&String> = open.difference(&explained).collect();
    assert_eq!(said.contains("by itself"), !alone.is_empty(), "{alone:?}: {said}");
    bundle.verify().exits(0);
    causes
}

/// The address of a server that wants to know who asks.
fn refusing() -> String {
    answering("401 Unauthorized")
}

/// The address of a server that answers the same to everything.
fn answering(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

fn kinds(causes: &[Value]) -> Vec<(&str, usize)> {
    causes
        .iter()
        .map(|cause| {
            let examples = cause["examples"].as_array().unwrap();
            (cause["kind"].as_str().unwrap(), examples.len())
        })
        .collect()
}

#[test]
fn another_secret_is_one_cause_of_configuration_in_few_lines() {
    let partner = partner();
    let other = "whsec_YW5vdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMsIGhlcmU=";
    let said = run_with(&partner, "PARTNER_WEBHOOK_SECRET", other).exits(1);
    let bundle = partner.place().bundle();
    let causes = causes(&bundle, &said.out);
    assert_eq!(kinds(&causes), [("configuration", 7)]);
    let said = said.says(&[
        "What it comes down to: 1 cause",
        "refuses every good delivery with status 401",
        "the variable PARTNER_WEBHOOK_SECRET holds another secret",
    ]);
    let lines = said.out.lines().count();
    assert!(lines < 60, "{lines} lines:\n{}", said.out);
    assert!(!said.out.contains(other), "{}", said.out);
    // Also where only one example is looked at.
    let told = bundle.text("junit.xml");
    assert!(
        told.contains("Cause: 1 of 1, configuration, likely, with 6 other examples"),
        "{told}"
    );
    assert!(told.contains("Next step: give both sides the same secret"));
    assert!(bundle.text("report.html").contains("What it comes down to"));
}

#[test]
fn another_path_is_configuration() {
    let partner = partner();
    partner.edit(|text| text.replacen("/webhooks\"", "/nowhere\"", 1));
    let said = partner.run(CASES).exits(1);
    let causes = causes(&partner.place().bundle(), &said.out);
    assert_eq!(kinds(&causes), [("configuration", 7)]);
    said.says(&[
        "refuses every good delivery with status 404",
        "is not the path of the endpoint",
    ]);
}

#[test]
fn a_partner_that_is_gone_is_the_environment() {
    let place = Place::new();
    let said = place
        .senang("run --reference --reference-dies --seed 1 --out out --case WH-DEL-01 --case WH-SIG-01 --case WH-SIG-02")
        .run();
    let causes = causes(&place.bundle(), &said.out);
    assert!(
        causes.iter().all(|cause| cause["kind"] != "implementation"),
        "{causes:#?}"
    );
}

#[test]
fn effects_that_are_refused_are_configuration_with_what_was_remarked() {
    let partner = partner();
    let guarded = refusing();
    partner.edit(|text| {
        let (head, tail) = text.split_once("[effects.order]").unwrap();
        let tail = tail.replacen(&partner.base(), &guarded, 1);
        format!("{head}[effects.order]{tail}")
    });
    let said = partner.run(CASES);
    let causes = causes(&partner.place().bundle(), &said.out);
    let (kind, _) = kinds(&causes)[0];
    assert_eq!(kind, "configuration");
    said.says(&[
        "no effect can be read through [effects.order]",
        "[effects.order]: the request for",
    ]);
}

#[test]
fn a_wrong_place_in_the_log_is_configuration() {
    let partner = partner();
    partner.edit(|text| text.replace("event_id = \"/event_id\"", "event_id = \"/nothing\""));
    let said = partner.run("--case LOG-01");
    let causes = causes(&partner.place().bundle(), &said.out);
    assert_eq!(kinds(&causes), [("configuration", 6)]);
    said.says(&["[log] event_id leads nowhere"]);
}

#[test]
fn what_is_not_declared_is_told_once_for_each_section() {
    let partner = Partner::start(Declared {
        tls: false,
        effects: false,
        log: true,
    });
    let said = partner
        .run("--case WH-DEL-01 --case WH-DUP-01 --case WH-DEL-03")
        .exits(3);
    let causes = causes(&partner.place().bundle(), &said.out);
    assert_eq!(kinds(&causes), [("configuration", 2), ("configuration", 2)]);
    said.says(&[
        "[effects.order] is not declared",
        "[effects.policy] is not declared",
    ]);
}

#[test]
fn a_partner_that_compares_no_signature_has_one_cause_of_implementation() {
    let ended = &*SIGNATURE_IGNORED;
    let causes = causes(&ended.bundle, &ended.said.out);
    let (kind, examples) = kinds(&causes)[0];
    assert_eq!(kind, "implementation");
    let red = ended.bundle.with("fail");
    let of_it: Vec<&str> = causes[0]["examples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    assert!(
        red.iter()
            .filter(|id| id.starts_with("WH-SIG"))
            .all(|id| of_it.contains(&id.as_str())),
        "{of_it:?}"
    );
    assert!(examples >= 30, "{examples}");
}

#[test]
fn a_partner_that_remembers_nothing_has_one_cause() {
    let place = Place::new();
    let said = place
        .senang("run --reference --defect no-dedupe --seed 1 --out out --case WH-DUP-01 --case WH-DUP-02 --case WH-DUP-07")
        .run()
        .exits(1);
    let causes = causes(&place.bundle(), &said.out);
    assert_eq!(kinds(&causes), [("implementation", 7)]);
    said.says(&["what comes again at [webhook] and [recurring] is done again, in 3 cases"]);
}

#[test]
fn a_partner_that_answers_too_late_has_one_cause_and_no_remedy_about_signatures() {
    let place = Place::new();
    let said = place
        .senang(
            "run --reference --defect slow-sync-handler --seed 1 --out out --case WH-DEL-01 --case WH-SIG-01",
        )
        .run()
        .exits(1);
    let bundle = place.bundle();
    let causes = causes(&bundle, &said.out);
    assert_eq!(kinds(&causes), [("implementation", 2)]);
    assert_eq!(causes[0]["sure"], "certain");
    said.says(&[
        "the endpoint of [webhook] answers good deliveries after 6.",
        "due within 5 s",
        "acknowledge once the message is kept",
        "for example",
    ]);
    let told = bundle.text("junit.xml");
    assert!(
        told.contains("How to fix: Acknowledge once the message is verified"),
        "{told}"
    );
    assert!(!told.contains("How to fix: Take the secret"), "{told}");
}

#[test]
fn a_system_that_answers_5xx_everywhere_is_one_cause_of_implementation() {
    let partner = partner();
    let broken = answering("500 Internal Server Error");
    partner.edit(|text| text.replace(&partner.base(), &broken));
    let said = partner.run(CASES);
    let causes = causes(&partner.place().bundle(), &said.out);
    assert_eq!(kinds(&causes), [("implementation", 7)]);
    assert!(!said.out.contains("api_base_url"), "{}", said.out);
    said.says(&["your system answers 5xx to everything:", "[start.order]"]);
}

#[test]
fn orders_under_another_name_are_told_with_what_the_log_says() {
    let partner = partner();
    partner.edit(|text| text.replacen("reference = \"{order}\"", "reference = \"MINE-{order}\"", 1));
    let said = partner
        .run("--case WH-DEL-01 --case WH-SIG-01 --case WH-DUP-01/a")
        .exits(1);
    let causes = causes(&partner.place().bundle(), &said.out);
    assert_eq!(kinds(&causes), [("configuration", 3)]);
    said.says(&[
        "your system logs \"unmatched\" for good messages",
        "let [start.order] hand {order} over",
    ]);
}

#[test]
fn https_at_a_port_without_tls_is_configuration_with_all_that_follows() {
    let partner = partner();
    let url = format!("{}/webhooks", partner.base());
    partner.edit(|text| text.replacen(&url, &url.replacen("http:", "https:", 1), 1));
    let said = partner.run("--case WH-DEL-01 --case EP-TLS-02").exits(1);
    let causes = causes(&partner.place().bundle(), &said.out);
    assert_eq!(kinds(&causes), [("configuration", 5)]);
    said.says(&["says https, and the port speaks plain http"]);
}

#[test]
fn what_was_remarked_is_told_again_at_the_end_of_a_green_run() {
    let partner = partner();
    partner.edit(|text| text.replace("event_id = \"/event_id\"", "event_id = \"/nothing\""));
    let said = partner.run("--case WH-SIG-01 --case WH-DEL-01").exits(0);
    let (_, end) = said.out.split_once("CONFORMANT").unwrap();
    assert!(end.contains("Remarks") && end.contains("[log] event_id"), "{end}");
}
