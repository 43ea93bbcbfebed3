//! From a sealed transcript to the judgement of its run. A run that just ended and a bundle that is
//! verified take the same way.

use std::sync::Arc;

use super::{
    assessment::assess,
    judge::{JudgeError, judge},
    result::{Assessment, ExampleResult},
};
use crate::{
    checks::gathered::Gathered,
    contract::id::ExampleId,
    plan::entry::{Entry, Selection},
    transcript::{
        reader::{End, ReadError},
        record::{Event, Record, Scope},
        sealed::Transcript,
    },
    wire::moment::Micros,
};

/// A transcript cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum WholeError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record cannot be judged.
    #[error("{example}: {error}")]
    Judge {
        /// The example it belongs to.
        example: ExampleId,
        /// What is wrong.
        error: JudgeError,
    },
}

/// Judges every planned example of a sealed transcript.
pub fn judge_transcript(transcript: &Transcript) -> Result<Assessment, WholeError> {
    let mut plan: Vec<Entry> = Vec::new();
    let mut wall = Micros(0);
    for record in transcript.of_the_run() {
        let record = record?;
        wall = wall.max(record.at);
        if let Event::Planned(entry) = record.event {
            plan.push(*entry);
        }
    }
    let mut gathered = Gathered::default();
    for scope in transcript.scopes() {
        for record in transcript.of(scope)? {
            gathered.feed(&record);
        }
    }
    let mut results = Vec::with_capacity(plan.len());
    for entry in plan.iter().filter(|entry| entry.selection == Selection::Selected) {
        results.push(example(transcript, &entry.example, &gathered)?);
    }
    let mut results = results.into_iter();
    let interrupted = transcript.end() == End::Interrupted;
    Ok(assess(plan, |_| results.next(), interrupted, wall))
}

fn example(
    transcript: &Transcript,
    example: &ExampleId,
    gathered: &Gathered,
) -> Result<ExampleResult, WholeError> {
    let mut attempts: Vec<Vec<Arc<Record>>> = Vec::new();
    for attempt in 1..=transcript.attempts(example) {
        let scope = Scope {
            example: example.clone(),
            attempt,
        };
        attempts.push(transcript.of(&scope)?.into_iter().map(Arc::new).collect());
    }
    judge(example, &attempts, gathered).map_err(|error| WholeError::Judge {
        example: example.clone(),
        error,
    })
}
