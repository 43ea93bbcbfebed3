//! The published contract, the running sandbox, its events and the pages about it are held to each other.

use std::collections::BTreeSet;

use jsonschema::Validator;
use senang_conformance::{
    actors::sandbox::{
        Authentication, Base, Mount, Sandbox, SandboxOptions, api::Steering, limiter::RateLimit, openapi,
    },
    config::host::Clock,
    transcript::{record::Scope, recorder::Recorder},
    wire::{
        event::{Event, EventType, References},
        event_schema,
        fault::Script,
        money::Money,
    },
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::program::Place;

const OPENAPI: &str = include_str!("../../docs/openapi.json");
const EVENTS: &str = include_str!("../../docs/events.schema.json");
const PAGE: &str = include_str!("../../docs/api.md");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_is_published_is_what_the_program_has() {
    assert_eq!(
        parsed(OPENAPI),
        openapi::document(),
        "print it anew with `openapi`"
    );
    assert_eq!(
        parsed(EVENTS),
        event_schema::events(),
        "print it anew with `openapi --events`"
    );
    for (words, published) in [("openapi", OPENAPI), ("openapi --events", EVENTS)] {
        let printed = Place::new().senang(words).run().exits(0);
        assert!(
            printed.out == published,
            "docs/ is stale; write it anew: senang-conformance {words}"
        );
    }
}

/// An answer as it came over the socket.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Everything that the document says, and a client that holds each answer to it.
struct Client {
    document: Value,
    origin: String,
    prefix: String,
    token: String,
    met: BTreeSet<(String, u16)>,
}

impl Client {
    fn new(mount: &Mount, document: Value) -> Self {
        let rest = mount.base_url().strip_prefix("http://").unwrap();
        let (origin, prefix) = rest
            .split_once('/')
            .map_or((rest, String::new()), |(origin, path)| {
                (origin, format!("/{path}"))
            });
        Self {
            document,
            origin: origin.to_owned(),
            prefix,
            token: String::new(),
            met: BTreeSet::new(),
        }
    }

    async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.origin).await.unwrap();
        let _ = stream.write_all(bytes).await;
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
        let end = all.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Answer {
            status,
            headers,
            body: all[end + 4..].to_vec(),
        }
    }

    /// Sends a request with header lines of one's own, and holds the answer to the operation of the
    /// document; `path` is that of the document, `id` stands in it.
    async fn send(&mut self, (method, path, id): (&str, &str, &str), headers: &str, body: &str) -> Answer {
        let target = format!("{}{}", self.prefix, path.replacen("{id}", id, 1));
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            self.origin,
            body.len()
        );
        let answer = self.raw(request.as_bytes()).await;
        let operation =
            self.document["paths"][path.split('?').next().unwrap()][method.to_lowercase()].clone();
        assert!(operation.is_object(), "{method} {path} is not in the document");
        self.hold(&operation, &answer);
        self.met.insert((
            operation["operationId"].as_str().unwrap().to_owned(),
            answer.status,
        ));
        answer
    }

    async fn call(&mut self, target: (&str, &str, &str), body: &Value) -> Answer {
        let authorization = format!("Authorization: Bearer {}\r\n", self.token);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/json\r\n"
        };
        self.send(target, &format!("{authorization}{kind}"), &body).await
    }

    /// The response of the document for a status, and whether it is named there.
    fn hold(&self, operation: &Value, answer: &Answer) {
        let responses = &operation["responses"];
        let named = responses.get(answer.status.to_string()).unwrap_or_else(|| {
            panic!(
                "{} is not described for {}",
                answer.status, operation["operationId"]
            )
        });
        let response = self.resolved(named);
        let kind = answer.header("content-type").unwrap();
        let schema = response["content"]
            .get(kind)
            .unwrap_or_else(|| panic!("{kind} is not described for {}", answer.status));
        let problems: Vec<String> = self
            .validator(&schema["schema"])
            .iter_errors(&answer.json())
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(
            problems.is_empty(),
            "{}: {problems:?}",
            String::from_utf8_lossy(&answer.body)
        );
        let transport = [
            "date",
            "content-type",
            "content-length",
            "connection",
            "cache-control",
        ];
        for (name, value) in &answer.headers {
            if transport.contains(&name.to_lowercase().as_str()) {
                continue;
            }
            let described = &response["headers"][name];
            assert!(
                described.is_object(),
                "{name} is not described for {}",
                answer.status
            );
            let schema = &self.resolved(described)["schema"];
            assert!(self.validator(schema).is_valid(&json!(value)), "{name}: {value}");
        }
        for (name, described) in response["headers"].as_object().unwrap() {
            let required = self.resolved(described)["required"] == json!(true);
            assert!(
                !required || answer.header(name).is_some(),
                "{name} is missing from {}",
                answer.status
            );
        }
    }

    fn resolved(&self, value: &Value) -> Value {
        value["$ref"].as_str().map_or_else(
            || value.clone(),
            |place| {
                self.document
                    .pointer(place.trim_start_matches('#'))
                    .unwrap()
                    .clone()
            },
        )
    }

    /// A validator under which a member that is not described is a mistake.
    fn validator(&self, schema: &Value) -> Validator {
        let mut schemas = self.document["components"]["schemas"].clone();
        for closed in schemas.as_object_mut().unwrap().values_mut() {
            closed["additionalProperties"] = json!(false);
        }
        let whole = json!({"allOf": [schema], "components": {"schemas": schemas}});
        jsonschema::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap()
    }
}

async fn started() -> (Sandbox, Mount) {
    let options = SandboxOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        tls: false,
        hostnames: Vec::new(),
        base: Base::PerExample,
        public_url: None,
        authentication: Authentication::Oauth,
        client_id: "partner".to_owned(),
        client_secret: "client-secret-1".into(),
        api_key: "api-key-1234567".into(),
        seed: 7,
    };
    let sandbox = Sandbox::start(options, Recorder::in_memory(Clock::start()))
        .await
        .unwrap();
    let scope = Scope {
        example: "API-VAL-01/a".parse().unwrap(),
        attempt: 1,
    };
    let mount = sandbox.open(&scope, Script::default()).unwrap();
    (sandbox, mount)
}

fn customer() -> Value {
    json!({"name": "Aïn a/l O'Hara 陈", "id_number": "000101-14-0001", "email": "a@b.my", "phone": "+60123456789",
        "birth_date": "2004-02-29", "address": {"city": "Ipoh"}})
}

/// A text member of an answer.
fn text(answer: &Answer, name: &str) -> String {
    answer.json()[name].as_str().unwrap().to_owned()
}

fn wish() -> Value {
    json!({"product_code": "TRAVEL-BASIC", "cover": {"start": "2027-01-01"}, "age": 30})
}

const QUOTATIONS: (&str, &str, &str) = ("POST", "/v1/quotations", "");

/// Tokens, given and refused.
async fn authenticate(client: &mut Client) {
    let token = ("POST", "/v1/oauth/token", "");
    let credentials = json!({"grant_type": "client_credentials", "client_id": "partner", "client_secret": "client-secret-1"});
    let answer = client.call(token, &credentials).await;
    client.token = text(&answer, "access_token");
    client
        .call(
            token,
            &json!({"grant_type": "password", "client_id": "partner", "client_secret": "client-secret-1"}),
        )
        .await;
    client
        .call(token, &json!({"grant_type": "client_credentials"}))
        .await;
}

/// Everything about one policy, from the products to its end.
async fn purchase(client: &mut Client, mount: &Mount) {
    client.call(("GET", "/v1/products", ""), &Value::Null).await;
    let wish = wish();
    mount.steer(Steering {
        price: Some(senang_conformance::actors::sandbox::price::Price { cover: 10, duty: 20 }),
        ..Steering::default()
    });
    client.call(QUOTATIONS, &wish).await;
    mount.steer(Steering::default());
    let quotation = client.call(QUOTATIONS, &wish).await;
    let made = client.call(("POST", "/v1/customers", ""), &customer()).await;
    let policies = ("POST", "/v1/policies", "");
    let application = json!({"quotation_id": text(&quotation, "quotation_id"), "customer_id": text(&made, "customer_id"), "order_id": "ORD-1"});
    let policy = client.call(policies, &application).await;
    let mut repriced = application.clone();
    repriced["premium"] = json!("1.00");
    assert_eq!(client.call(policies, &repriced).await.status, 409);
    let (policy_id, premium) = (text(&policy, "policy_id"), text(&policy, "premium"));
    let payments = ("POST", "/v1/payments", "");
    let bill = json!({"policy_id": policy_id, "order_id": "ORD-1", "amount": premium, "currency": "MYR", "description": "Travel"});
    let paid = client.call(payments, &bill).await;
    let transaction = text(&paid, "transaction_id");
    client
        .call(("GET", "/v1/policies/{id}", &policy_id), &Value::Null)
        .await;
    client
        .call(("GET", "/v1/payments/{id}", &transaction), &Value::Null)
        .await;
    let refunds = ("POST", "/v1/payments/{id}/refunds", transaction.as_str());
    client
        .call(refunds, &json!({"amount": "1.00", "reason": "goodwill"}))
        .await;
    client
        .call(("GET", "/v1/payments/{id}", &transaction), &Value::Null)
        .await;
    let claim = client
        .call(
            ("POST", "/v1/claims", ""),
            &json!({"policy_id": policy_id, "incident": {"date": "2026-11-01"}}),
        )
        .await;
    client
        .call(
            ("GET", "/v1/claims/{id}", &text(&claim, "claim_id")),
            &Value::Null,
        )
        .await;
    client
        .call(
            ("POST", "/v1/policies/{id}/cancellation", &policy_id),
            &json!({"reason": "moved"}),
        )
        .await;
    client
        .call(("GET", "/v1/transactions?from=2020-01-01", ""), &Value::Null)
        .await;
}

/// Requests that are wrong, each in its own way.
async fn mistakes(client: &mut Client) {
    let wish = wish();
    let key = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/json\r\nIdempotency-Key: k-1\r\n",
        client.token
    );
    client.send(QUOTATIONS, &key, &wish.to_string()).await;
    let again = client.send(QUOTATIONS, &key, &wish.to_string()).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(
        client
            .send(
                QUOTATIONS,
                &key,
                &json!({"product_code": "MOTOR", "cover": 1, "age": 2}).to_string()
            )
            .await
            .status,
        409
    );
    let form = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        client.token
    );
    let errors = [
        client.send(QUOTATIONS, &form, "a=b").await.status,
        client
            .send(
                QUOTATIONS,
                "Content-Type: application/json\r\n",
                &wish.to_string(),
            )
            .await
            .status,
        client
            .send(("GET", "/v1/products", ""), "No colon\r\n", "")
            .await
            .status,
        client
            .send(("GET", "/v1/products", ""), &"X-Line: a\r\n".repeat(600), "")
            .await
            .status,
        client
            .call(("GET", "/v1/payments/{id}", "nobody"), &Value::Null)
            .await
            .status,
        client
            .call(QUOTATIONS, &json!({"product_code": "YACHT"}))
            .await
            .status,
        client
            .call(("GET", "/v1/transactions?from=yesterday", ""), &Value::Null)
            .await
            .status,
    ];
    assert_eq!(errors, [415, 401, 400, 431, 404, 422, 422]);
}

/// Too much at once, too often, and too late.
async fn limits(client: &mut Client, mount: Mount) {
    let form = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        client.token
    );
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
    assert_eq!(client.send(QUOTATIONS, &form, &large).await.status, 413);
    mount.steer(Steering {
        limit: Some(RateLimit {
            per_second: 1,
            burst: 1,
        }),
        ..Steering::default()
    });
    client.call(("GET", "/v1/products", ""), &Value::Null).await;
    let limited = client.call(("GET", "/v1/products", ""), &Value::Null).await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").is_some());
    mount.close().await;
    assert_eq!(
        client
            .call(("GET", "/v1/products", ""), &Value::Null)
            .await
            .status,
        410
    );
}

/// Every operation with its success, and every error that the sandbox gives by itself.
#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let (_sandbox, mount) = started().await;
    let mut client = Client::new(&mount, parsed(OPENAPI));
    authenticate(&mut client).await;
    purchase(&mut client, &mount).await;
    mistakes(&mut client).await;
    limits(&mut client, mount).await;
    for (path, item) in client.document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let success = client
                .met
                .iter()
                .any(|(known, status)| known == id && *status < 300);
            assert!(success, "{method} {path} was never answered with success");
        }
    }
}

#[tokio::test]
async fn other_methods_and_paths_get_problem_documents() {
    let (_sandbox, mount) = started().await;
    let client = Client::new(&mount, parsed(OPENAPI));
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    for (line, status) in [("DELETE /v1/products", 405), ("GET /v1/nothing", 404)] {
        let (method, path) = line.split_once(' ').unwrap();
        let request = format!(
            "{method} {}{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            client.prefix
        );
        let answer = client.raw(request.as_bytes()).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("allow").is_some(), status == 405);
        assert!(client.validator(&problem).is_valid(&answer.json()));
    }
}

/// What the document says about a request is what the sandbox takes: each member that is missing, null or
/// of another type is refused by both.
#[tokio::test]
async fn requests_are_judged_alike() {
    let (_sandbox, mount) = started().await;
    let mut client = Client::new(&mount, parsed(OPENAPI));
    let credentials = json!({"grant_type": "client_credentials", "client_id": "partner", "client_secret": "client-secret-1"});
    let answer = client.call(("POST", "/v1/oauth/token", ""), &credentials).await;
    client.token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let wish = json!({"product_code": "MOTOR", "cover": "basic", "age": 3});
    for (path, good) in [("/v1/customers", customer()), ("/v1/quotations", wish)] {
        let schema =
            &client.document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(schema)
            .unwrap();
        let mut tries = vec![good.clone()];
        for name in good.as_object().unwrap().keys() {
            let odd = ["", " ", "x", "a@b@c", "2005-02-30", "+60 12", "0", "陈", "\u{7}"].map(Value::from);
            for value in odd
                .into_iter()
                .chain([Value::Null, json!(5), json!({}), json!([])])
            {
                let mut changed = good.clone();
                changed[name] = value;
                tries.push(changed);
            }
            let mut lacking = good.clone();
            lacking.as_object_mut().unwrap().remove(name);
            tries.push(lacking);
        }
        for body in tries {
            let answer = client.call(("POST", path, ""), &body).await;
            assert_eq!(
                answer.status == 201,
                validator.is_valid(&body),
                "{path} {body}: {}",
                answer.status
            );
        }
    }
}

#[test]
fn every_event_fits_its_schema_and_lacks_nothing() {
    let schema = parsed(EVENTS);
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let references = References {
        order: "ORD-1".to_owned(),
        policy: "POL-1".to_owned(),
        transaction: "txn_1".to_owned(),
        refund: "rfd_1".to_owned(),
        claim: "CLM-1".to_owned(),
    };
    for kind in EventType::ALL {
        let event = Event::new(
            "evt_1".to_owned(),
            kind,
            "2026-11-20T10:15:30.123Z".to_owned(),
            &references,
            &Money::sen(10_000),
        );
        let document = event.document();
        assert!(validator.is_valid(&document), "{document}");
        let described = &schema["$defs"][kind.name().replace('.', "-")];
        for name in event.data.keys() {
            assert!(
                described["properties"][name].is_object(),
                "{kind}: {name} is not described"
            );
        }
        for name in described["required"].as_array().unwrap() {
            let mut lacking = document.clone();
            lacking["data"]
                .as_object_mut()
                .unwrap()
                .remove(name.as_str().unwrap());
            assert!(!validator.is_valid(&lacking), "{kind} without {name}");
        }
        let mut other = document.clone();
        other["data"]["status"] = json!("unheard-of");
        assert!(!validator.is_valid(&other), "{kind}");
    }
    let unknown =
        json!({"id": "evt_1", "type": "account.updated", "created_at": "2026-11-20T10:15:30Z", "data": {}});
    assert!(validator.is_valid(&unknown), "types may be added");
}

#[test]
fn the_page_names_every_call_and_every_status() {
    let document = parsed(OPENAPI);
    let mut statuses = BTreeSet::new();
    let mut calls = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            let success = responses.keys().find(|status| status.starts_with('2')).unwrap();
            let title = operation["summary"].as_str().unwrap();
            let row = format!("| `{} {path}` | {success} | {title} |", method.to_uppercase());
            assert!(PAGE.contains(&row), "{row}");
            calls += 1;
            statuses.extend(
                responses
                    .keys()
                    .filter(|status| status.starts_with(['4', '5']))
                    .cloned(),
            );
        }
    }
    assert_eq!(PAGE.matches("/v1/").count(), calls);
    statuses.insert("405".to_owned());
    let rows: BTreeSet<String> = PAGE
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| ")?
                .split_once(" |")
                .map(|(cell, _)| cell.to_owned())
        })
        .filter(|cell| cell.parse::<u16>().is_ok())
        .collect();
    assert_eq!(rows, statuses);
}
