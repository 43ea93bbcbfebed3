//! One result from those of all shards in which an example ran.

use super::{Part, clock::Clock};
use crate::{
    checks::outcome::Grade,
    plan::entry::{Entry, Selection},
    verdict::{
        lattice::Verdict,
        result::{ExampleResult, Row},
    },
    wire::moment::Micros,
};

/// One result from those of all shards in which the example ran: the worst verdict, and everything that was found.
pub(super) fn joined(parts: &[&Part], clock: &Clock, entry: &Entry) -> Option<ExampleResult> {
    let mut before = 0_u64;
    let mut ran: Vec<Ran<'_>> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let row = part
            .assessment
            .rows
            .iter()
            .find(|row| row.entry.example == entry.example);
        let planned = part.plan.iter().find(|line| line.example == entry.example);
        if let (Some(row), Some(_)) = (row, planned.filter(|line| line.selection == Selection::Selected)) {
            ran.push(Ran {
                index,
                of: parts.len(),
                before,
                attempts: part.attempts.get(&entry.example).copied().unwrap_or_default(),
                row,
            });
        }
        before = before.saturating_add(part.records);
    }
    let several = ran.len() > 1;
    let results: Vec<ExampleResult> = ran.iter().filter_map(|ran| ran.result(clock, several)).collect();
    let Some(worst) = results.iter().max_by_key(|result| result.verdict) else {
        return ran.first().and_then(|ran| ran.not_applicable(entry));
    };
    // What ran in several shards did not take from the start of the first to the end of the last.
    let longest = results
        .iter()
        .max_by_key(|one| one.ended.0.saturating_sub(one.started.0))
        .unwrap_or(worst);
    let all = |of: fn(&ExampleResult) -> &[String]| results.iter().flat_map(|one| of(one).to_vec()).collect();
    Some(ExampleResult {
        example: entry.example.clone(),
        verdict: worst.verdict,
        grade: weakest(&results).filter(|_| worst.verdict == Verdict::Pass),
        attempts: ran.iter().flat_map(Ran::verdicts).collect(),
        checks: worst.checks,
        findings: results.iter().flat_map(|one| one.findings.clone()).collect(),
        reasons: all(|one| &one.reasons),
        notes: all(|one| &one.notes),
        timeline: worst.timeline.clone(),
        not_applicable: None,
        started: longest.started,
        ended: longest.ended,
    })
}

fn weakest(results: &[ExampleResult]) -> Option<Grade> {
    results.iter().filter_map(|result| result.grade).max()
}

/// An example in one of the shards in which it ran.
struct Ran<'a> {
    index: usize,
    of: usize,
    /// Records of the shards before.
    before: u64,
    attempts: u8,
    row: &'a Row,
}

impl Ran<'_> {
    fn name(&self) -> String {
        format!("shard {} of {}", self.index + 1, self.of)
    }

    fn verdicts(&self) -> Vec<Verdict> {
        // Where it turned out not to apply, its attempts still stand in the transcript.
        self.row.result.as_ref().map_or_else(
            || vec![Verdict::None; usize::from(self.attempts)],
            |result| result.attempts.clone(),
        )
    }

    /// Its result, with numbers and times as the whole run counts them.
    fn result(&self, clock: &Clock, several: bool) -> Option<ExampleResult> {
        let mut result = self.row.result.clone()?;
        let name = self.name();
        for finding in &mut result.findings {
            for record in &mut finding.records {
                *record = record.saturating_add(self.before);
            }
        }
        if several {
            let named = |text: &mut String| *text = format!("{name}: {text}");
            result.reasons.iter_mut().for_each(named);
            result.notes.iter_mut().for_each(named);
            for finding in &mut result.findings {
                finding.stimulus = format!("{} ({name})", finding.stimulus);
            }
        }
        if !result.findings.is_empty() || !result.reasons.is_empty() {
            result.notes.push(format!(
                "{name}: record {} here is record 0 of its own transcript",
                self.before
            ));
        }
        result.started = clock.shifted(self.index, result.started);
        result.ended = clock.shifted(self.index, result.ended);
        Some(result)
    }

    /// It turned out not to apply.
    fn not_applicable(&self, entry: &Entry) -> Option<ExampleResult> {
        let Selection::NotApplicable { reason } = &self.row.entry.selection else {
            return None;
        };
        Some(ExampleResult {
            example: entry.example.clone(),
            verdict: Verdict::None,
            grade: None,
            attempts: Vec::new(),
            checks: 0,
            findings: Vec::new(),
            reasons: Vec::new(),
            notes: Vec::new(),
            timeline: None,
            not_applicable: Some(reason.clone()),
            started: Micros(0),
            ended: Micros(0),
        })
    }
}
