//! The harness in the part of the platform: what an endpoint sees that fails, or that puts events off.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use crate::{
    bundle::Bundle,
    partner::secrets,
    program::{Finished, Place},
    shared::CLEAN,
};

/// A delivery as the endpoint saw it.
#[derive(Clone, Debug)]
struct Arrival {
    id: String,
    kind: String,
    at: Instant,
    signature: String,
    status: u16,
}

/// How the endpoint treats webhooks.
#[derive(Clone, Copy)]
enum Manner {
    /// It answers 503 to all of them.
    Fails,
    /// It keeps to the order of the facts: what comes too early is put off with 503.
    PutsOff,
}

/// A partner's server: its endpoint, its status page and the start of its orders.
#[derive(Clone)]
struct Endpoint {
    manner: Manner,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
    states: Arc<Mutex<BTreeMap<String, &'static str>>>,
}

impl Endpoint {
    fn webhook(&self, request: &Request) -> u16 {
        let event: Value = serde_json::from_slice(&request.body).unwrap();
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let kind = word(&event["type"]);
        let (status, reference, state) = {
            let data = &event["data"];
            let states = self.states.lock().unwrap();
            let state = |reference: &Value| states.get(&word(reference)).copied();
            match (self.manner, kind.as_str()) {
                (Manner::PutsOff, "payment.success") => (200, word(&data["order_id"]), "paid"),
                (Manner::PutsOff, "policy.issued") => (200, word(&data["policy_id"]), "issued"),
                (Manner::PutsOff, "refund.processed") if state(&data["order_id"]).is_some() => {
                    (200, word(&data["order_id"]), "refunded")
                }
                (Manner::PutsOff, "policy.cancelled") if state(&data["policy_id"]).is_some() => {
                    (200, word(&data["policy_id"]), "cancelled")
                }
                _ => (503, String::new(), ""),
            }
        };
        if status == 200 {
            self.states.lock().unwrap().insert(reference, state);
        }
        let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("webhook-id"), word(&event["id"]));
        self.arrivals.lock().unwrap().push(Arrival {
            id: header("webhook-id"),
            kind,
            at: now(),
            signature: header("webhook-signature"),
            status,
        });
        status
    }
}

#[expect(clippy::disallowed_methods, reason = "the endpoint has a clock of its own")]
fn now() -> Instant {
    Instant::now()
}

impl Respond for Endpoint {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        if path == "/hook" {
            return ResponseTemplate::new(self.webhook(request));
        }
        let Some(reference) = path.strip_prefix("/effects/") else {
            return ResponseTemplate::new(200).set_body_json(json!({"outcome": "success"}));
        };
        let state = self.states.lock().unwrap().get(reference).copied();
        let seen = json!({"count": u8::from(state.is_some()), "state": state.unwrap_or("pending")});
        ResponseTemplate::new(200).set_body_json(seen)
    }
}

/// Runs the late and early events against an endpoint: what it saw, and the bundle.
fn run_against(manner: Manner, more: &str) -> (Vec<Arrival>, Finished, Place) {
    let endpoint = Endpoint {
        manner,
        arrivals: Arc::default(),
        states: Arc::default(),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(endpoint.clone())
            .mount(&server)
            .await;
        server
    });
    let base = server.uri();
    let declaration = format!(
        "[partner]\nid = \"acme\"\nname = \"Acme\"\nimplementation = \"acme-pay\"\nversion = \"1\"\n\
         [capabilities]\nwebhooks = [\"payment.success\", \"policy.issued\", \"policy.cancelled\", \
         \"refund.processed\"]\n\
         [webhook]\nurl = \"{base}/hook\"\nsecret_env = \"PARTNER_WEBHOOK_SECRET\"\n\
         [references]\norder = \"start\"\npolicy = \"start\"\n\
         [start.order]\nkind = \"http\"\nurl = \"{base}/start/order\"\n\
         body = {{ reference = \"{{order}}\", policy = \"{{policy}}\" }}\nanswer = {{ outcome = \"/outcome\" }}\n\
         [effects.order]\nkind = \"http\"\nurl = \"{base}/effects/{{reference}}\"\n\
         count = \"/count\"\nstate = \"/state\"\n\
         [effects.policy]\nkind = \"http\"\nurl = \"{base}/effects/{{reference}}\"\n\
         count = \"/count\"\nstate = \"/state\"\n"
    );
    let place = Place::new().with("partner.toml", &declaration);
    let words = format!("run --partner partner.toml --out out --seed 3 --case WH-ORD-02 {more}");
    let said = place.senang(&words).with_environment(&secrets()).run();
    drop(server);
    let arrivals = endpoint.arrivals.lock().unwrap().clone();
    (arrivals, said, place)
}

/// What the transcript says became of each event: attempts, and whether it was kept.
fn fates(bundle: &Bundle) -> BTreeMap<String, (u64, bool)> {
    let records = bundle.records().into_iter();
    records
        .filter(|record| record["kind"] == "settled")
        .map(|record| {
            let what = &record["what"];
            let fate = (
                what["attempts"].as_u64().unwrap(),
                what["kept"].as_bool().unwrap(),
            );
            (what["id"].as_str().unwrap().to_owned(), fate)
        })
        .collect()
}

/// The arrivals of each event, but for the first look, which is sent once before the first example.
fn by_event(arrivals: &[Arrival]) -> BTreeMap<String, Vec<Arrival>> {
    let mut events: BTreeMap<String, Vec<Arrival>> = BTreeMap::new();
    for arrival in arrivals.iter().skip(1) {
        events
            .entry(arrival.id.clone())
            .or_default()
            .push(arrival.clone());
    }
    events
}

#[test]
fn an_endpoint_that_always_fails_gets_five_attempts_at_growing_intervals_and_then_no_more() {
    let (arrivals, said, place) = run_against(Manner::Fails, "--clock compressed");
    let said = said.exits(1);
    let bundle = place.bundle();
    let events = by_event(&arrivals);
    assert_eq!(events.len(), 4, "{arrivals:?}");
    let fates = fates(&bundle);
    for (id, attempts) in &events {
        assert_eq!(attempts.len(), 5, "{attempts:?}");
        assert_eq!(fates.get(id), Some(&(5, false)));
        // The pauses of the compressed schedule are 100, 200, 400 and 800 ms; from the second on each
        // is twice the one before, which leaves room for a slow machine.
        let gaps: Vec<Duration> = attempts.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
        let redeliveries = &gaps[1..];
        assert!(redeliveries.is_sorted(), "{gaps:?}");
        for (gap, pause) in redeliveries.iter().zip([200, 400, 800]) {
            assert!(*gap >= Duration::from_millis(pause), "{gaps:?}");
        }
        assert!(
            attempts
                .iter()
                .all(|attempt| attempt.signature.starts_with("v1,"))
        );
    }
    let marked = "after 5 attempts the platform marked the event";
    said.says(&["answers every good delivery with status 503"]);
    let findings = bundle.results().to_string();
    assert!(findings.contains(marked) && findings.contains("server-error"));
    assert_eq!(bundle.with("fail"), ["WH-ORD-02/a", "WH-ORD-02/b"]);
    bundle.verify().exits(0);
}

#[test]
fn a_partner_that_puts_early_events_off_is_right_once_they_come_again() {
    let (arrivals, said, place) = run_against(Manner::PutsOff, "--clock compressed");
    said.exits(0);
    let bundle = place.bundle();
    assert_eq!(bundle.with("pass"), ["WH-ORD-02/a", "WH-ORD-02/b"]);
    let fates = fates(&bundle);
    for attempts in by_event(&arrivals).values() {
        let statuses: Vec<u16> = attempts.iter().map(|attempt| attempt.status).collect();
        let early = matches!(attempts[0].kind.as_str(), "refund.processed" | "policy.cancelled");
        let expected: &[u16] = if early { &[503, 200] } else { &[200] };
        assert_eq!(statuses, expected, "{attempts:?}");
        let count = u64::try_from(expected.len()).unwrap();
        assert_eq!(fates.get(&attempts[0].id), Some(&(count, true)));
    }
}

#[test]
fn the_report_names_the_schedule_of_the_run() {
    let (_, _, place) = run_against(Manner::PutsOff, "--clock compressed --mode long");
    let results = place.bundle().results();
    let schedule = &results["profile"]["senang-io"]["retry_schedule_in_force"];
    assert_eq!(schedule["name"], "compressed");
    let long = &results["profile"]["senang-io"]["parameters"]["retry_schedule_long"];
    assert_eq!(long["provenance"], "assumed");
    assert_eq!(long["value"][0], "5s");
}

#[test]
fn no_two_events_of_a_run_share_an_id() {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in CLEAN.bundle.records() {
        let intent = &record["what"]["intent"];
        if record["kind"] == "delivered" && intent["subject"] != "recurring callback" {
            let id = intent["id"].as_str().unwrap().to_owned();
            let owner = format!("{} {}", record["scope"], intent["subject"]);
            owners.entry(id).or_default().insert(owner);
        }
    }
    assert!(owners.len() > 50, "{}", owners.len());
    for (id, owners) in owners {
        assert_eq!(owners.len(), 1, "{id}: {owners:?}");
    }
}
