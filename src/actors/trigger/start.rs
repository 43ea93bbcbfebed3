//! The trigger: begins an operation and reads what came of it.

use std::collections::BTreeMap;

use super::{answer::Answer, command, http::HttpChannel, person::Person};
use crate::{
    actors::template::{self, Fields},
    config::{
        Config,
        start::{Start, StartAnswer, Way},
        states::States,
    },
    transcript::{
        observation::{Channel, Operation, OperationEnd},
        record::{Event, Scope},
        recorder::Recorder,
    },
};

/// Begins the operations that `[start.<operation>]` declares.
#[derive(Debug)]
pub struct Trigger {
    starts: BTreeMap<String, (Start, Option<HttpChannel>)>,
    states: States,
    person: Person,
    recorder: Recorder,
}

/// A channel of the partner's cannot be prepared.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("[{place}] cannot be used: {reason}")]
pub struct ChannelError {
    /// The section of the partner's file.
    pub place: String,
    /// The reason, with the remedy where there is one.
    pub reason: String,
}

impl Trigger {
    /// Prepares every declared operation.
    pub fn new(config: &Config, person: Person, recorder: Recorder) -> Result<Self, ChannelError> {
        let mut starts = BTreeMap::new();
        for (name, start) in &config.start {
            let channel = match &start.way {
                Way::Http(call) => Some(HttpChannel::new(call).map_err(|reason| ChannelError {
                    place: format!("start.{name}"),
                    reason,
                })?),
                Way::Command(_) | Way::Manual { .. } => None,
            };
            starts.insert(name.clone(), (start.clone(), channel));
        }
        Ok(Self {
            starts,
            states: config.states.clone(),
            person,
            recorder,
        })
    }

    /// Whether an operation of that name is declared.
    pub fn offers(&self, operation: &str) -> bool {
        self.starts.contains_key(operation)
    }

    /// Whether starting an operation takes a person.
    pub fn needs_person(&self, operation: &str) -> bool {
        self.starts
            .get(operation)
            .is_some_and(|(start, _)| matches!(start.way, Way::Manual { .. }))
    }

    /// Begins an operation, waits until it answers, and records it. Everything that goes wrong is in
    /// the `end` of the result. An operation that is not declared shows the channel `manual`.
    pub async fn start(&self, scope: &Scope, operation: &str, fields: &Fields) -> Operation {
        let clock = self.recorder.clock();
        let started = clock.now();
        let (channel, end) = match self.starts.get(operation) {
            None => (
                Channel::Manual,
                Err(format!(
                    "the operation {operation} is not declared; add [start.{operation}]"
                )),
            ),
            Some((start, http)) => (channel(&start.way), self.run(start, http.as_ref(), fields).await),
        };
        let operation = Operation {
            name: operation.to_owned(),
            channel,
            input: serde_json::to_value(fields).unwrap_or_default(),
            started,
            ended: clock.now(),
            end: end.unwrap_or_else(OperationEnd::Unusable),
        };
        self.recorder
            .record(Some(scope), Event::Operated(Box::new(operation.clone())));
        operation
    }

    async fn run(
        &self,
        start: &Start,
        http: Option<&HttpChannel>,
        fields: &Fields,
    ) -> Result<OperationEnd, String> {
        match &start.way {
            Way::Http(_) => {
                let channel = http.ok_or("the request was not prepared")?;
                let answer = channel.exchange(fields).await?;
                let usual = match answer.status {
                    202 => "pending",
                    200..=299 => "success",
                    400..=599 => "failed",
                    // Redirects are not followed; what lies behind one is not known.
                    status => return Err(format!("answered with status {status}, which says no outcome")),
                };
                if answer.truncated && !start.answer.is_empty() {
                    return Err(format!("answered with more than {} bytes", super::http::LONGEST));
                }
                self.end(&start.answer, &answer.body, usual)
            }
            Way::Command(call) => {
                let answer = command::run(call, fields, command::LONGEST).await?;
                let usual = match answer.code {
                    Some(0) => "success",
                    // 126 and 127 are what launchers say when there was nothing to run.
                    Some(1..=125) => "failed",
                    _ => return Err(format!("{} {}", call.program, answer.exit())),
                };
                self.end(&start.answer, &answer.output, usual)
            }
            Way::Manual { prompt } => {
                let question = template::prompt(prompt, fields).map_err(|error| error.to_string())?;
                let form = "Answer with success, pending or failed, then the reference or the category of the failure.";
                self.answered(&self.person.ask(&question, form).await?)
            }
        }
    }

    fn end(&self, places: &StartAnswer, bytes: &[u8], usual: &str) -> Result<OperationEnd, String> {
        let answer = Answer::new(bytes);
        // An error page is often no JSON; the status alone then says what happened.
        let lenient = |result: Result<Option<String>, String>| {
            if usual == "failed" {
                Ok(result.unwrap_or_default())
            } else {
                result
            }
        };
        let value = |place: &Option<_>| match place {
            Some(place) => lenient(answer.text(place)),
            None => Ok(None),
        };
        let outcome = match value(&places.outcome)? {
            Some(word) => self.outcome(&word)?,
            None if places.outcome.is_some() && usual != "failed" => {
                return Err("the answer has no outcome in the declared place".to_owned());
            }
            None => usual,
        };
        Ok(OperationEnd::Finished {
            outcome: outcome.to_owned(),
            category: value(&places.category)?,
            reference: value(&places.reference)?,
        })
    }

    fn outcome(&self, word: &str) -> Result<&'static str, String> {
        self.states.outcome(word).ok_or_else(|| {
            let start: String = word.chars().take(60).collect();
            format!("the outcome {start:?} is not known; map it to success, pending or failed in [states]")
        })
    }

    fn answered(&self, line: &str) -> Result<OperationEnd, String> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let outcome = self.outcome(word)?;
        let rest = Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty());
        let (reference, category) = if outcome == "failed" {
            (None, rest)
        } else {
            (rest, None)
        };
        Ok(OperationEnd::Finished {
            outcome: outcome.to_owned(),
            category,
            reference,
        })
    }
}

fn channel(way: &Way) -> Channel {
    match way {
        Way::Http(_) => Channel::Http,
        Way::Command(_) => Channel::Command,
        Way::Manual { .. } => Channel::Manual,
    }
}
