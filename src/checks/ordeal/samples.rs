//! Operations and requests for the tests of this folder.

use std::sync::Arc;

use serde_json::json;

use crate::{
    checks::samples::record,
    transcript::{
        exchange::{Credential, SeenRequest},
        observation::{
            Channel, EffectKind, LogLine, LogObserved, Moment, Observed, Operation, OperationEnd, Read,
            Reading,
        },
        record::{Event, Record},
        told::Told,
    },
    wire::{
        body::Body,
        fault::{ApiCall, ErrorStatus, Fault},
        header::Headers,
        moment::Micros,
    },
};

/// Milliseconds.
pub(crate) fn at(millis: u64) -> Micros {
    Micros(millis * 1000)
}

/// An operation about `ORD-1` between two moments.
pub(crate) fn operated(outcome: &str, category: Option<&str>, from: u64, to: u64) -> Arc<Record> {
    operation("ORD-1", outcome, category, from, to)
}

pub(crate) fn operation(
    reference: &str,
    outcome: &str,
    category: Option<&str>,
    from: u64,
    to: u64,
) -> Arc<Record> {
    let end = OperationEnd::Finished {
        message: None,
        outcome: outcome.to_owned(),
        category: category.map(str::to_owned),
        reference: None,
    };
    record(
        1000 + from,
        Event::Operated(Box::new(Operation {
            name: "buy".to_owned(),
            channel: Channel::Http,
            input: json!({"reference": reference, "email": "someone@partner.invalid"}),
            started: at(from),
            ended: at(to),
            end,
            answered: None,
        })),
    )
}

pub(crate) fn refuse(status: u16) -> Fault {
    Fault::Refuse {
        status: ErrorStatus::try_from(status).unwrap(),
        headers: Headers::new(),
        body: None,
    }
}

/// A request that is answered a millisecond after it began.
pub(crate) fn request(call: ApiCall, from: u64, status: Option<u16>, fault: Option<Fault>) -> SeenRequest {
    SeenRequest {
        stray: None,
        connection: 1,
        call,
        method: "POST".to_owned(),
        target: "/v1/x".to_owned(),
        headers: Headers::new().with("idempotency-key", "k1"),
        body: Body::Text("{}".to_owned()),
        credential: Credential::Token,
        exposed: None,
        violations: Vec::new(),
        started: at(from),
        received: at(from),
        answered: at(from + 1),
        fault,
        status,
        answer: Some(Body::Text("{}".to_owned())),
    }
}

pub(crate) fn seen(request: SeenRequest) -> Arc<Record> {
    record(request.started.0 / 1000, Event::Seen(Box::new(request)))
}

/// A request that a script answered with an error.
pub(crate) fn struck(call: ApiCall, from: u64, status: u16) -> Arc<Record> {
    seen(request(call, from, Some(status), Some(refuse(status))))
}

pub(crate) fn honest(call: ApiCall, from: u64) -> Arc<Record> {
    seen(request(call, from, Some(201), None))
}

pub(crate) fn with_answer(call: ApiCall, from: u64, answer: &str) -> Arc<Record> {
    let mut request = request(call, from, Some(201), None);
    request.answer = Some(Body::Text(answer.to_owned()));
    seen(request)
}

pub(crate) fn told_user(text: &str, ended: u64) -> Arc<Record> {
    record(
        2000,
        Event::Told(Told {
            operation: "buy".to_owned(),
            text: text.to_owned(),
            at: at(ended),
        }),
    )
}

pub(crate) fn logged(id: &str, lines: &[&str]) -> Arc<Record> {
    let lines = lines
        .iter()
        .map(|text| LogLine {
            text: (*text).to_owned(),
            ..LogLine::default()
        })
        .collect();
    record(
        2001,
        Event::LogObserved(LogObserved {
            id: id.to_owned(),
            lines,
            unreadable: None,
            at: at(2001),
            unix_millis: 0,
        }),
    )
}

/// What the books say about `ORD-1` in the end.
pub(crate) fn in_books(count: u64, state: &str) -> Arc<Record> {
    record(
        2002,
        Event::Observed(Observed {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
            moment: Moment::After,
            channel: Some(Channel::Http),
            read: Read::Got(Reading {
                count,
                state: Some(state.to_owned()),
                ..Reading::default()
            }),
            at: at(2002),
        }),
    )
}

pub(crate) fn order() -> crate::checks::effect::Target {
    crate::checks::effect::Target {
        kind: EffectKind::Order,
        reference: "ORD-1".to_owned(),
    }
}
