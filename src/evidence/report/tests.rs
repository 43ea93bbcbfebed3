//! The page of a run in which every standing occurs and every text is hostile.

use std::{collections::BTreeSet, fs};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use sha2::{Digest as _, Sha256};

use super::render;
use crate::{
    evidence::{derived::Basis, files, sample, standing::Standing},
    transcript::{
        attest::Attested,
        exchange::{
            Answer, Credential, Delivery, Ending, Form, Intent, NoAnswer, Role, SeenRequest, SentMessage,
        },
        observation::{WaitKind, Waited},
        record::{Event, Record, RunStarted, Scope},
    },
    verdict::result::Assessment,
    wire::{
        body::Body,
        digest::sha256_hex,
        fault::{ApiCall, ErrorStatus, Fault},
        header::Headers,
        moment::Micros,
        tampering::Tampering,
    },
};

/// What would run if it came through.
const SCRIPT: &str = "<script>document.title='owned'</script><img src=x onerror=alert(1)>";

/// Records on a chain, with times of their own.
fn chained(events: Vec<(Option<&str>, u64, Event)>) -> String {
    let mut prev = "0".repeat(64);
    let mut text = String::new();
    for ((example, at, event), number) in events.into_iter().zip(0..) {
        let scope = example.map(|example| Scope {
            example: example.parse().unwrap(),
            attempt: 1,
        });
        let record = Record {
            number,
            at: Micros(at),
            scope,
            event,
        };
        let json = serde_json::to_string(&record).unwrap();
        let line = format!("{{\"prev\":\"{prev}\",{}", &json[1..]);
        prev = sha256_hex(line.as_bytes());
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn delivery(from: u64, to: u64, ending: Ending) -> Event {
    Event::Delivered(Box::new(Delivery {
        intent: Intent {
            role: Role::Stimulus,
            index: 0,
            form: Form::Tampered(Tampering::ALL[0]),
            subject: "payment.success".to_owned(),
            id: "evt_1".to_owned(),
            reference: "ORD-1".to_owned(),
        },
        sent: SentMessage {
            method: "POST".to_owned(),
            url: "https://partner.invalid/hooks".to_owned(),
            headers: Headers::new()
                .with("Webhook-Id", "evt_1")
                .with("a", "1")
                .with("A", "2"),
            body: Body::from_bytes(br#"{"id":"evt_1"}"#),
        },
        started: Micros(from),
        written: Micros(from),
        head: Micros(to),
        ended: Micros(to),
        ending,
    }))
}

fn request(from: u64, to: u64) -> Event {
    Event::Seen(Box::new(SeenRequest {
        connection: 1,
        call: ApiCall::Policy,
        method: "POST".to_owned(),
        target: format!("/v1/policies?{SCRIPT}"),
        headers: Headers::new().with("x", sample::HOSTILE),
        body: Body::from_bytes(b"\xff\xfe<script>alert(1)</script>"),
        credential: Credential::Token,
        stray: None,
        exposed: None,
        violations: vec![SCRIPT.to_owned()],
        started: Micros(from),
        received: Micros(from),
        answered: Micros(to),
        fault: Some(Fault::Refuse {
            status: ErrorStatus::try_from(429).unwrap(),
            headers: Headers::new().with("retry-after", "2"),
            body: None,
        }),
        status: Some(429),
        answer: Some(Body::from_bytes(b"{}")),
    }))
}

fn transcript() -> String {
    const EXAMPLE: Option<&str> = Some("WH-SIG-02/b");
    let answer = Answer {
        status: 200,
        headers: Headers::new().with("X-Note", SCRIPT),
        body: Body::from_bytes(format!("{}{}", sample::HOSTILE, SCRIPT.repeat(100)).as_bytes()),
        truncated: true,
    };
    let unanswered = Ending::Unanswered {
        why: NoAnswer::Timeout,
        detail: SCRIPT.to_owned(),
    };
    let attested = Attested {
        question: "operation.log_retention".to_owned(),
        asked: "How long are logs kept?".to_owned(),
        fields: [("answer".to_owned(), vec![SCRIPT.to_owned()])].into(),
        name: "Nurul".to_owned(),
        role: "Head".to_owned(),
        date: "2026-11-20".to_owned(),
        ..Attested::default()
    };
    let wait = Waited {
        kind: WaitKind::Negative,
        from: Micros(1_400_000),
        to: Micros(2_400_000),
        satisfied: false,
    };
    chained(vec![
        (None, 0, Event::RunStarted(Box::new(sample::started()))),
        (
            None,
            10,
            Event::Note {
                text: SCRIPT.to_owned(),
            },
        ),
        (EXAMPLE, 1_000_000, Event::ExampleStarted),
        (
            EXAMPLE,
            1_300_000,
            delivery(1_100_000, 1_300_000, Ending::Answered(answer)),
        ),
        (EXAMPLE, 1_400_000, delivery(1_310_000, 1_400_000, unanswered)),
        (EXAMPLE, 2_400_000, Event::Waited(wait)),
        (EXAMPLE, 2_500_000, request(2_410_000, 2_450_000)),
        (EXAMPLE, 4_900_000, request(4_800_000, 4_850_000)),
        (EXAMPLE, 5_000_000, Event::Attested(Box::new(attested))),
        (EXAMPLE, 5_100_000, Event::ExampleFinished),
        (None, 5_200_000, Event::RunFinished),
    ])
}

fn page_of(started: &RunStarted, assessment: &Assessment, transcript: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(files::TRANSCRIPT);
    fs::write(&path, transcript).unwrap();
    let basis = Basis {
        started,
        assessment,
        transcripts: &[&path],
    };
    String::from_utf8(render::write(&basis).unwrap()).unwrap()
}

fn page() -> String {
    let (mut started, mut assessment) = sample::run();
    started.not_certifiable.push(SCRIPT.to_owned());
    started.mode = SCRIPT.to_owned();
    started.configuration["partner"]["implementation"] = format!("</title>{SCRIPT}").into();
    for row in &mut assessment.rows {
        let Some(result) = &mut row.result else { continue };
        for finding in &mut result.findings {
            finding.records = vec![3, 4, 41];
        }
    }
    page_of(&started, &assessment, &transcript())
}

/// Names of the elements with their attributes, as an independent reader sees them.
fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Tokenizer::new_with_emitter(page, emitter)
        .filter_map(|token| match token {
            Ok(Token::StartTag(tag)) => Some((
                text(&tag.name),
                tag.attributes
                    .iter()
                    .map(|(name, value)| (text(name), text(value)))
                    .collect(),
            )),
            _ => None,
        })
        .collect()
}

fn values(page: &str, attribute: &str) -> Vec<String> {
    elements(page)
        .into_iter()
        .flat_map(|(_, attributes)| attributes)
        .filter(|(name, _)| name == attribute)
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn the_same_basis_gives_the_same_bytes() {
    assert_eq!(page(), page());
}

#[test]
fn nothing_that_came_from_outside_becomes_an_element() {
    let (started, assessment) = sample::run();
    let quiet = page_of(&started, &assessment, &sample::transcript());
    let known: BTreeSet<String> = elements(&quiet).into_iter().map(|(name, _)| name).collect();
    let page = page();
    // What a picture and an exchange are made of does not occur in a run without exchanges.
    let drawn = ["figure", "figcaption", "g", "line", "text", "pre", "article"];
    let mut scripts = 0;
    for (name, attributes) in elements(&page) {
        assert!(
            known.contains(&name) || drawn.contains(&name.as_str()),
            "<{name}>"
        );
        scripts += usize::from(name == "script");
        for (attribute, value) in attributes {
            assert!(
                !attribute.starts_with("on") && attribute != "style",
                "{attribute}={value}"
            );
            if attribute == "href" {
                assert!(value.starts_with('#') || value == "data:,", "{value}");
            }
            assert!(
                !matches!(attribute.as_str(), "src" | "action" | "srcdoc"),
                "{attribute}"
            );
        }
    }
    assert_eq!(scripts, 1);
    assert!(
        page.contains("&lt;img src=x onerror=alert(1)&gt;"),
        "the text is not shown at all"
    );
    let control = page.chars().find(|letter| letter.is_control() && *letter != '\n');
    assert_eq!(control, None);
    assert!(!page.contains('\u{202e}') && page.contains("\\u{202e}"));
}

#[test]
fn the_policy_names_the_one_style_and_the_one_script_by_their_digests() {
    let page = page();
    let inside = |name: &str| {
        let (_, rest) = page.split_once(&format!("<{name}>")).unwrap();
        let (content, after) = rest.split_once(&format!("</{name}>")).unwrap();
        assert!(!after.contains(&format!("<{name}")), "a second {name}");
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content.as_bytes())))
    };
    let policies = values(&page, "content");
    let policy = policies
        .iter()
        .find(|value| value.starts_with("default-src"))
        .unwrap();
    let decoded = policy.replace("&#x27;", "'").replace("&#x2f;", "/");
    assert_eq!(
        decoded,
        format!(
            "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
            inside("style"),
            inside("script")
        )
    );
    assert!(page.find("Content-Security-Policy").unwrap() < page.find("<style>").unwrap());
}

#[test]
fn every_example_stands_on_the_page_with_its_standing() {
    let (_, assessment) = sample::run();
    let page = page();
    for row in &assessment.rows {
        assert!(page.contains(row.entry.example.as_str().split('/').next().unwrap()));
    }
    let counted = |key: &str| {
        let elements = elements(&page).into_iter();
        elements
            .filter(|(_, attributes)| attributes.contains(&("data-standing".to_owned(), key.to_owned())))
            .count()
    };
    for (key, standing) in [
        ("failed", Standing::Failed),
        ("unproven", Standing::Unproven),
        ("harness", Standing::Harness),
        ("warning", Standing::Warning),
        ("open", Standing::Open),
        ("waived", Standing::Waived),
        ("passed", Standing::Passed),
        ("not-applicable", Standing::NotApplicable),
        ("excluded", Standing::Excluded),
    ] {
        let rows = assessment.rows.iter().filter(|row| Standing::of(row) == standing);
        assert_eq!(counted(key), rows.count(), "{key}");
    }
}

#[test]
fn ids_are_unique_and_every_link_leads_somewhere() {
    let page = page();
    let ids = values(&page, "id");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for link in values(&page, "href") {
        let Some(target) = link.strip_prefix('#') else {
            continue;
        };
        assert!(unique.contains(&target.to_owned()), "{link} leads nowhere");
    }
    for reference in values(&page, "aria-labelledby") {
        assert!(unique.contains(&reference), "{reference} is no label");
    }
}

#[test]
fn an_exchange_is_shown_with_its_bytes_and_its_times() {
    let page = page();
    for part in [
        "forged: ",
        "POST https:&#x2f;&#x2f;partner.invalid&#x2f;hooks\nWebhook-Id: evt_1\na: 1\nA: 2\n\n{&quot;id&quot;",
        "more bytes in the transcript",
        "\\xff\\xfe&lt;script&gt;",
        "no answer after 90 ms",
        "on purpose: refused with 429, Retry-After: 2",
        "asked to wait 2.00 s",
        "<a href=\"#WH-SIG-02.b.3\">3</a>",
        "<span>41</span>",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_page_reads_as_agreed() {
    let page = page();
    let cut = |page: &str, from: &str, to: &str| {
        let (before, rest) = page.split_once(from).unwrap();
        let (_, after) = rest.split_once(to).unwrap();
        format!("{before}{from}[cut]{to}{after}")
    };
    let page = cut(&page, "<style>", "</style>");
    let page = cut(&page, "<script>", "</script>");
    // The rulebook has its own snapshots.
    let page = cut(&page, "<section id=\"clauses\"", "</section>");
    let mut settings = sample::snapshots();
    settings.add_filter("sha256-[A-Za-z0-9+=&;#]+", "sha256-[digest]");
    settings.add_filter("(senang-conformance )[0-9.]+", "${1}[version]");
    settings.bind(|| insta::assert_snapshot!("evidence-report", page));
}
