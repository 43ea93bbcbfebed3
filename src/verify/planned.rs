//! Whether the plan in a transcript is whole: it has the digest that the start of the run names, and every
//! example of the suite stands in it. Examples cannot be taken out together with their line of the plan.

use std::collections::BTreeSet;

use super::judging::JudgingError;
use crate::{
    contract::{id::ExampleId, mode::Mode},
    plan::{entry::Entry, select::digest_of},
    suite::{example::Example, read::Suite},
    transcript::{
        reader::{End, ReadError},
        record::Event,
        sealed::Transcript,
    },
};

/// Checks the plan of a transcript that was made with the suite of this program. A run that was killed while it
/// wrote its plan and was finished later has no whole one; it proves nothing anyway.
pub fn check(transcript: &Transcript) -> Result<(), JudgingError> {
    if transcript.end() != End::Complete {
        return Ok(());
    }
    let wrong = |detail: String| JudgingError::Plan { detail };
    let started = transcript.started();
    let mut entries: Vec<Entry> = Vec::new();
    for record in transcript.of_the_run() {
        let record = record.map_err(|error| unreadable(&error))?;
        if let Event::Planned(entry) = record.event {
            entries.push(*entry);
        }
    }
    let mode: Mode = started
        .mode
        .parse()
        .map_err(|_| wrong(format!("no mode is called {:?}", started.mode)))?;
    let found = digest_of(&started.suite_digest, mode, &entries);
    if found != started.plan_digest {
        return Err(wrong(format!(
            "it has digest {found}, the start of the run names {}",
            started.plan_digest
        )));
    }
    let suite = Suite::embedded().map_err(|error| JudgingError::Suite {
        detail: error.to_string(),
    })?;
    let planned: BTreeSet<&ExampleId> = entries.iter().map(|entry| &entry.example).collect();
    let examples = suite
        .cases
        .iter()
        .flat_map(|case| &case.examples)
        .map(Example::id);
    let (present, missing): (Vec<_>, Vec<_>) = examples.partition(|example| planned.contains(example));
    // An exploration plans nothing of the suite.
    match missing.first() {
        Some(example) if !present.is_empty() => Err(wrong(format!("{example} of the suite is not in it"))),
        _ => Ok(()),
    }
}

fn unreadable(error: &ReadError) -> JudgingError {
    JudgingError::Read {
        detail: error.to_string(),
    }
}
