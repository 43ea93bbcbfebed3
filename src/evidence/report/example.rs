//! One example that was to run, with everything that became of it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    causes::{Short, next_step},
    drawing::{self, Picture},
    happening::Happening,
    history::History,
    moments, words,
};
use crate::{
    checks::outcome::Finding,
    config::waivers::Waiver,
    evidence::{standing::Standing, telling, text::HtmlText},
    verdict::result::{Assessment, ExampleResult, Row},
};

/// An example.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Example {
    /// Its place on the page.
    pub(super) anchor: String,
    /// Its id.
    pub(super) id: HtmlText,
    /// Its area.
    pub(super) area: HtmlText,
    /// Its title.
    pub(super) title: HtmlText,
    /// Where it stands.
    pub(super) standing: words::Shown,
    /// Whether it is shown opened: whatever is not a pass.
    pub(super) opened: bool,
    /// Its severity.
    pub(super) severity: &'static str,
    /// Its revision.
    pub(super) revision: u32,
    /// Its clauses.
    pub(super) clauses: Vec<HtmlText>,
    /// Letter of its grade and what that means.
    pub(super) grade: Option<(&'static str, &'static str)>,
    /// Verdicts of all attempts.
    pub(super) verdicts: String,
    /// Checks made in the attempt that decided.
    pub(super) checks: u32,
    /// How long it took.
    pub(super) took: Option<String>,
    /// What is wrong.
    pub(super) findings: Vec<Found>,
    /// Why it is no pass, where no finding says so.
    pub(super) reasons: Vec<HtmlText>,
    /// The waiver under which it does not count, line by line.
    pub(super) waiver: Vec<(&'static str, HtmlText)>,
    /// For the reviewer.
    pub(super) notes: Vec<HtmlText>,
    /// What the judge says about the client's tries.
    pub(super) tries: Option<HtmlText>,
    /// What it has in common with others.
    pub(super) cause: Option<Short>,
    /// What to do first, where the remedy of its case does not say it.
    pub(super) next: Option<HtmlText>,
    /// How to fix the usual mistake; only where something is wrong.
    pub(super) fix: Option<HtmlText>,
    /// Its attempts with their records.
    pub(super) attempts: Vec<Attempt>,
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Found {
    code: HtmlText,
    stimulus: HtmlText,
    expected: HtmlText,
    observed: HtmlText,
    /// Numbers of the records that show it; those on the page can be gone to.
    records: Vec<(u64, bool)>,
    more: usize,
}

/// An attempt.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Attempt {
    number: u8,
    happenings: Vec<Happening>,
    picture: Option<Picture>,
}

/// Most record numbers of one finding.
const MOST_RECORDS: usize = 20;

/// Takes what belongs to a row out of the history.
pub(super) fn example(row: &Row, assessment: &Assessment, history: &mut History) -> Example {
    let entry = &row.entry;
    let standing = Standing::of(row);
    let result = row.result.as_ref();
    let attempts: Vec<Attempt> = history
        .attempts
        .remove(&entry.example)
        .unwrap_or_default()
        .into_iter()
        .map(|(number, attempt)| Attempt {
            number,
            picture: drawing::picture(&attempt.marks),
            happenings: in_time(attempt.happenings, result),
        })
        .collect();
    let known: BTreeSet<u64> = attempts
        .iter()
        .flat_map(|attempt| attempt.happenings.iter().map(|happening| happening.number))
        .collect();
    let list = |texts: &[String]| texts.iter().map(|text| HtmlText::block(text)).collect();
    let mut reasons: Vec<HtmlText> = result.map(|result| list(&result.reasons)).unwrap_or_default();
    if result.is_none() {
        reasons.push(HtmlText::line(telling::NEVER_JUDGED));
    }
    let findings: Vec<Found> = result
        .map(|result| {
            result
                .findings
                .iter()
                .map(|finding| found(finding, &known))
                .collect()
        })
        .unwrap_or_default();
    Example {
        anchor: words::anchor(&entry.example),
        id: HtmlText::line(entry.example.as_str()),
        area: HtmlText::line(entry.area().as_str()),
        title: HtmlText::line(&entry.title),
        standing: words::shown(standing),
        opened: standing != Standing::Passed,
        severity: entry.severity.name(),
        revision: entry.revision,
        clauses: entry
            .clauses
            .iter()
            .map(|clause| HtmlText::line(clause.as_str()))
            .collect(),
        grade: result.and_then(|result| result.grade).map(words::grade),
        verdicts: result.map(telling::attempts).unwrap_or_default(),
        checks: result.map_or(0, |result| result.checks),
        took: result.filter(|result| began(result)).map(took),
        cause: Short::of(row, assessment),
        next: next_step(row, assessment),
        fix: row.remedies().map(|remedies| HtmlText::block(&remedies)),
        findings,
        reasons,
        waiver: row.waived().map(waiver).unwrap_or_default(),
        notes: result.map(|result| list(&result.notes)).unwrap_or_default(),
        tries: result
            .and_then(|result| result.timeline.as_deref())
            .map(HtmlText::block),
        attempts,
    }
}

/// The records in the order in which things began, those marked that findings name. Waits and exchanges
/// are recorded when they are over.
fn in_time(mut happenings: Vec<Happening>, result: Option<&ExampleResult>) -> Vec<Happening> {
    let cited: BTreeSet<u64> = result
        .into_iter()
        .flat_map(|result| &result.findings)
        .flat_map(|finding| finding.records.iter().copied())
        .collect();
    for happening in &mut happenings {
        happening.cited = cited.contains(&happening.number);
    }
    happenings.sort_by_key(|happening| (happening.moment, happening.number));
    happenings
}

fn waiver(waiver: &Waiver) -> Vec<(&'static str, HtmlText)> {
    let lines = telling::waiver_lines(waiver).into_iter();
    lines
        .map(|(label, text)| (label, HtmlText::block(&text)))
        .collect()
}

fn began(result: &ExampleResult) -> bool {
    !result.attempts.is_empty()
}

fn took(result: &ExampleResult) -> String {
    moments::between(result.started, result.ended)
}

fn found(finding: &Finding, known: &BTreeSet<u64>) -> Found {
    Found {
        code: HtmlText::line(&finding.code),
        stimulus: HtmlText::block(&finding.stimulus),
        expected: HtmlText::block(&finding.expected),
        observed: HtmlText::block(&finding.observed),
        records: finding
            .records
            .iter()
            .take(MOST_RECORDS)
            .map(|number| (*number, known.contains(number)))
            .collect(),
        more: finding.records.len().saturating_sub(MOST_RECORDS),
    }
}
