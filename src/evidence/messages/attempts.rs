//! What the transcript knows about each attempt: when it was, and what went over the wire.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::exchange::{self, Written};
use crate::{
    checks::outcome::Outcome,
    contract::id::ExampleId,
    evidence::{derived::Basis, standing::Standing, wall::Wall},
    transcript::{
        reader::ReadError,
        record::{Event, Record, Scope},
    },
    verdict::result::Row,
    wire::moment::Micros,
};

/// Most exchanges of an attempt that are attached.
const MOST_EXCHANGES: usize = 12;

/// Seconds since the UNIX epoch and nanoseconds.
pub(super) type Moment = (i64, u32);

/// One attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempt {
    /// When it began.
    pub(super) begun: Option<Moment>,
    /// When it was over.
    pub(super) over: Option<Moment>,
    /// What went over the wire, as far as it is to be shown.
    pub(super) exchanges: Vec<Written>,
    /// How many more exchanges there were.
    pub(super) more: usize,
    checks: Vec<Outcome>,
    loose: bool,
}

impl Attempt {
    /// The outcomes of its checks, unless one of its steps may have made none. The runner lets no `Then` pass
    /// that makes neither a check nor a note; so where there is no note and nothing stopped it, and there are
    /// as many checks as `Then` steps, each step made one, in this order.
    pub(super) fn checks(&self) -> Option<&[Outcome]> {
        (!self.loose && self.over.is_some()).then_some(&self.checks)
    }

    fn check(&mut self, outcome: &Value) {
        // What is checked after the end closes the run and belongs to no step.
        if self.over.is_none() {
            match serde_json::from_value(outcome.clone()) {
                Ok(outcome) => self.checks.push(outcome),
                Err(_) => self.loose = true,
            }
        }
    }
}

/// The whole run.
#[derive(Debug)]
pub(super) struct Run {
    /// When it began.
    pub(super) begun: Moment,
    /// When its last record was written.
    pub(super) over: Moment,
    attempts: HashMap<Scope, Attempt>,
}

/// Reads the transcript.
pub(super) fn read(basis: &Basis<'_>) -> Result<Run, ReadError> {
    let rows = basis.assessment.rows.iter();
    let mut reading = Reading {
        wall: Wall::of(&basis.started.started_at, Micros(0)),
        findings: rows
            .filter(|row| Standing::of(row) != Standing::Passed || tried_again(row))
            .map(|row| {
                let findings = row.result.iter().flat_map(|result| &result.findings);
                let records = findings.flat_map(|finding| &finding.records).copied().collect();
                (&row.entry.example, records)
            })
            .collect(),
        span: None,
        attempts: HashMap::new(),
    };
    basis.each(|record| reading.take(&record))?;
    let epoch = reading.wall.since_epoch(Micros(0));
    let (begun, over) = reading.span.unwrap_or((epoch, epoch));
    Ok(Run {
        begun,
        over,
        attempts: reading.attempts,
    })
}

fn tried_again(row: &Row) -> bool {
    row.result
        .as_ref()
        .is_some_and(|result| result.attempts.len() > 1)
}

impl Run {
    /// An attempt, from 1; an empty one where the transcript has none.
    pub(super) fn attempt(&self, example: &ExampleId, attempt: u8) -> Attempt {
        let scope = Scope {
            example: example.clone(),
            attempt,
        };
        self.attempts.get(&scope).cloned().unwrap_or_default()
    }
}

struct Reading<'a> {
    wall: Wall,
    /// Examples whose exchanges are shown, each with the records that its findings name.
    findings: BTreeMap<&'a ExampleId, HashSet<u64>>,
    span: Option<(Moment, Moment)>,
    attempts: HashMap<Scope, Attempt>,
}

impl Reading<'_> {
    fn take(&mut self, record: &Record) {
        if let Event::RunStarted(started) = &record.event {
            self.wall = Wall::of(&started.started_at, record.at);
        }
        let at = self.wall.since_epoch(record.at);
        self.span = Some(
            self.span
                .map_or((at, at), |(begun, over)| (begun.min(at), over.max(at))),
        );
        let Some(scope) = &record.scope else {
            return;
        };
        match &record.event {
            Event::ExampleStarted => self.attempt(scope).begun = Some(at),
            Event::ExampleFinished => self.attempt(scope).over = Some(at),
            Event::Delivered(delivery) if self.shows(scope) => {
                self.keep(scope, record.number, || {
                    exchange::delivered(record.number, delivery)
                });
            }
            Event::Seen(seen) if self.shows(scope) => {
                self.keep(scope, record.number, || exchange::seen(record.number, seen));
            }
            Event::Checked { outcome, .. } if self.shows(scope) => self.attempt(scope).check(outcome),
            Event::Note { .. } | Event::Stopped(_) => self.attempt(scope).loose = true,
            _ => {}
        }
    }

    fn attempt(&mut self, scope: &Scope) -> &mut Attempt {
        self.attempts.entry(scope.clone()).or_default()
    }

    fn shows(&self, scope: &Scope) -> bool {
        self.findings.contains_key(&scope.example)
    }

    // What a finding names goes before what only stands near it.
    fn keep(&mut self, scope: &Scope, record: u64, write: impl FnOnce() -> Written) {
        let named = self.findings.get(&scope.example).cloned().unwrap_or_default();
        let attempt = self.attempt(scope);
        if attempt.exchanges.len() >= MOST_EXCHANGES {
            attempt.more += 1;
            let spare = attempt
                .exchanges
                .iter()
                .rposition(|kept| !named.contains(&kept.record));
            match spare {
                Some(spare) if named.contains(&record) => {
                    attempt.exchanges.remove(spare);
                }
                _ => return,
            }
        }
        attempt.exchanges.push(write());
    }
}
