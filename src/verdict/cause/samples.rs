//! Built runs for the tests of this room.

use std::sync::Arc;

use super::{Cause, Signs, SignsOfRun};
use crate::{
    checks::outcome::Finding,
    contract::severity::Severity,
    plan::entry::{Entry, Lane, Selection},
    transcript::{
        exchange::{Answer, Delivery, Ending, Form, Intent, NoAnswer, Role, SentMessage},
        observation::{
            Channel, EffectKind, LogLine, LogObserved, Moment, Observed, Operation, OperationEnd, Read,
            Reading,
        },
        provenance::Assurance,
        record::{Event, Record, RunStarted},
    },
    verdict::{
        assessment::assess,
        lattice::Verdict,
        result::{Assessment, ExampleResult},
        waiving::Terms,
    },
    wire::{
        body::Body,
        header::Headers,
        moment::Micros,
        tampering::{Tampering, Writing},
    },
};

/// One example: what it says and what its records show.
pub(super) struct One {
    pub(super) example: &'static str,
    pub(super) verdict: Verdict,
    pub(super) codes: Vec<&'static str>,
    pub(super) reasons: Vec<&'static str>,
    pub(super) events: Vec<Event>,
}

pub(super) fn failed(example: &'static str, codes: &[&'static str], events: Vec<Event>) -> One {
    One {
        example,
        verdict: Verdict::Fail,
        codes: codes.to_vec(),
        reasons: Vec::new(),
        events,
    }
}

pub(super) fn undecided(example: &'static str, reason: &'static str, events: Vec<Event>) -> One {
    One {
        example,
        verdict: Verdict::Inconclusive,
        codes: Vec::new(),
        reasons: vec![reason],
        events,
    }
}

pub(super) fn passed(example: &'static str, events: Vec<Event>) -> One {
    One {
        example,
        verdict: Verdict::Pass,
        codes: Vec::new(),
        reasons: Vec::new(),
        events,
    }
}

/// A run of those examples, explained.
pub(super) fn run(examples: &[One]) -> Assessment {
    run_with(examples, &[], false)
}

pub(super) fn run_with(examples: &[One], remarks: &[&str], interrupted: bool) -> Assessment {
    let mut signs = SignsOfRun {
        remarks: remarks.iter().map(|&remark| remark.to_owned()).collect(),
        ..SignsOfRun::default()
    };
    let plan = examples.iter().map(|one| entry(one.example)).collect();
    for one in examples {
        let records: Vec<Arc<Record>> = (0_u64..)
            .zip(&one.events)
            .map(|(number, event)| {
                Arc::new(Record {
                    number,
                    at: Micros(number),
                    scope: None,
                    event: event.clone(),
                })
            })
            .collect();
        signs
            .examples
            .insert(one.example.parse().unwrap(), Signs::of([records.as_slice()]));
    }
    let mut results = examples.iter().map(result);
    assess(
        plan,
        |_| results.next(),
        interrupted,
        Micros(9),
        &Terms::default(),
    )
    .explained(&started(), signs)
}

/// The one cause of a run, with the ids of what it explains.
pub(super) fn only(assessment: &Assessment) -> (&Cause, Vec<&str>) {
    let [cause] = assessment.causes.as_slice() else {
        panic!("not one cause: {:#?}", assessment.causes);
    };
    (
        cause,
        cause
            .examples
            .iter()
            .map(crate::contract::id::ExampleId::as_str)
            .collect(),
    )
}

fn entry(example: &str) -> Entry {
    Entry {
        example: example.parse().unwrap(),
        title: format!("the title of {example}"),
        severity: Severity::Required,
        clauses: Vec::new(),
        revision: 1,
        fix: format!("mend {}", example.split('/').next().unwrap()),
        timing: false,
        lane: Lane::Together,
        selection: Selection::Selected,
    }
}

fn result(one: &One) -> ExampleResult {
    ExampleResult {
        example: one.example.parse().unwrap(),
        verdict: one.verdict,
        grade: None,
        attempts: vec![one.verdict],
        checks: 1,
        findings: one
            .codes
            .iter()
            .map(|code| Finding {
                code: (*code).to_owned(),
                stimulus: "one delivery".to_owned(),
                expected: "something".to_owned(),
                observed: "something else".to_owned(),
                records: vec![1],
                timing: false,
            })
            .collect(),
        reasons: one.reasons.iter().map(|&reason| reason.to_owned()).collect(),
        notes: Vec::new(),
        timeline: None,
        not_applicable: None,
        started: Micros(0),
        ended: Micros(1),
    }
}

pub(super) fn started() -> RunStarted {
    let target = serde_json::json!({"url": "http://127.0.0.1:8080/webhooks"});
    RunStarted {
        format: 2,
        run_id: "run".to_owned(),
        version: "1".to_owned(),
        build: None,
        suite_digest: String::new(),
        plan_digest: String::new(),
        seed: 1,
        started_at: "2026-11-20T10:15:00Z".to_owned(),
        mode: "certify".to_owned(),
        not_certifiable: Vec::new(),
        assurance: Assurance::SelfRun,
        challenge: None,
        witness: None,
        submission: None,
        shard: None,
        waivers: Vec::new(),
        configuration: serde_json::json!({
            "webhook": {"target": target, "secret": "masked, from PARTNER_WEBHOOK_SECRET"},
            "effects": {"order": {"kind": "http", "values": {"state": "/state"}}, "policy": null},
            "references": {"order": "start"},
            "start": {"order": {"kind": "http", "body": {"json": [["reference", "{order}"]]}}},
        }),
        profile: serde_json::json!({"senang-io": {"parameters": {"ack_deadline": {"value": "5s"}}}}),
    }
}

fn delivery(form: Form, at: u64, ending: Ending) -> Event {
    Event::Delivered(Box::new(Delivery {
        intent: Intent {
            role: Role::Stimulus,
            index: 0,
            form,
            subject: "payment.success".to_owned(),
            id: "evt_1".to_owned(),
            reference: "ORD-1".to_owned(),
        },
        sent: SentMessage {
            method: "POST".to_owned(),
            url: "http://127.0.0.1:8080/webhooks".to_owned(),
            headers: Headers::new().with("webhook-timestamp", "1000000000"),
            body: Body::from_bytes(b"{}"),
        },
        started: Micros(at),
        written: Micros(at),
        head: Micros(at),
        ended: Micros(at),
        ending,
    }))
}

fn answer(status: u16, date: &str) -> Ending {
    Ending::Answered(Answer {
        status,
        headers: Headers::new().with("date", date),
        body: Body::from_bytes(b""),
        truncated: false,
    })
}

/// When the deliveries say that they were made.
pub(super) const NOW: &str = "Sun, 09 Sep 2001 01:46:40 GMT";

/// A right delivery with its answer.
pub(super) fn right(status: u16) -> Event {
    right_at(status, NOW)
}

/// One whose answer is dated so.
pub(super) fn right_at(status: u16, date: &str) -> Event {
    delivery(Form::Right(Writing::Plain), 5, answer(status, date))
}

/// A right delivery that was kept after so many milliseconds.
pub(super) fn kept_after(millis: u64) -> Event {
    match right(200) {
        Event::Delivered(mut delivery) => {
            delivery.head = Micros(delivery.written.0 + millis * 1000);
            Event::Delivered(delivery)
        }
        other => other,
    }
}

/// A right delivery whose handshake failed so.
pub(super) fn without_tls(detail: &str) -> Event {
    let why = NoAnswer::Tls;
    let detail = detail.to_owned();
    delivery(Form::Right(Writing::Plain), 5, Ending::Unanswered { why, detail })
}

/// The log line about the delivery, with what came of it.
pub(super) fn logged(result: &str) -> Event {
    let line = LogLine {
        text: "evt_1".to_owned(),
        event_id: Some("evt_1".to_owned()),
        event_type: Some("payment.success".to_owned()),
        time: Some("now".to_owned()),
        result: Some(result.to_owned()),
        ..LogLine::default()
    };
    searched(vec![line], None)
}

/// A right delivery that found nobody.
pub(super) fn unanswered(at: u64, why: NoAnswer) -> Event {
    let detail = "Connection refused".to_owned();
    delivery(
        Form::Right(Writing::Plain),
        at,
        Ending::Unanswered { why, detail },
    )
}

/// One that was falsified so.
pub(super) fn forged(how: Tampering, status: u16) -> Event {
    delivery(Form::Tampered(how), 5, answer(status, NOW))
}

/// A look at an order.
pub(super) fn looked(moment: Moment, read: Read) -> Event {
    Event::Observed(Observed {
        kind: EffectKind::Order,
        reference: "ORD-1".to_owned(),
        moment,
        channel: Some(Channel::Http),
        read,
        at: Micros(1),
    })
}

/// Two readings of an order.
pub(super) fn counted(before: u64, after: u64) -> Vec<Event> {
    let reading = |count| {
        Read::Got(Reading {
            count,
            ..Reading::default()
        })
    };
    vec![
        looked(Moment::Before, reading(before)),
        looked(Moment::After, reading(after)),
    ]
}

/// An operation whose answer had this status.
pub(super) fn answered_with(status: u16) -> Event {
    let failed = status >= 400;
    let ended = operated(OperationEnd::Finished {
        outcome: if failed { "failed" } else { "success" }.to_owned(),
        category: None,
        reference: None,
        message: None,
    });
    match ended {
        Event::Operated(mut operation) if failed => {
            operation.answered = Some(format!(
                "POST http://127.0.0.1:8080/orders answered {status}: sorry"
            ));
            Event::Operated(operation)
        }
        other => other,
    }
}

/// An operation that ended so.
pub(super) fn operated(end: OperationEnd) -> Event {
    Event::Operated(Box::new(Operation {
        name: "order".to_owned(),
        channel: Channel::Http,
        input: serde_json::Value::Null,
        started: Micros(1),
        ended: Micros(2),
        end,
        answered: None,
    }))
}

/// A search of the log.
pub(super) fn searched(lines: Vec<LogLine>, unreadable: Option<&str>) -> Event {
    Event::LogObserved(LogObserved {
        id: "evt_1".to_owned(),
        lines,
        unreadable: unreadable.map(str::to_owned),
        at: Micros(1),
        unix_millis: 1,
    })
}
