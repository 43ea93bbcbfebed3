//! Whether the attempts at every example are those that a run would have made: a further one only where the
//! rule asks for it, and every one that it asks for. An attempt that was taken out leaves a gap, or leaves one
//! that nobody would have made.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize as _;

use super::judging::JudgingError;
use crate::{
    checks::{
        attempt::{Kind, another, kind},
        check::Check,
        outcome::Outcome,
    },
    contract::id::ExampleId,
    transcript::{
        reader::{End, ReadError},
        record::{Event, Record, Scope},
        sealed::Transcript,
    },
};

/// Checks the attempts of a transcript whose recorded checks hold.
pub fn check(transcript: &Transcript) -> Result<(), JudgingError> {
    let mut attempts: BTreeMap<&ExampleId, BTreeSet<u8>> = BTreeMap::new();
    for scope in transcript.scopes() {
        attempts.entry(&scope.example).or_default().insert(scope.attempt);
    }
    for (example, numbers) in attempts {
        let wrong = |detail: String| JudgingError::Attempts {
            example: example.clone(),
            detail,
        };
        if let Some((expected, found)) = (1_u8..)
            .zip(&numbers)
            .find(|(expected, found)| expected != *found)
        {
            return Err(wrong(format!(
                "attempt {found} is there, attempt {expected} is not"
            )));
        }
        if numbers.len() == 1 && transcript.end() != End::Complete {
            continue;
        }
        let mut kinds = Vec::new();
        for attempt in numbers {
            if !another(&kinds) {
                return Err(wrong(format!("nothing asked for attempt {attempt}")));
            }
            let scope = Scope {
                example: example.clone(),
                attempt,
            };
            let records = transcript.of(&scope).map_err(|error| unreadable(&error))?;
            kinds.push(kind_of(&records));
        }
        if another(&kinds) && transcript.end() == End::Complete {
            return Err(wrong(format!(
                "after {} of them another one was due",
                kinds.len()
            )));
        }
    }
    Ok(())
}

fn unreadable(error: &ReadError) -> JudgingError {
    JudgingError::Read {
        detail: error.to_string(),
    }
}

/// What the attempt amounted to when it ended. Looks that were taken after all examples come behind its end
/// and never ask for another attempt.
fn kind_of(records: &[Record]) -> Kind {
    let mut checks = Vec::new();
    let (mut stopped, mut complete) = (false, false);
    for record in records {
        match &record.event {
            Event::Checked { check, outcome } => {
                checks.extend(
                    Check::deserialize(check)
                        .ok()
                        .zip(Outcome::deserialize(outcome).ok()),
                );
            }
            Event::Stopped(_) => stopped = true,
            Event::ExampleFinished => {
                complete = true;
                break;
            }
            _ => {}
        }
    }
    kind(
        checks.iter().map(|(check, outcome)| (check, outcome)),
        stopped || !complete,
    )
}
