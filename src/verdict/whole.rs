//! From a sealed transcript to the judgement of its run. A run that just ended and a bundle that is
//! verified take the same way.

use std::{
    cell::{Cell, OnceCell},
    sync::Arc,
};

use super::{
    assessment::assess,
    cause::{Signs, SignsOfRun},
    judge::{JudgeError, judge},
    result::{Assessment, ExampleResult},
    waiving::Terms,
};
use crate::{
    checks::{
        collected::{Across, Refusal},
        disclosure::ErrorAnswers,
        gathered::Gathered,
        published::SentRequests,
        traffic::Traffic,
    },
    contract::id::{AreaId, ExampleId},
    plan::entry::{Entry, Selection},
    transcript::{
        observation::Moment,
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
    let mut signs = SignsOfRun::default();
    let mut before = Vec::new();
    for record in transcript.of_the_run() {
        let record = record?;
        wall = wall.max(record.at);
        match record.event {
            Event::Planned(entry) => plan.push(*entry),
            Event::Note { text } => signs.remarks.push(text),
            Event::Delivered(_) | Event::LogObserved(_) | Event::Operated(_) => before.push(Arc::new(record)),
            // Last readings belong to their examples, and there may be many of them.
            Event::Observed(ref observed) if observed.moment != Moment::Final => {
                before.push(Arc::new(record));
            }
            _ => {}
        }
    }
    signs.beside = Signs::of([before.as_slice()]);
    let gathered = Later::over(transcript);
    let mut results = Vec::with_capacity(plan.len());
    for entry in plan.iter().filter(|entry| entry.selection == Selection::Selected) {
        let result = example(transcript, &entry.example, &gathered);
        gathered.readable()?;
        let (result, seen) = result?;
        results.push(result);
        signs.examples.insert(entry.example.clone(), seen);
    }
    let mut results = results.into_iter();
    let interrupted = transcript.end() == End::Interrupted;
    let terms = Terms::of(transcript.started());
    let assessment = assess(plan, |_| results.next(), interrupted, wall, &terms);
    Ok(assessment.explained(transcript.started(), signs))
}

/// What checks over whole areas need, gathered when the first of them asks: it takes reading
/// everything once more.
struct Later<'a> {
    transcript: &'a Transcript,
    gathered: OnceCell<Gathered>,
    failure: Cell<Option<ReadError>>,
}

impl<'a> Later<'a> {
    fn over(transcript: &'a Transcript) -> Self {
        Self {
            transcript,
            gathered: OnceCell::new(),
            failure: Cell::new(None),
        }
    }

    fn gather(&self) -> Gathered {
        let mut gathered = Gathered::default();
        let read = self.transcript.scopes().iter().try_for_each(|scope| {
            self.transcript
                .of(scope)
                .map(|records| records.iter().for_each(|record| gathered.feed(record)))
        });
        let read = read.and_then(|()| {
            self.transcript
                .of_the_run()
                .try_for_each(|record| record.map(|record| gathered.feed(&record)))
        });
        self.failure.set(read.err());
        gathered
    }

    /// Whether everything could be read that was asked for so far. Where not, what was judged over it
    /// is worth nothing.
    fn readable(&self) -> Result<(), ReadError> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

impl Across for Later<'_> {
    fn refusals(&self, area: &AreaId, until: u64) -> Result<Vec<Refusal>, String> {
        self.gathered.get_or_init(|| self.gather()).refusals(area, until)
    }

    fn error_answers(&self, until: u64) -> Result<ErrorAnswers, String> {
        self.gathered.get_or_init(|| self.gather()).error_answers(until)
    }

    fn requests(&self, until: u64) -> Result<SentRequests, String> {
        self.gathered.get_or_init(|| self.gather()).requests(until)
    }

    fn traffic(&self, until: u64) -> Result<Traffic, String> {
        self.gathered.get_or_init(|| self.gather()).traffic(until)
    }
}

fn example(
    transcript: &Transcript,
    example: &ExampleId,
    across: &dyn Across,
) -> Result<(ExampleResult, Signs), WholeError> {
    let mut attempts: Vec<Vec<Arc<Record>>> = Vec::new();
    for attempt in 1..=transcript.attempts(example) {
        let scope = Scope {
            example: example.clone(),
            attempt,
        };
        attempts.push(transcript.of(&scope)?.into_iter().map(Arc::new).collect());
    }
    let result = judge(example, &attempts, across).map_err(|error| WholeError::Judge {
        example: example.clone(),
        error,
    })?;
    Ok((result, Signs::of(attempts.iter().map(Vec::as_slice))))
}
