//! Small record sets for the tests of this room.

use std::{borrow::Borrow, sync::Arc};

use super::outcome::Outcome;
use crate::{
    transcript::{
        exchange::{
            Answer, Credential, Delivery, Ending, Form, Intent, NoAnswer, Role, SeenRequest, SentMessage,
        },
        observation::{
            Channel, EffectKind, Moment, Observed, Operation, OperationEnd, Read, Reading, WaitKind, Waited,
        },
        record::{Event, Record},
    },
    wire::{
        body::Body,
        fault::{ApiCall, Fault},
        header::Headers,
        moment::Micros,
        tampering::{Tampering, Writing},
    },
};

pub(crate) fn record(number: u64, event: Event) -> Arc<Record> {
    Arc::new(Record {
        number,
        at: Micros(number),
        scope: None,
        event,
    })
}

pub(crate) fn delivery(
    role: Role,
    index: u32,
    form: Form,
    status: Option<u16>,
    latency_millis: u64,
) -> Delivery {
    let ending = status.map_or(
        Ending::Unanswered {
            why: NoAnswer::Timeout,
            detail: "no answer".to_owned(),
        },
        |status| {
            Ending::Answered(Answer {
                status,
                headers: Headers::new(),
                body: Body::Text(String::new()),
                truncated: false,
            })
        },
    );
    Delivery {
        intent: Intent {
            role,
            index,
            form,
            subject: "payment.success".to_owned(),
            id: "evt_1".to_owned(),
            reference: "ORD-1".to_owned(),
        },
        sent: SentMessage {
            method: "POST".to_owned(),
            url: "http://127.0.0.1/webhooks".to_owned(),
            headers: Headers::new(),
            body: Body::Text("{}".to_owned()),
        },
        started: Micros(0),
        written: Micros(0),
        head: Micros(latency_millis * 1000),
        ended: Micros(latency_millis * 1000),
        ending,
    }
}

pub(crate) fn stimulus(status: Option<u16>, latency_millis: u64) -> Vec<Arc<Record>> {
    vec![record(
        0,
        Event::Delivered(Box::new(delivery(
            Role::Stimulus,
            0,
            Form::Right(Writing::Plain),
            status,
            latency_millis,
        ))),
    )]
}

pub(crate) fn forged(number: u64, status: Option<u16>) -> Arc<Record> {
    record(
        number,
        Event::Delivered(Box::new(delivery(
            Role::Stimulus,
            0,
            Form::Tampered(Tampering::RandomKey),
            status,
            1,
        ))),
    )
}

pub(crate) fn reading(number: u64, moment: Moment, count: u64, state: &str) -> Arc<Record> {
    observed(
        number,
        moment,
        Read::Got(Reading {
            count,
            state: Some(state.to_owned()),
            ..Reading::default()
        }),
    )
}

pub(crate) fn observed(number: u64, moment: Moment, read: Read) -> Arc<Record> {
    let channel = if read == Read::NoChannel {
        None
    } else {
        Some(Channel::Http)
    };
    record(
        number,
        Event::Observed(Observed {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
            moment,
            channel,
            read,
            at: Micros(number),
        }),
    )
}

/// A request of the partner's with a JSON body, at the microsecond of its number.
pub(crate) fn posted(number: u64, call: ApiCall, body: &serde_json::Value, status: u16) -> Arc<Record> {
    record(
        number,
        Event::Seen(Box::new(SeenRequest {
            stray: None,
            connection: 1,
            call,
            method: "POST".to_owned(),
            target: "/v1/x".to_owned(),
            headers: Headers::new().with("content-type", "application/json"),
            body: Body::Text(body.to_string()),
            credential: Credential::Token,
            exposed: None,
            violations: Vec::new(),
            started: Micros(number),
            received: Micros(number),
            answered: Micros(number),
            fault: None,
            status: Some(status),
            answer: None,
        })),
    )
}

/// An operation at the microsecond of its number.
pub(crate) fn bought(number: u64, outcome: &str, message: Option<&str>) -> Arc<Record> {
    record(
        number,
        Event::Operated(Box::new(Operation {
            name: "buy".to_owned(),
            channel: Channel::Http,
            input: serde_json::Value::Null,
            started: Micros(number),
            ended: Micros(number),
            answered: None,
            end: OperationEnd::Finished {
                outcome: outcome.to_owned(),
                category: None,
                reference: None,
                message: message.map(str::to_owned),
            },
        })),
    )
}

/// A request for the products that the sandbox answered honestly after so many milliseconds.
pub(crate) fn request(at_millis: u64, took_millis: u64, status: Option<u16>) -> SeenRequest {
    SeenRequest {
        stray: None,
        connection: 1,
        call: ApiCall::Products,
        method: "GET".to_owned(),
        target: "/v1/products".to_owned(),
        headers: Headers::new(),
        body: Body::Text(String::new()),
        credential: Credential::Token,
        exposed: None,
        violations: Vec::new(),
        started: Micros(at_millis * 1000),
        received: Micros(at_millis * 1000),
        answered: Micros((at_millis + took_millis) * 1000),
        fault: None,
        status,
        answer: None,
    }
}

/// The same, refused by a script.
pub(crate) fn disturbed(at_millis: u64, took_millis: u64, status: u16) -> SeenRequest {
    SeenRequest {
        stray: None,
        fault: Some(Fault::Refuse {
            status: status.try_into().unwrap(),
            headers: Headers::new(),
            body: None,
        }),
        ..request(at_millis, took_millis, Some(status))
    }
}

pub(crate) fn seen(number: u64, request: SeenRequest) -> Arc<Record> {
    record(number, Event::Seen(Box::new(request)))
}

/// An operation that ran from one millisecond to another.
pub(crate) fn operated(
    number: u64,
    name: &str,
    from: u64,
    to: u64,
    outcome: &str,
    category: Option<&str>,
) -> Arc<Record> {
    let operation = Operation {
        name: name.to_owned(),
        channel: Channel::Http,
        input: serde_json::json!({"name": "Aina binti Rahman", "id_number": "900101-99-1234", "email": "x@partner.invalid"}),
        started: Micros(from * 1000),
        ended: Micros(to * 1000),
        answered: None,
        end: OperationEnd::Finished {
            outcome: outcome.to_owned(),
            category: category.map(str::to_owned),
            reference: None,
            message: None,
        },
    };
    record(number, Event::Operated(Box::new(operation)))
}

/// A wait for silence up to a millisecond.
pub(crate) fn watched(number: u64, until_millis: u64) -> Arc<Record> {
    let waited = Waited {
        kind: WaitKind::Negative,
        from: Micros(0),
        to: Micros(until_millis * 1000),
        satisfied: false,
    };
    record(number, Event::Waited(waited))
}

/// What an outcome amounts to, in one word: the code of its finding, or how it ended without one.
pub(crate) fn code(outcome: impl Borrow<Outcome>) -> String {
    match outcome.borrow() {
        Outcome::Failed(finding) => finding.code.clone(),
        Outcome::Passed { .. } => "passed".to_owned(),
        Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
        Outcome::NotApplicable { .. } => "not-applicable".to_owned(),
    }
}
