//! An example as a test case, with its attempts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    attempts::{Attempt, Moment, Run},
    outcome::{self, Status, StepTold},
    pickle,
    sheet::Standpoint,
};
use crate::{
    contract::id::ExampleId,
    evidence::{standing::Standing, telling, text::PlainText},
    verdict::{lattice::Verdict, result::Row},
};

/// Most characters of the message of a step.
const LONGEST_MESSAGE: usize = 32 * 1024;

/// Ids of step definitions by the texts of the steps.
pub(super) type Definitions = BTreeMap<String, String>;

/// Id of the run.
pub(super) const RUN: &str = "run";

fn id(example: &ExampleId) -> String {
    format!("case/{example}")
}

fn step_id(example: &ExampleId, step: usize) -> String {
    format!("case/{example}/{step}")
}

fn attempt_id(example: &ExampleId, attempt: usize) -> String {
    format!("attempt/{example}/{attempt}")
}

/// The test case of an example.
pub(super) fn test_case(
    example: &ExampleId,
    standpoint: &Standpoint<'_>,
    definitions: &Definitions,
) -> Value {
    let steps = standpoint.scenario.steps.iter().enumerate().map(|(place, step)| {
        json!({
            "id": step_id(example, place),
            "pickleStepId": pickle::step_id(example, place),
            "stepDefinitionIds": definitions.get(&step.value).into_iter().collect::<Vec<_>>(),
        })
    });
    json!({"testCase": {
        "id": id(example),
        "pickleId": pickle::id(example),
        "testSteps": steps.collect::<Vec<_>>(),
        "testRunStartedId": RUN,
    }})
}

/// A point in time, as the format has it.
pub(super) fn timestamp((seconds, nanos): Moment) -> Value {
    json!({"seconds": seconds, "nanos": nanos})
}

/// What became of an example: when its first attempt began, and the messages of all attempts.
pub(super) fn told(row: &Row, standpoint: &Standpoint<'_>, run: &Run) -> (Moment, Vec<Value>) {
    let standing = Standing::of(row);
    let attempts: &[Verdict] = row.result.as_ref().map_or(&[], |result| &result.attempts);
    let last = attempts.len().saturating_sub(1);
    let mut messages = Vec::new();
    let mut first = None;
    for place in 0..=last {
        let attempt = run.attempt(&row.entry.example, u8::try_from(place + 1).unwrap_or(u8::MAX));
        let begun = attempt.begun.unwrap_or(run.begun);
        first.get_or_insert(begun);
        let telling = Telling {
            row,
            standpoint,
            number: place,
            begun,
            over: attempt.over.unwrap_or(begun).max(begun),
            // The last attempt stands for the example in every reader, so it has the verdict over all.
            standing: match attempts.get(place) {
                Some(verdict) if place < last => alone(row, *verdict),
                _ => standing,
            },
            last: place == last,
        };
        telling.add(&attempt, &mut messages);
    }
    (first.unwrap_or(run.begun), messages)
}

fn alone(row: &Row, verdict: Verdict) -> Standing {
    let mut row = row.clone();
    if let Some(result) = &mut row.result {
        result.verdict = verdict;
    }
    Standing::of(&row)
}

struct Telling<'a> {
    row: &'a Row,
    standpoint: &'a Standpoint<'a>,
    number: usize,
    begun: Moment,
    over: Moment,
    standing: Standing,
    last: bool,
}

impl Telling<'_> {
    fn add(&self, attempt: &Attempt, messages: &mut Vec<Value>) {
        let example = &self.row.entry.example;
        let started = attempt_id(example, self.number);
        messages.push(json!({"testCaseStarted": {
            "id": started,
            "testCaseId": id(example),
            "attempt": self.number,
            "timestamp": timestamp(self.begun),
        }}));
        let steps = &self.standpoint.scenario.steps;
        let told = outcome::of_steps(self.standing, steps, attempt.checks());
        for (place, step_told) in told.steps.iter().enumerate() {
            let step = step_id(example, place);
            messages.push(json!({"testStepStarted": {
                "testCaseStartedId": started,
                "testStepId": step,
                "timestamp": timestamp(self.over),
            }}));
            let telling = place == told.telling;
            if telling {
                self.attach(attempt, &started, &step, messages);
            }
            messages.push(json!({"testStepFinished": {
                "testCaseStartedId": started,
                "testStepId": step,
                "testStepResult": self.result(step_told, telling),
                "timestamp": timestamp(self.over),
            }}));
        }
        messages.push(json!({"testCaseFinished": {
            "testCaseStartedId": started,
            "timestamp": timestamp(self.over),
            "willBeRetried": !self.last,
        }}));
    }

    fn result(&self, step: &StepTold, telling: bool) -> Value {
        // Steps are not timed by themselves.
        let mut result = json!({"duration": {"seconds": 0, "nanos": 0}, "status": step.status.name()});
        let own = step
            .words
            .as_ref()
            .map(|words| PlainText::block(words, LONGEST_MESSAGE).into_string());
        let message = match (self.message(), own) {
            (Some(message), Some(own)) if telling && !self.last => Some(format!("{message}\n\n{own}")),
            (message, _) if telling => message,
            (_, own) => own,
        };
        if let (Some(message), Some(members)) = (message, result.as_object_mut()) {
            if step.status == Status::Failed {
                let exception = json!({"type": self.kind(), "message": message});
                members.insert("exception".to_owned(), exception);
            }
            members.insert("message".to_owned(), Value::String(message));
        }
        result
    }

    fn kind(&self) -> &str {
        match (&self.row.result, self.standing) {
            (Some(result), Standing::Failed) => telling::code(&result.findings),
            _ => "harness",
        }
    }

    fn message(&self) -> Option<String> {
        let why = match self.standing {
            Standing::Passed => return None,
            Standing::Failed => "failed",
            Standing::Unproven | Standing::Open => "inconclusive",
            Standing::Harness => "harness",
            Standing::Warning => "warning",
            Standing::Waived => "waived",
            Standing::NotApplicable | Standing::Excluded => "not applicable",
        };
        // Readers show rows of outlines by their number; the id is what people look for.
        let why = format!("{} {why}", self.row.entry.example);
        let short = telling::in_short(self.row);
        let text = if !self.last {
            format!("{why}: this attempt alone; the last attempt tells the verdict over all of them")
        } else if outcome::of(self.standing) == Status::Failed {
            format!("{why}: {short}\n\n{}", telling::in_full(self.row, None))
        } else {
            // Readers show the message of any other step as one paragraph.
            format!("{why}: {short}")
        };
        Some(PlainText::block(&text, LONGEST_MESSAGE).into_string())
    }

    fn attach(&self, attempt: &Attempt, started: &str, step: &str, messages: &mut Vec<Value>) {
        let mut attach = |name: &str, text: &str| {
            messages.push(json!({"attachment": {
                "body": text,
                "contentEncoding": "IDENTITY",
                "mediaType": "text/plain",
                "fileName": name,
                "testCaseStartedId": started,
                "testStepId": step,
                "timestamp": timestamp(self.over),
            }}));
        };
        let paragraph = matches!(
            self.standing,
            Standing::Unproven | Standing::Open | Standing::Warning | Standing::Waived
        );
        if paragraph && self.last {
            let full = PlainText::block(&telling::in_full(self.row, None), LONGEST_MESSAGE);
            attach("in full", full.as_str());
        }
        for exchange in &attempt.exchanges {
            attach(&exchange.name, &exchange.text);
        }
        if attempt.more > 0 {
            let text = format!("{} more exchanges stand in exchanges.har", attempt.more);
            attach("more exchanges", &text);
        }
        let notes = self.row.result.as_ref().map_or(&[][..], |result| &result.notes);
        if self.standing == Standing::Passed && self.last && !notes.is_empty() {
            attach(
                "notes",
                PlainText::block(&notes.join("\n"), LONGEST_MESSAGE).as_str(),
            );
        }
    }
}
