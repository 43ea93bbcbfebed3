//! What is known of a file that was handed over: whether it arrived, and what became of its rows.

use crate::{
    checks::{
        effect::{Look, Readings, Target, grade, look, unreadable},
        outcome::{Finding, Grade, Outcome},
        view::View,
        words::{inconclusive, nothing_to_judge},
    },
    transcript::{batch::BatchSent, observation::OperationEnd},
};

/// How many names stand in a finding.
const MOST_NAMED: usize = 5;

/// How often each target took effect since before the file.
pub(super) struct Effects<'a> {
    /// Worst grade of all readings.
    pub(super) grade: Grade,
    /// Target, effects since then, and the reading.
    pub(super) each: Vec<(&'a Target, u64, Readings<'a>)>,
}

impl Effects<'_> {
    pub(super) fn names(&self, wanted: impl Fn(u64) -> bool) -> Vec<&str> {
        let wanted = self.each.iter().filter(|(_, delta, _)| wanted(*delta));
        wanted.map(|(target, ..)| target.reference.as_str()).collect()
    }

    pub(super) fn records(&self) -> impl Iterator<Item = u64> {
        self.each.iter().map(|(_, _, readings)| readings.number)
    }

    pub(super) fn passed(&self) -> Outcome {
        Outcome::Passed {
            grade: Some(self.grade),
        }
    }
}

pub(super) fn effects<'a>(view: View<'a>, targets: &'a [Target]) -> Result<Effects<'a>, Box<Outcome>> {
    let mut found = Effects {
        grade: Grade::A,
        each: Vec::new(),
    };
    for target in targets {
        let readings = match look(view, target) {
            Look::Both(readings) => readings,
            Look::Missing => return Err(Box::new(nothing_to_judge("the effect of a row"))),
            Look::Unreadable(why) => return Err(Box::new(unreadable(target, why))),
            Look::NoChannel => return Err(Box::new(no_channel(target))),
        };
        let before = readings.before.map_or(0, |reading| reading.count);
        let delta = readings.after.count.saturating_sub(before);
        found.grade = found.grade.max(grade(readings.observed.channel));
        found.each.push((target, delta, readings));
    }
    Ok(found)
}

/// The last file with that id, unless it never reached the importer.
pub(super) fn handed_over<'a>(view: View<'a>, file_id: &str) -> Result<(u64, &'a BatchSent), Box<Outcome>> {
    let batches = view.batches();
    let last = batches.iter().rev().find(|(_, sent)| sent.file_id == file_id);
    let Some((number, sent)) = last else {
        return Err(Box::new(nothing_to_judge("a batch file")));
    };
    if let Some(why) = &sent.failed {
        return Err(Box::new(inconclusive(format!(
            "the file could not be written: {why}; repair folder in [batch]"
        ))));
    }
    if let Some(OperationEnd::Unusable(why)) = &sent.end {
        return Err(Box::new(inconclusive(format!(
            "the file could not be handed over: {why}; repair [start.batch]"
        ))));
    }
    Ok((*number, sent))
}

pub(super) fn failed(
    (number, sent): (u64, &BatchSent),
    code: &str,
    expected: String,
    observed: String,
    more: impl IntoIterator<Item = u64>,
) -> Outcome {
    let mut records = vec![number];
    records.extend(more);
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!(
            "batch file {} of {} rows, sequence {}: {}",
            sent.file_name, sent.rows, sent.sequence, sent.asked
        ),
        expected,
        observed,
        records,
        timing: false,
    })
}

pub(super) fn some_of(names: &[&str]) -> String {
    let shown = names
        .iter()
        .take(MOST_NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What the report says about a file that was not taken, for a finding.
pub(super) fn said(view: View<'_>, file_id: &str) -> String {
    let reported = view.batch_report(file_id).map(|(_, reported)| reported);
    match reported.map(|reported| (&reported.reason, &reported.missing)) {
        Some((Some(reason), _)) => format!("; the report says {reason:?}"),
        Some((None, Some(missing))) => format!("; no report: {missing}"),
        _ => String::new(),
    }
}

pub(super) fn no_channel(target: &Target) -> Outcome {
    let name = target.kind.name();
    inconclusive(format!(
        "no channel shows effects on {name}: declare [effects.{name}] (http, command, log or manual)"
    ))
}
