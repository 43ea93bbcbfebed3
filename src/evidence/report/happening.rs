//! One record of an example as a line of the page.

use serde::Serialize;
use serde_json::Value;

use super::{
    exchange::{self, Exchange},
    moments,
};
use crate::{
    evidence::text::HtmlText,
    transcript::{
        observation::{LogObserved, Moment, Observed, Operation, OperationEnd, Read, WaitKind, Waited},
        record::{Event, Stopped},
    },
    wire::moment::Micros,
};

/// Most characters of a record that has no words of its own.
const LONGEST_RECORD: usize = 400;
/// Most log lines that are shown of one look at the log.
const MOST_LINES: usize = 3;

/// A line.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Happening {
    /// Number of the record.
    pub(super) number: u64,
    /// When, after the start of the attempt.
    pub(super) at: String,
    /// The kind of record, in a word.
    pub(super) kind: &'static str,
    /// Whether a finding names it.
    pub(super) cited: bool,
    /// When, on the clock: the order on the page.
    #[serde(skip)]
    pub(super) moment: Micros,
    /// What happened; empty for an exchange, which has its own words.
    pub(super) text: HtmlText,
    /// The exchange, if it is one.
    pub(super) exchange: Option<Exchange>,
}

impl Happening {
    /// The line of a record; none for records that only give the transcript its order.
    pub(super) fn of(number: u64, origin: Micros, at: Micros, event: &Event) -> Option<Self> {
        let (kind, at, text, exchange) = match event {
            Event::Delivered(delivery) => (
                "sent",
                delivery.started,
                String::new(),
                Some(exchange::sent(delivery)),
            ),
            Event::Seen(request) => (
                "seen",
                request.started,
                String::new(),
                Some(exchange::seen(request)),
            ),
            Event::Waited(wait) => ("wait", wait.from, told(event)?, None),
            Event::Operated(operation) => ("operation", operation.started, told(event)?, None),
            Event::Controlled(control) => ("control", control.started, told(event)?, None),
            Event::Observed(observed) => ("effect", observed.at, told(event)?, None),
            Event::Checked { .. } => ("check", at, told(event)?, None),
            Event::LogObserved(_) | Event::LogScanned(_) => ("log", at, told(event)?, None),
            Event::Prepared(_) => ("prepared", at, told(event)?, None),
            Event::Attested(_) => ("declared", at, told(event)?, None),
            Event::Note { .. } => ("note", at, told(event)?, None),
            Event::Stopped(_) | Event::Interrupted => ("stopped", at, told(event)?, None),
            other => ("record", at, told(other)?, None),
        };
        Some(Self {
            number,
            at: moments::offset(origin, at),
            kind,
            cited: false,
            moment: at,
            text: HtmlText::line(&text),
            exchange,
        })
    }
}

fn told(event: &Event) -> Option<String> {
    Some(match event {
        Event::RunStarted(_)
        | Event::Planned(_)
        | Event::ExampleStarted
        | Event::ExampleFinished
        | Event::RunFinished => return None,
        Event::Prepared(prepared) => format!(
            "{} {} over {}",
            prepared.kind.name(),
            prepared.reference,
            prepared.amount
        ),
        Event::Settled(fate) => format!(
            "{} {} after {} attempts",
            fate.id,
            if fate.kept {
                "kept by the partner"
            } else {
                "given up"
            },
            fate.attempts
        ),
        Event::Observed(observed) => read(observed),
        Event::Waited(wait) => waited(wait),
        Event::LogObserved(log) => found(log),
        Event::LogScanned(scan) => match &scan.unreadable {
            Some(why) => format!("the log could not be searched: {why}"),
            None => format!(
                "{} lines searched for secrets, found in {}",
                scan.lines,
                scan.findings.len()
            ),
        },
        Event::Operated(operation) => ended(operation),
        Event::Controlled(control) => match &control.failed {
            Some(why) => format!("{}: {why}", control.action),
            None => format!("{} done", control.action),
        },
        Event::Attested(attested) => match &attested.missing {
            Some(why) => format!("{}: {why}", attested.question),
            None => format!(
                "{} by {}, {}, on {}",
                attested.question, attested.name, attested.role, attested.date
            ),
        },
        Event::Note { text } => text.clone(),
        Event::Checked { check, outcome } => checked(check, outcome),
        Event::Stopped(
            Stopped::Inconclusive { reason }
            | Stopped::NotApplicable { reason }
            | Stopped::Harness { reason }
            | Stopped::Interrupted { reason },
        ) => reason.clone(),
        Event::Interrupted => "the run was interrupted".to_owned(),
        other => plain(other),
    })
}

fn read(observed: &Observed) -> String {
    let moment = match observed.moment {
        Moment::Before => "before the stimulus",
        Moment::After => "after the wait",
        Moment::Final => "once more at the end",
    };
    let read = match &observed.read {
        Read::Got(reading) => {
            let state = reading
                .state
                .as_deref()
                .map_or_else(String::new, |state| format!(", state {state}"));
            let absent = reading.absent_status.map_or_else(String::new, |status| {
                format!(", because status {status} says that there is none")
            });
            format!("count {}{state}{absent}", reading.count)
        }
        Read::Unreadable(why) => format!("could not be read: {why}"),
        Read::NoChannel => "no channel is declared".to_owned(),
    };
    format!("{} {} {moment}: {read}", observed.kind.name(), observed.reference)
}

fn waited(wait: &Waited) -> String {
    let took = moments::between(wait.from, wait.to);
    match (wait.kind, wait.satisfied) {
        (WaitKind::Settle, true) => format!("{took} until it happened"),
        (WaitKind::Settle, false) => format!("{took}, and it did not happen"),
        (WaitKind::Negative, _) => format!("{took} in which nothing was to happen"),
        (WaitKind::Gap, _) => format!("{took} between two deliveries"),
    }
}

fn found(log: &LogObserved) -> String {
    if let Some(why) = &log.unreadable {
        return format!("the log could not be read: {why}");
    }
    let lines: Vec<&str> = log
        .lines
        .iter()
        .take(MOST_LINES)
        .map(|line| line.text.as_str())
        .collect();
    format!(
        "{} lines mention {}: {}",
        log.lines.len(),
        log.id,
        lines.join(" ⏎ ")
    )
}

fn ended(operation: &Operation) -> String {
    let end = match &operation.end {
        OperationEnd::Finished { outcome, message, .. } => message
            .as_ref()
            .map_or_else(|| outcome.clone(), |message| format!("{outcome}: {message}")),
        OperationEnd::Unusable(why) => format!("could not be used: {why}"),
    };
    let answered = operation
        .answered
        .as_ref()
        .map_or_else(String::new, |line| format!(" ({line})"));
    let took = moments::between(operation.started, operation.ended);
    format!("{}: {end}{answered}, after {took}", operation.name)
}

fn checked(check: &Value, outcome: &Value) -> String {
    let name = check.get("check").and_then(Value::as_str).unwrap_or("check");
    let outcome = outcome
        .get("outcome")
        .and_then(Value::as_str)
        .unwrap_or("unknown");
    format!("{}: {}", name.replace('-', " "), outcome.replace('-', " "))
}

/// A record without words of its own: its kind and the beginning of its content.
fn plain(event: &Event) -> String {
    let value = serde_json::to_value(event).unwrap_or_default();
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let what = value.get("what").map(Value::to_string).unwrap_or_default();
    let mut text = format!("{} ", kind.replace('-', " "));
    text.extend(what.chars().take(LONGEST_RECORD));
    if what.chars().nth(LONGEST_RECORD).is_some() {
        text.push('…');
    }
    text
}
