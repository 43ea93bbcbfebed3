//! The simulated platform on its own, as a partner uses it who is still developing.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use crate::{
    partner::{Declared, Partner},
    program::{Finished, Place},
};

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A running sandbox with `--json`, and what it says line by line.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    started: Value,
}

impl Running {
    fn start(place: &Place, more: &str, environment: &[(&str, String)]) -> Self {
        let words = format!("sandbox --listen 127.0.0.1:0 --seed 7 --json {more}");
        let mut child = place.senang(&words).with_environment(environment).spawn();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut running = Self {
            child,
            lines,
            started: Value::Null,
        };
        running.started = running.line();
        assert_eq!(running.started["kind"], "started", "{}", running.started);
        running
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    fn text(&self, member: &str) -> &str {
        self.started[member].as_str().unwrap()
    }

    /// Sends a request over a connection of its own; status and body of the answer, if there is one.
    fn ask(&self, head: &str, body: &str) -> Option<(u16, Value)> {
        let address = self.text("api_base_url").strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head}\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().unwrap();
        let body = text.split_once("\r\n\r\n").unwrap().1;
        Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    fn call(&self, method: &str, path: &str, credential: &str, body: &Value) -> (u16, Value) {
        let head = format!("{method} {path} HTTP/1.1\r\nauthorization: Bearer {credential}");
        self.ask(&head, &body.to_string()).unwrap()
    }

    /// Ends it as the keyboard would.
    fn interrupt(self) -> Finished {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        let mut child = self.child;
        child.stdout = None;
        let mut out = String::new();
        let mut lines = self.lines;
        lines.read_to_string(&mut out).unwrap();
        let ended = Finished::of(child);
        Finished { out, ..ended }
    }
}

/// A partner's endpoint that refuses the first delivery.
#[derive(Clone, Default)]
struct Endpoint(Arc<Mutex<Vec<(String, Value)>>>);

impl Respond for Endpoint {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let verifier = Webhook::new(SECRET).unwrap();
        verifier.verify(&request.body, &request.headers).unwrap();
        let event: Value = serde_json::from_slice(&request.body).unwrap();
        let id = request.headers["webhook-id"].to_str().unwrap().to_owned();
        assert_eq!(event["id"], id);
        let mut arrived = self.0.lock().unwrap();
        arrived.push((id, event));
        ResponseTemplate::new(if arrived.len() == 1 { 503 } else { 204 })
    }
}

/// A policy that is quoted, applied for and paid; the ids of order, policy and payment.
fn buy(running: &Running, key: &str) -> (String, String, String) {
    let text = |answer: &Value, member: &str| answer[member].as_str().unwrap().to_owned();
    let asked = json!({"product_code": "TRAVEL-BASIC", "cover": "WORLD", "applicant": {"age": 30}});
    let (status, quotation) = running.call("POST", "/v1/quotations", key, &asked);
    assert_eq!(status, 201, "{quotation}");
    let asked = json!({"name": "Aisyah", "id_number": "900101-14-5678", "email": "a@example.my",
        "phone": "+60123456789", "birth_date": "1990-01-01", "address": "1 Jalan Ampang"});
    let (status, customer) = running.call("POST", "/v1/customers", key, &asked);
    assert_eq!(status, 201, "{customer}");
    let asked = json!({"quotation_id": quotation["quotation_id"], "customer_id": customer["customer_id"],
        "order_id": "ORD-1"});
    let (status, policy) = running.call("POST", "/v1/policies", key, &asked);
    assert_eq!(status, 201, "{policy}");
    let asked = json!({"policy_id": policy["policy_id"], "order_id": "ORD-1",
        "amount": quotation["premium"], "currency": "MYR"});
    let (status, payment) = running.call("POST", "/v1/payments", key, &asked);
    assert_eq!(status, 201, "{payment}");
    (
        "ORD-1".to_owned(),
        text(&policy, "policy_id"),
        text(&payment, "transaction_id"),
    )
}

#[test]
fn what_happens_is_shown_and_told_by_signed_webhooks_until_they_are_taken() {
    let endpoint = Endpoint::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(endpoint.clone())
            .mount(&server)
            .await;
        server
    });
    let place = Place::new();
    let environment = [
        ("SENANG_API_KEY", "ak-of-the-test-0123456789".to_owned()),
        ("SENANG_WEBHOOK_SECRET", SECRET.to_owned()),
    ];
    let more = format!("--authentication api-key --webhook {}/hook", server.uri());
    let mut running = Running::start(&place, &more, &environment);
    assert_eq!(running.started["api_key"], "(from SENANG_API_KEY)");
    assert!(!running.started.to_string().contains(SECRET));
    let key = &environment[0].1;
    let (order, policy, transaction) = buy(&running, key);
    let claim = json!({"policy_id": policy, "incident": "lost luggage"});
    assert_eq!(running.call("POST", "/v1/claims", key, &claim).0, 201);
    let refund = json!({"amount": "1.00"});
    let path = format!("/v1/payments/{transaction}/refunds");
    assert_eq!(running.call("POST", &path, key, &refund).0, 202);
    let path = format!("/v1/policies/{policy}/cancellation");
    assert_eq!(
        running.call("POST", &path, key, &json!({"reason": "moved"})).0,
        202
    );

    let (mut attempts, mut requests) = (Vec::new(), 0);
    let taken = |attempts: &[Value]| attempts.iter().filter(|attempt| attempt["taken"] == true).count();
    while taken(&attempts) < 5 || requests < 7 {
        let line = running.line();
        match line["kind"].as_str().unwrap() {
            "webhook" => attempts.push(line),
            "request" => {
                assert_eq!(line["credential"], "api-key", "{line}");
                assert_eq!(line["violations"], json!([]), "{line}");
                requests += 1;
            }
            other => panic!("{other}"),
        }
    }
    let refused: Vec<&Value> = attempts
        .iter()
        .filter(|attempt| attempt["taken"] == false)
        .collect();
    assert_eq!(refused.len(), 1, "{attempts:?}");
    assert_eq!(
        (&refused[0]["status"], &refused[0]["next_in"]),
        (&json!(503), &json!("1s"))
    );
    let ended = running.interrupt().exits(0);
    assert_eq!(ended.err, "");

    let arrived = endpoint.0.lock().unwrap().clone();
    let of = |kind: &str| {
        let mut events = arrived.iter().filter(|(_, event)| event["type"] == kind);
        let (id, event) = events.next().unwrap_or_else(|| panic!("no {kind}: {arrived:?}"));
        assert!(events.all(|(again, _)| again == id), "one event of {kind}");
        event["data"].clone()
    };
    assert_eq!(arrived.len(), 6, "one was delivered twice: {arrived:?}");
    let paid = of("payment.success");
    assert_eq!(
        (&paid["transaction_id"], &paid["order_id"]),
        (&json!(transaction), &json!(order))
    );
    let issued = of("policy.issued");
    assert_eq!(issued["policy_id"], policy.as_str());
    assert!(issued["policy_number"].as_str().unwrap().starts_with("SN-"));
    assert_eq!(of("refund.processed")["amount"], "1.00");
    assert_eq!(of("claim.submitted")["policy_id"], policy.as_str());
    assert_eq!(of("policy.cancelled")["reason"], "moved");
}

#[test]
fn what_is_against_the_contract_is_said_in_words() {
    let place = Place::new();
    let mut running = Running::start(&place, "", &[]);
    let secret = running.text("client_secret").to_owned();
    let asked = json!({"grant_type": "client_credentials", "client_id": running.text("client_id"),
        "client_secret": secret});
    let head = "POST /v1/oauth/token HTTP/1.1";
    let (status, token) = running.ask(head, &asked.to_string()).unwrap();
    assert_eq!(status, 200, "{token}");
    let line = running.line();
    assert_eq!(
        (&line["credential"], &line["status"]),
        (&json!("client"), &json!(200))
    );

    let token = token["access_token"].as_str().unwrap();
    let (status, _) = running.call(
        "POST",
        "/v1/payments",
        token,
        &json!({"policy_id": "POL-1", "amount": "1"}),
    );
    assert_eq!(status, 422);
    let line = running.line();
    assert_eq!(line["path"], "/v1/payments");
    let violations = line["violations"].to_string();
    for expected in ["order_id: is missing", "currency: is missing", "amount: "] {
        assert!(violations.contains(expected), "{expected}: {violations}");
    }
    // A token in the address is said, and not shown again.
    let path = format!("/v1/products?access_token={token}");
    let (status, _) = running.call("GET", &path, "wrong-bearer-token", &Value::Null);
    assert_eq!(status, 401);
    let line = running.line();
    assert_eq!(
        (&line["exposed"], &line["credential"]),
        (&json!("query"), &json!("wrong"))
    );
    let ended = running.interrupt().exits(0);
    for secret in [token, secret.as_str(), "wrong-bearer-token"] {
        assert!(
            !line.to_string().contains(secret) && !ended.out.contains(secret),
            "{line}"
        );
    }
}

#[test]
fn faults_are_done_in_the_order_of_the_script() {
    let script = "[[line]]\ncall = \"products\"\ntimes = 2\nfault = \"refuse\"\nstatus = 429\n\
                  headers = { retry-after = \"1\" }\n\n[[line]]\ncall = \"products\"\nfault = \"close\"\n";
    let place = Place::new().with("faults.toml", script);
    let environment = [("SENANG_API_KEY", "ak-of-the-test-0123456789".to_owned())];
    let mut running = Running::start(
        &place,
        "--authentication api-key --fault faults.toml",
        &environment,
    );
    assert_eq!(running.started["faults"], 2);
    let head = "GET /v1/products HTTP/1.1\r\nauthorization: Bearer ak-of-the-test-0123456789";
    // A request is shown once it is done with, so each is waited for.
    let seen: Vec<(Option<u16>, Value)> = (0..4)
        .map(|_| {
            let answer = running.ask(head, "").map(|(status, _)| status);
            (answer, running.line()["fault"].clone())
        })
        .collect();
    let expected = [
        (Some(429), json!("refuse")),
        (Some(429), json!("refuse")),
        (None, json!("close")),
        (Some(200), Value::Null),
    ];
    assert_eq!(seen, expected);
    running.interrupt().exits(0);
}

#[test]
fn words_on_a_terminal_say_the_same() {
    let place = Place::new();
    let mut child = place.senang("sandbox --listen 127.0.0.1:0 --tls").spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Ctrl-C ends it") {
        assert_ne!(lines.read_line(&mut said).unwrap(), 0, "{said}");
    }
    for expected in [
        "https://127.0.0.1:",
        "sandbox-ca.pem",
        "client secret   cs_",
        "--webhook URL",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let pem = std::fs::read_to_string(place.path("sandbox-ca.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_be_started_is_usage() {
    let place = Place::new().with(
        "faults.toml",
        "[[line]]\ncall = \"paymet\"\nfault = \"reset\"\nstatus = 1\n",
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let says = |words: &str, texts: &[&str]| {
        place
            .senang(&format!("sandbox {words}"))
            .run()
            .exits(2)
            .complains(texts);
    };
    says(
        &format!("--listen {address}"),
        &["cannot listen on", "give another address with --listen"],
    );
    says("--listen 8080", &["write it like 127.0.0.1:8080"]);
    says(
        "--fault nowhere.toml",
        &["could not read nowhere.toml", "--fault"],
    );
    says(
        "--fault faults.toml",
        &[
            "faults.toml:2: line[0].call",
            "did you mean payment?",
            "line[0].status: unknown key",
        ],
    );
    says("--webhook ftp://x", &["--webhook", "scheme"]);
    let blank = [("SENANG_WEBHOOK_SECRET", "whsec_short".to_owned())];
    place
        .senang("sandbox --webhook http://127.0.0.1:1/hook")
        .with_environment(&blank)
        .run()
        .exits(2)
        .complains(&["SENANG_WEBHOOK_SECRET"]);
}

#[test]
fn a_partner_with_one_address_is_served_one_example_at_a_time() {
    let partner = Partner::start(Declared {
        tls: true,
        effects: true,
        log: true,
    });
    partner.edit(|text| text.replace("[sandbox]\n", "[sandbox]\nbase = \"fixed\"\n"));
    let said = partner.run("--case API-FLW-01 --case API-ERR-01 --case SEC-02");
    said.exits(0)
        .complains(&["one fixed address", "run one after the other", "per-case"]);
    let bundle = partner.place().bundle();
    let lanes: Vec<Value> = bundle
        .records()
        .into_iter()
        .filter(|record| record["kind"] == "planned")
        .filter(|record| {
            record["what"]["example"]
                .as_str()
                .unwrap()
                .starts_with("API-ERR-01")
        })
        .map(|record| record["what"]["lane"].clone())
        .collect();
    assert!(
        lanes.len() > 1 && lanes.iter().all(|lane| lane == "quiet"),
        "{lanes:?}"
    );
    let per_case = "does not hand over {api_base_url}";
    partner.edit(|text| {
        let text = text.replace("base = \"fixed\"\n", "");
        text.replace("api_base_url = \"{api_base_url}\"", "else = \"x\"")
    });
    partner
        .run("--case API-FLW-01")
        .exits(2)
        .complains(&[per_case, "base = \"fixed\""]);
}

#[test]
fn a_key_of_production_is_shown_by_its_fingerprint_only() {
    let place = Place::new();
    let key = "live_0123456789abcdef".to_owned();
    let environment = [("LIVE_KEY", key.clone())];
    let made = place
        .senang("fingerprint --key-env LIVE_KEY")
        .with_environment(&environment)
        .run()
        .exits(0);
    assert!(!made.out.contains(&key) && made.err.is_empty(), "{made:?}");
    let file: toml::Table = made.out.parse().unwrap();
    let text = file["keys"]["production_fingerprints"][0].as_str().unwrap();
    let parts: Vec<&str> = text.split('$').collect();
    assert_eq!((parts.len(), parts[0]), (4, "pbkdf2-sha256"), "{text}");
    place
        .senang("fingerprint")
        .run()
        .exits(2)
        .complains(&["no key was given"]);
    place
        .senang("fingerprint --key-env NOWHERE")
        .run()
        .exits(2)
        .complains(&["NOWHERE is not set"]);
    place.senang("fingerprint live_0123456789abcdef").run().exits(2);
}
