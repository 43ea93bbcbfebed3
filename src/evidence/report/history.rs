//! What the transcript has about each attempt at each example, as far as the page shows it.

use std::collections::BTreeMap;

use super::{drawing::Mark, happening::Happening};
use crate::{
    contract::id::ExampleId,
    evidence::derived::Basis,
    transcript::{
        attest::Attested,
        reader::ReadError,
        record::{Event, Record},
    },
    wire::moment::Micros,
};

/// One attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempt {
    /// When it began.
    pub(super) origin: Option<Micros>,
    /// Its records in order.
    pub(super) happenings: Vec<Happening>,
    /// What of it can be drawn.
    pub(super) marks: Vec<Mark>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// The attempts by example and number.
    pub(super) attempts: BTreeMap<ExampleId, BTreeMap<u8, Attempt>>,
    /// What belongs to the run as a whole.
    pub(super) outside: Attempt,
    /// Questions of the declaration with the example that asked.
    pub(super) attested: Vec<(Option<ExampleId>, Attested)>,
    /// How many exchanges there are in all.
    pub(super) exchanges: usize,
}

/// Reads the transcript once.
pub(super) fn history(basis: &Basis<'_>) -> Result<History, ReadError> {
    let mut history = History::default();
    basis.each(|record| history.add(record))?;
    Ok(history)
}

impl History {
    fn add(&mut self, record: Record) {
        let Record {
            number,
            at,
            scope,
            event,
        } = record;
        if matches!(event, Event::Delivered(_) | Event::Seen(_)) {
            self.exchanges += 1;
        }
        let example = scope.as_ref().map(|scope| scope.example.clone());
        let attempt = match scope {
            Some(scope) => self
                .attempts
                .entry(scope.example)
                .or_default()
                .entry(scope.attempt)
                .or_default(),
            None => &mut self.outside,
        };
        if matches!(event, Event::ExampleStarted) {
            attempt.origin = Some(at);
        }
        let origin = attempt.origin.unwrap_or_default();
        attempt
            .happenings
            .extend(Happening::of(number, origin, at, &event));
        attempt.marks.extend(Mark::of(&event));
        if let Event::Attested(attested) = event {
            self.attested.push((example, *attested));
        }
    }
}
