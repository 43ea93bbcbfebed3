//! What the records of an example show about the connection to the partner, counted: enough to see what many
//! examples have in common, and small enough to keep for all of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::sum::together;
use crate::{
    contract::id::ExampleId,
    transcript::{
        exchange::{Credential, Delivery, Ending, Form, NoAnswer, SeenRequest},
        observation::{EffectKind, Moment, Observed, Operation, OperationEnd, Read, Reading},
        record::{Event, Record},
    },
    wire::{
        moment::Micros,
        tampering::{CallbackTampering, Tampering},
    },
};

/// The event whose effect is always due.
const PAYMENT: &str = "payment.success";
/// Characters of a result of the log that are kept, and how many different ones.
const LONGEST_RESULT: usize = 60;
const MOST_RESULTS: usize = 20;

/// Where messages are delivered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Door {
    /// `[webhook]`.
    Webhook,
    /// `[recurring]`.
    Callback,
}

/// How a delivery was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answered {
    /// With this status.
    Status(u16),
    /// Not at all.
    Not(NoAnswer),
}

impl Answered {
    /// Whether it was kept.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Status(200..=299))
    }
}

/// What deliveries to one address came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtDoor {
    /// Answers to right messages.
    pub right: BTreeMap<Answered, u64>,
    /// After how many milliseconds right messages were kept, in whole tenths of a second.
    pub kept_after: BTreeMap<u64, u64>,
    /// Messages that are not forged, and were not kept.
    pub genuine_refused: u64,
    /// Forged messages that were kept.
    pub forged_kept: u64,
    /// Forged messages that were not kept.
    pub forged_refused: u64,
    /// Messages signed with a key that nobody gave out, and kept.
    pub keyless_kept: u64,
    /// The same, not kept.
    pub keyless_refused: u64,
    /// When the last message was answered at all.
    pub last_answer: Option<Micros>,
    /// When deliveries found nobody, or a connection that broke.
    pub lost: Vec<Micros>,
    /// The library's words about the last of them.
    pub detail: Option<String>,
    /// By how many seconds the clock of the answers was ahead of that of the deliveries, where both say the time:
    /// least and most.
    pub ahead: Option<(i64, i64)>,
}

/// What looks at one kind of effect came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtEffect {
    /// Readings.
    pub read: u64,
    /// References of which a later reading differed from an earlier one.
    pub moved: u64,
    /// References that were read both before and after.
    pub compared: u64,
    /// Later readings that show nothing but a count of 0, as those of absent objects do.
    pub bare: u64,
    /// The status that said so last.
    pub absent: Option<u16>,
    /// Looks that failed.
    pub failed: u64,
    /// Why the last of them failed.
    pub why: Option<String>,
}

/// What looks at the log came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtLog {
    /// Searches for an id.
    pub searched: u64,
    /// Searches that found a line.
    pub found: u64,
    /// Lines that were found.
    pub found_lines: u64,
    /// Those of them that have the id at the declared place.
    pub with_id: u64,
    /// Those of them that have a time.
    pub with_time: u64,
    /// Those of them that have a result.
    pub with_result: u64,
    /// Those of them that have a type.
    pub with_type: u64,
    /// What the first line about each right payment says came of it.
    pub results: BTreeMap<String, u64>,
    /// Searches that failed.
    pub failed: u64,
    /// Why the last of them failed.
    pub why: Option<String>,
    /// Lines that were there in a whole reading.
    pub lines: u64,
    /// Event ids of the run that a whole reading found somewhere in the text.
    pub known_ids: u64,
}

/// What one operation came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtOperation {
    /// It ended with success, or is still going on.
    pub done: u64,
    /// It ended with a failure.
    pub failed: u64,
    /// It could not be started or did not answer.
    pub unusable: u64,
    /// The last words about an end that was no success.
    pub why: Option<String>,
    /// Statuses of the answers that were failures.
    pub statuses: BTreeMap<u16, u64>,
}

/// What the sandbox saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtSandbox {
    /// Requests with a credential that is good.
    pub known: u64,
    /// Requests with one that the sandbox does not know.
    pub wrong: u64,
    /// Requests without one.
    pub missing: u64,
}

impl AtLog {
    /// Counts what a line says came of a message.
    fn said(&mut self, result: &str) {
        let result: String = result.chars().take(LONGEST_RESULT).collect();
        if self.results.len() < MOST_RESULTS || self.results.contains_key(&result) {
            *self.results.entry(result).or_default() += 1;
        }
    }
}

/// The signs of one example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// By address.
    pub doors: BTreeMap<Door, AtDoor>,
    /// By kind of effect.
    pub effects: BTreeMap<EffectKind, AtEffect>,
    /// The log.
    pub log: AtLog,
    /// By name of the operation.
    pub operations: BTreeMap<String, AtOperation>,
    /// The sandbox.
    pub sandbox: AtSandbox,
    /// When anything of the partner's last gave an answer.
    pub last_sign: Option<Micros>,
    /// When something of the partner's took no connection.
    pub gone: Vec<Micros>,
}

/// The signs of all examples, and what was noted about the run as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignsOfRun {
    /// By example.
    pub examples: BTreeMap<ExampleId, Signs>,
    /// What the look before the first example showed.
    pub beside: Signs,
    /// Remarks of the look before the first example.
    pub remarks: Vec<String>,
}

impl SignsOfRun {
    /// Takes in those of another shard.
    pub fn add(&mut self, other: Self) {
        for (example, signs) in other.examples {
            // What runs in every shard is there several times; the first speaks for it.
            self.examples.entry(example).or_insert(signs);
        }
        self.beside = together([&self.beside, &other.beside]);
        for remark in other.remarks {
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
    }

    /// The same on another clock.
    #[must_use]
    pub fn shifted(&self, clock: impl Fn(Micros) -> Micros) -> Self {
        let mut shifted = self.clone();
        for signs in shifted.examples.values_mut().chain([&mut shifted.beside]) {
            signs.last_sign = signs.last_sign.map(&clock);
            signs.gone.iter_mut().for_each(|moment| *moment = clock(*moment));
            for at in signs.doors.values_mut() {
                at.last_answer = at.last_answer.map(&clock);
                at.lost.iter_mut().for_each(|moment| *moment = clock(*moment));
            }
        }
        shifted
    }
}

impl Signs {
    /// What the records of an example show, attempt by attempt.
    pub fn of<'a>(attempts: impl IntoIterator<Item = &'a [Arc<Record>]>) -> Self {
        let mut signs = Self::default();
        for records in attempts {
            let mut before: BTreeMap<(EffectKind, &str), &Read> = BTreeMap::new();
            let mut payments: BTreeSet<&str> = BTreeSet::new();
            for record in records {
                match &record.event {
                    Event::Delivered(delivery) => {
                        signs.delivered(delivery);
                        let intent = &delivery.intent;
                        if matches!(intent.form, Form::Right(_)) && intent.subject == PAYMENT {
                            payments.insert(&intent.id);
                        }
                    }
                    Event::Observed(observed) => {
                        signs.observed(observed, &mut before);
                        match &observed.read {
                            Read::Got(_) => signs.answered(observed.at),
                            Read::Unreadable(why) => signs.unanswered(observed.at, why),
                            Read::NoChannel => {}
                        }
                    }
                    Event::LogObserved(seen) => {
                        signs.log.searched += 1;
                        signs.log.found += u64::from(!seen.lines.is_empty());
                        for line in &seen.lines {
                            signs.log.found_lines += 1;
                            signs.log.with_id +=
                                u64::from(line.event_id.as_deref() == Some(seen.id.as_str()));
                            signs.log.with_time += u64::from(line.time.is_some());
                            signs.log.with_result += u64::from(line.result.is_some());
                            signs.log.with_type += u64::from(line.event_type.is_some());
                        }
                        let said = seen.lines.iter().find_map(|line| line.result.as_deref());
                        if let Some(said) = said.filter(|_| payments.remove(seen.id.as_str())) {
                            signs.log.said(said);
                        }
                        signs.log.failed += u64::from(seen.unreadable.is_some());
                        signs.log.why = seen.unreadable.clone().or(signs.log.why.take());
                    }
                    Event::LogScanned(scan) => {
                        signs.log.lines = signs.log.lines.max(scan.lines);
                        signs.log.known_ids = signs.log.known_ids.max(scan.known_ids);
                        signs.log.failed += u64::from(scan.unreadable.is_some());
                        signs.log.why = scan.unreadable.clone().or(signs.log.why.take());
                    }
                    Event::Operated(operation) => {
                        signs.operated(operation);
                        match &operation.end {
                            OperationEnd::Finished { .. } => signs.answered(operation.ended),
                            OperationEnd::Unusable(why) => signs.unanswered(operation.ended, why),
                        }
                    }
                    Event::Seen(seen) => signs.seen(seen),
                    _ => {}
                }
            }
        }
        signs
    }

    fn answered(&mut self, at: Micros) {
        self.last_sign = self.last_sign.max(Some(at));
    }

    fn unanswered(&mut self, at: Micros, why: &str) {
        if why.contains("could not connect") {
            self.gone.push(at);
        }
    }

    fn delivered(&mut self, delivery: &Delivery) {
        let answered = match &delivery.ending {
            Ending::Answered(answer) => Answered::Status(answer.status),
            Ending::Unanswered { why, .. } => Answered::Not(*why),
        };
        match &delivery.ending {
            Ending::Answered(_) => self.answered(delivery.ended),
            Ending::Unanswered {
                why: NoAnswer::Connect | NoAnswer::Broken,
                ..
            } => self.gone.push(delivery.ended),
            Ending::Unanswered { .. } => {}
        }
        let kept = answered.is_kept();
        let form = &delivery.intent.form;
        let door = match form {
            Form::Callback
            | Form::VariedCallback(_)
            | Form::TamperedCallback(_)
            | Form::Parameters { .. } => Door::Callback,
            Form::Right(_)
            | Form::Tampered(_)
            | Form::Varied(_)
            | Form::Unreadable(_)
            | Form::Generated { .. } => Door::Webhook,
        };
        let door = self.doors.entry(door).or_default();
        if matches!(form, Form::Right(_) | Form::Callback) {
            *door.right.entry(answered).or_default() += 1;
            if kept {
                let millis = delivery.latency_millis() / 100 * 100;
                *door.kept_after.entry(millis).or_default() += 1;
            }
        }
        if !form.is_forged() && !kept {
            door.genuine_refused += 1;
        }
        if form.is_forged() {
            *(if kept {
                &mut door.forged_kept
            } else {
                &mut door.forged_refused
            }) += 1;
        }
        let keyless = matches!(
            form,
            Form::Tampered(Tampering::RandomKey | Tampering::OtherPartnersKey)
                | Form::TamperedCallback(CallbackTampering::RandomHash)
        );
        if keyless {
            *(if kept {
                &mut door.keyless_kept
            } else {
                &mut door.keyless_refused
            }) += 1;
        }
        match &delivery.ending {
            Ending::Answered(answer) => {
                door.last_answer = door.last_answer.max(Some(delivery.ended));
                let right = matches!(form, Form::Right(_));
                let date = answer.headers.get("date").filter(|_| right);
                let sent = delivery.sent.headers.get("webhook-timestamp");
                if let (Some(date), Some(sent)) = (
                    date.and_then(seconds),
                    sent.and_then(|text| text.parse::<i64>().ok()),
                ) {
                    let ahead = date - sent;
                    let (least, most) = door.ahead.unwrap_or((ahead, ahead));
                    door.ahead = Some((least.min(ahead), most.max(ahead)));
                }
            }
            Ending::Unanswered { why, detail } => {
                if matches!(why, NoAnswer::Connect | NoAnswer::Broken) {
                    door.lost.push(delivery.started);
                }
                door.detail = Some(detail.clone());
            }
        }
    }

    fn observed<'a>(
        &mut self,
        observed: &'a Observed,
        before: &mut BTreeMap<(EffectKind, &'a str), &'a Read>,
    ) {
        let effect = self.effects.entry(observed.kind).or_default();
        let key = (observed.kind, observed.reference.as_str());
        match &observed.read {
            Read::Got(reading) => {
                effect.read += 1;
                let later = observed.moment != Moment::Before;
                let nothing = Reading {
                    absent_status: reading.absent_status,
                    ..Reading::default()
                };
                effect.bare += u64::from(later && *reading == nothing);
                effect.absent = reading.absent_status.filter(|_| later).or(effect.absent);
                match (observed.moment, before.get(&key)) {
                    (Moment::Before, _) => {
                        before.insert(key, &observed.read);
                    }
                    (Moment::After | Moment::Final, Some(Read::Got(earlier))) => {
                        effect.compared += 1;
                        effect.moved += u64::from(reading.count != earlier.count);
                    }
                    // What was never seen before counts from nothing.
                    (Moment::After | Moment::Final, _) => effect.moved += u64::from(reading.count > 0),
                }
            }
            Read::Unreadable(why) => {
                effect.failed += 1;
                effect.why = Some(why.clone());
            }
            Read::NoChannel => {}
        }
    }

    fn operated(&mut self, operated: &Operation) {
        let operation = self.operations.entry(operated.name.clone()).or_default();
        match &operated.end {
            OperationEnd::Finished {
                outcome,
                category,
                message,
                ..
            } => {
                if outcome == "failed" {
                    operation.failed += 1;
                    if let Some(status) = operated.answered.as_deref().and_then(status) {
                        *operation.statuses.entry(status).or_default() += 1;
                    }
                    operation.why = message
                        .clone()
                        .or_else(|| category.clone())
                        .or(operation.why.take());
                } else {
                    operation.done += 1;
                }
            }
            OperationEnd::Unusable(why) => {
                operation.unusable += 1;
                operation.why = Some(why.clone());
            }
        }
    }

    fn seen(&mut self, seen: &SeenRequest) {
        match seen.credential {
            Credential::Token | Credential::ApiKey | Credential::Client => self.sandbox.known += 1,
            Credential::Missing => self.sandbox.missing += 1,
            Credential::Wrong => self.sandbox.wrong += 1,
            Credential::Retired => {}
        }
    }
}

/// The status in what was asked and answered: `POST http://… answered 404: …`.
fn status(answered: &str) -> Option<u16> {
    let (_, rest) = answered.split_once(" answered ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// UNIX seconds of an HTTP date.
fn seconds(date: &str) -> Option<i64> {
    let moment = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(moment.timestamp().as_second())
}
