//! `doctor` tells faults of the file, of the surroundings and of the implementation apart: each has its cause, its
//! fix and its exit code.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{
    partner::{Declared, Partner, WEBHOOK_KEY, secrets},
    program::{Finished, Place, Program},
};

const WHOLE: Declared = Declared {
    tls: false,
    effects: true,
    log: true,
};

fn program(place: &Place, more: &str) -> Program {
    place.senang(&format!(
        "doctor --partner partner.toml --clock compressed {more}"
    ))
}

fn doctor(partner: &Partner) -> Finished {
    program(partner.place(), "").with_environment(&secrets()).run()
}

/// The secrets with others in place of some.
fn with(others: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut all = secrets();
    for (name, value) in &mut all {
        if let Some((_, other)) = others.iter().find(|(wanted, _)| wanted == name) {
            (*other).clone_into(value);
        }
    }
    all
}

fn webhook_secret(key: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(key))
}

/// Answers every request alike, and says how far it got.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer_once(stream.unwrap(), answer));
        }
    });
    format!("http://{address}")
}

fn answer_once(mut stream: TcpStream, answer: &str) {
    let mut request = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    let mut line = String::new();
    while request.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let _ = request.read_exact(&mut vec![0; length]);
    let _ = stream.write_all(answer.as_bytes());
}

/// A file with nothing but an endpoint.
fn smallest(url: &str) -> Place {
    Place::new().with(
        "partner.toml",
        &format!(
            "[partner]\nid = \"acme\"\nname = \"Acme\"\nimplementation = \"shop\"\nversion = \"1\"\n\
             [capabilities]\nwebhooks = [\"payment.success\"]\n\
             [webhook]\nurl = \"{url}\"\nsecret_env = \"PARTNER_WEBHOOK_SECRET\"\n"
        ),
    )
}

#[test]
fn a_healthy_partner_has_no_problem_and_nothing_is_left_behind() {
    let partner = Partner::start(WHOLE);
    let finished = doctor(&partner)
        .exits(0)
        .says(&[
            "is set: webhook secret, whsec_ and base64 of 32 bytes",
            "the good payment.success was answered 200",
            "the good callback was answered 200",
            "a delivery signed with a random key was refused with 401",
            "from 0 to 1",
            "one line of the delivery, with its id and the result \"processed\"",
            "[start.order]: made the order ORD-",
            "header Date: agrees with our clock",
            "no problem",
            "A run makes sense: senang-conformance run --partner partner.toml",
        ])
        .complains(&["sends 2 deliveries to [webhook]", "1 callback to [recurring]"]);
    for (_, secret) in secrets() {
        assert!(!finished.out.contains(&secret) && !finished.err.contains(&secret));
    }
    assert!(!partner.place().path("out").exists() && !partner.place().path("reports").exists());
    assert!(partner.place().left_behind().is_empty());
}

#[test]
fn a_document_says_the_same() {
    let partner = Partner::start(WHOLE);
    partner.edit(|text| text.replacen("count = \"/count\"", "count = \"/payments\"", 1));
    let finished = program(partner.place(), "--json")
        .with_environment(&secrets())
        .run()
        .exits(2);
    let document: Value = serde_json::from_str(&finished.out).unwrap();
    assert_eq!(document["exit_code"], 2);
    let lines: Vec<&Value> = document["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["lines"].as_array().unwrap())
        .filter(|line| line["standing"] == "problem")
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["code"], "effect-unreadable");
    assert_eq!(lines[0]["cause"], "file");
    assert!(document["foresight"]["selected"].as_u64().unwrap() > 100);
}

#[test]
fn a_wrong_secret_is_a_matter_of_the_file() {
    let partner = Partner::start(WHOLE);
    let other = webhook_secret(b"another secret of thirty-two byt");
    program(partner.place(), "")
        .with_environment(&with(&[("PARTNER_WEBHOOK_SECRET", &other)]))
        .run()
        .exits(2)
        .says(&[
            "was answered 401: most likely the variable PARTNER_WEBHOOK_SECRET holds another secret than the endpoint",
            "or the endpoint checks another signature format or finds the timestamp outside of its window",
            "other ways to sign it with the secrets of the file, or to date it, were refused, too",
            "-> compare the secret that the endpoint holds",
            "so that a forged one is refused would say nothing",
        ]);
}

#[test]
fn secrets_that_are_mixed_up_are_told() {
    let right = webhook_secret(WEBHOOK_KEY);
    let other = webhook_secret(b"another secret of thirty-two byt");
    let partner = Partner::start(WHOLE);
    let mixed = with(&[
        ("PARTNER_WEBHOOK_SECRET", other.as_str()),
        ("PARTNER_CLIENT_SECRET", right.as_str()),
    ]);
    program(partner.place(), "")
        .with_environment(&mixed)
        .run()
        .exits(2)
        .says(&[
            "was answered 401, and one signed with the secret of PARTNER_CLIENT_SECRET, which the file names for the \
             client secret was accepted",
            "are mixed up",
        ]);
}

#[test]
fn a_secret_that_is_used_as_it_is_printed_is_a_fault_of_the_implementation() {
    let printed = webhook_secret(WEBHOOK_KEY);
    let literal = webhook_secret(printed.as_bytes());
    let partner = Partner::start_with(WHOLE, &[], &[("PARTNER_WEBHOOK_SECRET", literal)]);
    doctor(&partner).exits(1).says(&[
        "one signed with the whole text of PARTNER_WEBHOOK_SECRET as the key, prefix whsec_ included and nothing decoded \
         was accepted",
        "-> take the prefix away and base64-decode the rest before you use it as the key",
    ]);
}

#[test]
fn a_path_that_is_not_the_endpoint_is_told() {
    let partner = Partner::start(WHOLE);
    partner.edit(|text| text.replacen("/webhooks\"", "/webhooks-of-old\"", 1));
    doctor(&partner).exits(2).says(&[
        "the good payment.success was answered 404: most likely http://",
        "/webhooks-of-old is not the path of the endpoint",
        "-> correct url",
    ]);
}

#[test]
fn https_on_a_plain_port_and_the_other_way_round_are_told() {
    let partner = Partner::start(WHOLE);
    partner.edit(|text| text.replacen("url = \"http://", "url = \"https://", 1));
    doctor(&partner).exits(2).says(&[
        "says https, and port",
        "speaks plain http",
        "-> write http in the address, or the port on which TLS is served",
        "no message can be sent there",
    ]);
    let partner = Partner::start(Declared { tls: true, ..WHOLE });
    partner.edit(|text| text.replacen("url = \"https://", "url = \"http://", 1));
    doctor(&partner).exits(2).says(&[
        "says http, and port",
        "speaks TLS",
        "-> write https in the address",
    ]);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_a_matter_of_the_surroundings() {
    let partner = Partner::start(Declared { tls: true, ..WHOLE });
    doctor(&partner)
        .exits(0)
        .says(&["TLS 1.3; the certificate is for", "trusted, and ends in"]);
    partner.edit(|text| {
        let lines = text.lines().filter(|line| !line.starts_with("trust = "));
        lines.collect::<Vec<_>>().join("\n")
    });
    // What begins operations is not reached either.
    partner.edit(|text| text.replace("= \"start\"", "= \"first-sight\""));
    doctor(&partner).exits(3).says(&[
        "the certificate is not trusted: issued by",
        "if it is of a test authority of yours, name its certificate with trust = \"ca.pem\"",
        "Mend the surroundings",
    ]);
}

#[test]
fn effects_that_lead_nowhere_or_want_credentials_are_told_apart() {
    let partner = Partner::start(WHOLE);
    partner.edit(|text| text.replacen("count = \"/count\"", "count = \"/payments\"", 1));
    doctor(&partner).exits(2).says(&[
        "[effects.order]: cannot be read for ORD-",
        "the answer has no /payments",
        "-> let the keys of the section fit the answer",
    ]);
    let locked = answering("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let partner = Partner::start(WHOLE);
    let base = partner.base();
    partner.edit(|text| text.replacen(&format!("{base}/effects/order"), &locked, 1));
    let finished = doctor(&partner).exits(2).says(&[
        "was answered 401: its own credentials are missing or wrong, and no effect can be read",
        "-> give them in [effects.order] headers",
    ]);
    assert!(!finished.out.contains("absent_status"), "{}", finished.out);
}

#[test]
fn a_log_that_is_read_in_the_wrong_place_names_the_right_one() {
    let partner = Partner::start(WHOLE);
    partner.edit(|text| text.replacen("event_id = \"/event_id\"", "event_id = \"/id\"", 1));
    doctor(&partner).exits(2).says(&[
        "[log] event_id: a line with the event id was found, but /id does not lead to it",
        "-> write event_id = \"/event_id\"",
    ]);
    partner.edit(|text| {
        text.replacen("event_id = \"/id\"", "event_id = \"/event_id\"", 1)
            .replacen("result = \"/result\"", "result = \"/outcome\"", 1)
    });
    doctor(&partner).exits(2).says(&[
        "[log] result: /outcome finds nothing in the line of the delivery",
        "the line has /",
    ]);
    partner.edit(|text| text.replacen("path = \"partner.log\"", "path = \"nowhere.log\"", 1));
    doctor(&partner).exits(2).says(&[
        "[log]: the log cannot be read: could not read",
        "nowhere.log",
        "-> let the section lead to the log that the endpoint writes",
    ]);
}

#[test]
fn a_forged_delivery_that_is_carried_out_is_the_implementation() {
    let partner = Partner::start_with(WHOLE, &["--defect", "sig-ignored"], &[]);
    doctor(&partner).exits(1).says(&[
        "a delivery signed with a random key was answered 200 and carried out: this is the implementation, not the \
         configuration",
        "WH-SIG-02 fails until then",
        "what is wrong is the implementation",
    ]);
}

#[test]
fn a_clock_that_is_hours_away_is_told() {
    let endpoint = answering(
        "HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 2016 08:49:37 GMT\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    program(&smallest(&endpoint), "")
        .with_environment(&secrets())
        .run()
        .exits(3)
        .says(&[
            "header Date: is",
            "s behind ours; beyond 60 s the examples about age cannot be judged",
            "-> set both clocks by NTP",
            "no effect can be read that would show it was not carried out",
            "[effects.order]",
        ]);
}

#[test]
fn each_status_has_a_meaning_of_its_own() {
    for (answer, code, texts) in [
        (
            "HTTP/1.1 301 Moved\r\nlocation: /hooks/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            2,
            [
                "was answered 301, a redirect to /hooks/: the platform follows none",
                "-> write the final address",
            ],
        ),
        (
            "HTTP/1.1 415 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            1,
            [
                "was answered 415: the endpoint was reached and did not understand the message",
                "-> your own log says",
            ],
        ),
        (
            "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            1,
            [
                "was answered 500: the endpoint, or a proxy in front of it, failed",
                "-> your own log of this moment",
            ],
        ),
        (
            "HTTP/1.1 403 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            2,
            [
                "a firewall or a login in front of it may answer so, too",
                "-> compare the secret",
            ],
        ),
    ] {
        program(&smallest(&answering(answer)), "")
            .with_environment(&secrets())
            .run()
            .exits(code)
            .says(&texts);
    }
}

#[test]
fn an_endpoint_that_is_not_there_is_a_matter_of_the_surroundings() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    program(&smallest(&format!("http://{free}/hooks")), "")
        .with_environment(&secrets())
        .run()
        .exits(3)
        .says(&[
            "[webhook]: cannot be reached at http://",
            "-> start the endpoint, correct host and port, or open the firewall",
            "[webhook]: no message can be sent there, see above",
        ]);
}

#[test]
fn all_that_is_missing_is_told_at_once_and_the_rest_is_looked_at() {
    let partner = Partner::start(WHOLE);
    partner.edit(|text| {
        text.replace("PARTNER_RECURRING_SECRET", "NOBODY_SET_THIS")
            .replace("PARTNER_WEBHOOK_SECRET", "NOR_THIS")
    });
    let finished = doctor(&partner).exits(2).says(&[
        "webhook.secret_env: the environment variable NOR_THIS is not set",
        "-> set NOR_THIS before the run",
        "recurring.secret_env: the environment variable NOBODY_SET_THIS is not set",
        "not checked [webhook]: NOR_THIS is not set",
        "not checked [recurring]: NOBODY_SET_THIS is not set",
        "[effects.order]: of an unknown order, 0 is read",
        "[start.order]: made the order ORD-",
    ]);
    assert!(!finished.out.contains("AAAAAAAA"), "{}", finished.out);
}

#[test]
fn mistakes_of_the_file_stop_everything_else() {
    let place = smallest("http://127.0.0.1:1/hooks");
    let text = fs::read_to_string(place.path("partner.toml")).unwrap();
    let place = place.with(
        "partner.toml",
        &(text.replace("version", "verion") + "[limits]\nin_flight = 0\n"),
    );
    program(&place, "").run().exits(2).says(&[
        "partner.toml:5: partner.verion: unknown key",
        "-> did you mean version?",
        "limits.in_flight: 0 is outside 1 to 1024",
        "PARTNER_WEBHOOK_SECRET is not set",
        "the file has to be right first",
    ]);
    program(&Place::new(), "").run().exits(2).says(&[
        "could not read partner.toml",
        "-> name an existing file with --partner",
    ]);
}

#[test]
fn secrets_of_another_kind_are_recognised_and_not_shown() {
    let place = smallest("http://127.0.0.1:1/hooks");
    for (secret, text) in [
        ("rs-4Qm9ZtKp2VxL7cWd", "it looks like a secret of another kind"),
        (
            "whsec_c2hvcnQ=",
            "the secret decodes to 5 bytes; 24 to 64 are expected",
        ),
        (" whsec_AAAA ", "begins or ends with white space"),
        ("\"whsec_AAAA\"", "stands in quotes"),
    ] {
        let finished = program(&place, "--offline")
            .with_environment(&[("PARTNER_WEBHOOK_SECRET", secret.to_owned())])
            .run()
            .exits(2)
            .says(&[text]);
        assert!(!finished.out.contains(secret.trim()), "{}", finished.out);
    }
}

#[test]
fn a_list_that_is_too_short_is_told_and_none_of_it_is_used_up() {
    let partner = Partner::start(WHOLE);
    fs::write(
        partner.place().path("orders.csv"),
        "reference,amount\nORD-1,100.00\n",
    )
    .unwrap();
    partner.edit(|text| text.replacen("order = \"start\"", "order = { fixture = \"orders.csv\" }", 1));
    let finished = doctor(&partner).exits(2).says(&[
        "[references] order:",
        "lists 1 objects and this run needs",
        "-> print what a run needs with `senang-conformance fixtures",
        "about an object that nobody made",
        "that would use up an object of the list",
    ]);
    assert!(!finished.out.contains("ORD-1 "), "{}", finished.out);
}

#[test]
fn offline_sends_nothing() {
    let partner = Partner::start(WHOLE);
    let before = fs::read(partner.place().path("partner.log")).unwrap_or_default();
    program(partner.place(), "--offline")
        .with_environment(&secrets())
        .run()
        .exits(0)
        .says(&["not checked --offline was given", "examples apply"]);
    let after = fs::read(partner.place().path("partner.log")).unwrap_or_default();
    assert_eq!(before, after);
}

#[test]
fn an_endpoint_that_never_answers_holds_nobody_up_who_interrupts() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = smallest(&format!("http://{}/hooks", listener.local_addr().unwrap()));
    let mut child = program(&place, "").with_environment(&secrets()).spawn();
    // Its first connections are the looks at the port; when one stays open, a delivery waits for its answer.
    let mut open = Vec::new();
    while open.len() < 3 {
        open.push(listener.accept().unwrap());
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    Finished::of(child).exits(130).says(&["it was interrupted"]);
}
