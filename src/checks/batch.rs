//! Batch files: each row once, whole files or nothing, and nothing dropped in silence.

use super::{
    effect::{Look, Readings, Target, grade, look, same_amount, unreadable},
    outcome::{Finding, Grade, Outcome},
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::{
    config::batch::Reject,
    transcript::{
        batch::{BatchReported, BatchSent, ReportSource},
        observation::{Moment, OperationEnd, Read},
    },
};

/// How many names stand in a finding.
const MOST_NAMED: usize = 5;

/// How often each target took effect since before the file.
struct Effects<'a> {
    /// Worst grade of all readings.
    grade: Grade,
    /// Target, effects since then, and the reading.
    each: Vec<(&'a Target, u64, Readings<'a>)>,
}

impl Effects<'_> {
    fn names(&self, wanted: impl Fn(u64) -> bool) -> Vec<&str> {
        let wanted = self.each.iter().filter(|(_, delta, _)| wanted(*delta));
        wanted.map(|(target, ..)| target.reference.as_str()).collect()
    }

    fn records(&self) -> impl Iterator<Item = u64> {
        self.each.iter().map(|(_, _, readings)| readings.number)
    }

    fn passed(&self) -> Outcome {
        Outcome::Passed {
            grade: Some(self.grade),
        }
    }
}

fn effects<'a>(view: View<'a>, targets: &'a [Target]) -> Result<Effects<'a>, Box<Outcome>> {
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
fn handed_over<'a>(view: View<'a>, file_id: &str) -> Result<(u64, &'a BatchSent), Box<Outcome>> {
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

fn failed(
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

fn some_of(names: &[&str]) -> String {
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

/// Every row of the file took effect once, and the amounts add up to its total. The report, where there is
/// one, names no row of it as refused.
pub fn taken(view: View<'_>, file_id: &str, targets: &[Target], total: &str) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let effects = match effects(view, targets) {
        Ok(effects) => effects,
        Err(outcome) => return *outcome,
    };
    let expected = format!("{} rows, each taken in once, {total} in all", targets.len());
    let lost = effects.names(|delta| delta == 0);
    if !lost.is_empty() {
        let said = said(view, file_id);
        let observed = format!("{} rows have no effect: {}{said}", lost.len(), some_of(&lost));
        return failed(sent, "row-lost", expected, observed, effects.records());
    }
    let twice = effects.names(|delta| delta > 1);
    if !twice.is_empty() {
        let observed = format!("taken in more than once: {}", some_of(&twice));
        return failed(sent, "duplicate-effect", expected, observed, effects.records());
    }
    if let Some((number, reported)) = view.batch_report(file_id) {
        let refused = reported.refused_rows.as_deref().unwrap_or_default();
        if let Some(row) = refused.first() {
            let observed = format!("the report names {row} as refused");
            return failed(sent, "good-row-refused", expected, observed, [number]);
        }
    }
    let amounts: Vec<&str> = effects
        .each
        .iter()
        .filter_map(|(_, _, readings)| readings.after.amount.as_deref())
        .collect();
    if amounts.len() == targets.len() {
        let sum = amounts.iter().map(|amount| sen(amount)).sum::<Option<i64>>();
        let sum = sum.map(|sum| format!("{}.{:02}", sum / 100, sum % 100));
        if !sum.as_deref().is_some_and(|sum| same_amount(sum, total)) {
            let observed = format!(
                "the recorded amounts add up to {}",
                sum.as_deref().unwrap_or("no number")
            );
            return failed(sent, "wrong-total", expected, observed, effects.records());
        }
    }
    effects.passed()
}

fn sen(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let right = !whole.is_empty() && digits(whole) && digits(fraction) && fraction.len() <= 2;
    right
        .then(|| format!("{whole}{fraction:0<2}").parse().ok())
        .flatten()
}

/// What the report says about a file that was not taken, for a finding.
fn said(view: View<'_>, file_id: &str) -> String {
    let reported = view.batch_report(file_id).map(|(_, reported)| reported);
    match reported.map(|reported| (&reported.reason, &reported.missing)) {
        Some((Some(reason), _)) => format!("; the report says {reason:?}"),
        Some((None, Some(missing))) => format!("; no report: {missing}"),
        _ => String::new(),
    }
}

/// However often its content came, no row took effect twice; and none is missing without a word.
pub fn once(view: View<'_>, file_id: &str, targets: &[Target]) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let effects = match effects(view, targets) {
        Ok(effects) => effects,
        Err(outcome) => return *outcome,
    };
    let expected = "each row in effect once".to_owned();
    let again = effects.names(|delta| delta > 1);
    if !again.is_empty() {
        let observed = format!("in effect more than once: {}", some_of(&again));
        return failed(sent, "taken-again", expected, observed, effects.records());
    }
    let lost = effects.names(|delta| delta == 0);
    if !lost.is_empty() && !complains(view, file_id, sent.1) {
        let observed = format!("without effect and without a reason: {}", some_of(&lost));
        return failed(sent, "row-lost", expected, observed, effects.records());
    }
    effects.passed()
}

/// Whether the partner gave a reason about a file, or named rows of it as refused.
fn complains(view: View<'_>, file_id: &str, sent: &BatchSent) -> bool {
    if matches!(&sent.end, Some(OperationEnd::Finished { outcome, .. }) if outcome == "failed") {
        return true;
    }
    view.batch_report(file_id).is_some_and(|(_, reported)| {
        reported.reason.is_some()
            || reported
                .refused_rows
                .as_ref()
                .is_some_and(|rows| !rows.is_empty())
            || complained_in_log(view, file_id, reported)
    })
}

/// Whether a line of the log about the id has a result that does not say that it was processed.
fn complained_in_log(view: View<'_>, id: &str, reported: &BatchReported) -> bool {
    reported.source == Some(ReportSource::Log)
        && view.log(id).is_some_and(|(_, observed)| {
            observed.lines.iter().any(|line| {
                line.event_id.as_deref() == Some(id)
                    && line
                        .result
                        .as_ref()
                        .is_some_and(|result| !reported.processed_words.contains(result))
            })
        })
}

/// A file that came before its turn was held back until the file `before` came, or its turn was asked for.
pub fn gap_noticed(view: View<'_>, file_id: &str, before: &str, targets: &[Target]) -> Outcome {
    let batches = view.batches();
    let first = |id: &str| batches.iter().find(|(_, sent)| sent.file_id == id).copied();
    let (Some(sent), Some((turn, _))) = (first(file_id), first(before)) else {
        return nothing_to_judge("a batch file before its turn");
    };
    if let Err(outcome) = handed_over(view, file_id) {
        return *outcome;
    }
    let mut early = Vec::new();
    let mut records = Vec::new();
    let mut worst = Grade::A;
    for target in targets {
        let between = view.observed_between(target.kind, &target.reference, sent.0, turn);
        let Some((number, observed)) = between else {
            return nothing_to_judge("the effect of a row before its turn");
        };
        let count = match &observed.read {
            Read::Got(reading) => reading.count,
            Read::Unreadable(why) => return unreadable(target, why),
            Read::NoChannel => return no_channel(target),
        };
        let before = view.observed(target.kind, &target.reference, Moment::Before);
        let baseline = match before.map(|(_, observed)| &observed.read) {
            Some(Read::Got(reading)) => reading.count,
            _ => 0,
        };
        worst = worst.max(grade(observed.channel));
        records.push(number);
        if count > baseline {
            early.push(target.reference.as_str());
        }
    }
    if early.is_empty() || complains(view, file_id, sent.1) {
        return Outcome::Passed { grade: Some(worst) };
    }
    failed(
        sent,
        "gap-unnoticed",
        format!(
            "sequence {} held back until the one before it is there, or the gap reported",
            sent.1.sequence
        ),
        format!("its rows were taken in without a word: {}", some_of(&early)),
        records,
    )
}

fn no_channel(target: &Target) -> Outcome {
    let name = target.kind.name();
    inconclusive(format!(
        "no channel shows effects on {name}: declare [effects.{name}] (http, command, log or manual)"
    ))
}

/// Nothing of a broken file was taken in.
pub fn nothing_taken(view: View<'_>, file_id: &str, targets: &[Target]) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let effects = match effects(view, targets) {
        Ok(effects) => effects,
        Err(outcome) => return *outcome,
    };
    let taken = effects.names(|delta| delta > 0);
    if taken.is_empty() {
        return effects.passed();
    }
    failed(
        sent,
        "taken-in-part",
        "a file refused as a whole: no row of it has an effect".to_owned(),
        format!(
            "{} of {} rows were taken in: {}",
            taken.len(),
            targets.len(),
            some_of(&taken)
        ),
        effects.records(),
    )
}

/// The partner says why a broken file was not taken.
pub fn reason_given(view: View<'_>, file_id: &str) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let Some((number, reported)) = view.batch_report(file_id) else {
        return nothing_to_judge("the report about the file");
    };
    if complains(view, file_id, sent.1) {
        return reported_grade(reported);
    }
    if reported.source.is_none() {
        return no_report();
    }
    let observed = match &reported.missing {
        Some(missing) => format!("no report: {missing}"),
        None => {
            "a report without a reason; if there is one, say where with reason in [batch.report]".to_owned()
        }
    };
    let expected = "a report that says why the file was not taken".to_owned();
    failed(sent, "refused-in-silence", expected, observed, [number])
}

fn no_report() -> Outcome {
    inconclusive(
        "neither [batch.report] nor [log] is declared, so it cannot be seen what the importer says about a file",
    )
}

fn reported_grade(reported: &BatchReported) -> Outcome {
    let log = reported.source == Some(ReportSource::Log);
    Outcome::Passed {
        grade: Some(if log { Grade::B } else { Grade::A }),
    }
}

/// Of a file with one bad row, what is declared was taken: all other rows, or none.
pub fn policy_followed(
    view: View<'_>,
    file_id: &str,
    good: &[Target],
    bad: &Target,
    reject: Reject,
) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let (good, bad) = match (effects(view, good), effects(view, std::slice::from_ref(bad))) {
        (Ok(good), Ok(bad)) => (good, bad),
        (Err(outcome), _) | (_, Err(outcome)) => return *outcome,
    };
    let expected = match reject {
        Reject::Row => "the bad row refused and all others taken in once (reject = \"row\")",
        Reject::File => "the whole file refused (reject = \"file\")",
    };
    let fail = |code: &str, observed: String| {
        let records = good.records().chain(bad.records()).collect::<Vec<_>>();
        failed(sent, code, expected.to_owned(), observed, records)
    };
    if let Some(name) = bad.names(|delta| delta > 0).first() {
        return fail("bad-row-taken", format!("the bad row {name} took effect"));
    }
    let wanted = u64::from(reject == Reject::Row);
    let others = good.names(|delta| delta != wanted);
    if others.is_empty() {
        return Outcome::Passed {
            grade: Some(good.grade.max(bad.grade)),
        };
    }
    let observed = match reject {
        Reject::Row => format!("not once in effect: {}", some_of(&others)),
        Reject::File => format!(
            "{} rows were taken in all the same: {}",
            others.len(),
            some_of(&others)
        ),
    };
    fail("policy-not-followed", observed)
}

/// The bad row, and no other, is named as refused.
pub fn row_named(view: View<'_>, file_id: &str, row_id: &str, reject: Reject) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let Some((number, reported)) = view.batch_report(file_id) else {
        return nothing_to_judge("the report about the file");
    };
    let expected = format!("row {row_id} named as refused");
    let observed = match (reported.source, &reported.missing, &reported.refused_rows) {
        (None, ..) => return no_report(),
        (Some(ReportSource::Log), ..) if complained_in_log(view, row_id, reported) => {
            return reported_grade(reported);
        }
        (Some(ReportSource::Log), ..) => {
            "no line of the log has the row's id and a result that refuses it".to_owned()
        }
        (_, Some(missing), _) => format!("no report: {missing}"),
        (_, None, None) => {
            return inconclusive(
                "it is not declared where a report names refused rows; add refused_rows to [batch.report]",
            );
        }
        (_, None, Some(rows)) if !rows.iter().any(|row| row == row_id) => match rows.as_slice() {
            [] => "a report that names no row".to_owned(),
            rows => format!("a report that names {} instead", rows.join(", ")),
        },
        (_, None, Some(rows)) => {
            let others = rows.iter().filter(|row| *row != row_id).count();
            if others == 0 || reject == Reject::File {
                return reported_grade(reported);
            }
            let observed = format!("{others} other rows are named as refused too");
            return failed(sent, "good-row-refused", expected, observed, [number]);
        }
    };
    failed(sent, "row-not-named", expected, observed, [number])
}

/// Files before and after the one in question were taken in.
pub fn alive(view: View<'_>, before: &[Target], after: &[Target]) -> Outcome {
    for (targets, when) in [(before, "before"), (after, "after")] {
        match effects(view, targets) {
            Err(outcome) => return *outcome,
            Ok(effects) => {
                if let Some(name) = effects.names(|delta| delta == 0).first() {
                    return inconclusive(format!(
                        "the importer showed no sign of life {when} the file: a good row had no effect on {name}"
                    ));
                }
            }
        }
    }
    Outcome::Passed { grade: None }
}

/// The name of a row is stored as it was written.
pub fn text_kept(view: View<'_>, file_id: &str, target: &Target, text: &str) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let effects = match effects(view, std::slice::from_ref(target)) {
        Ok(effects) => effects,
        Err(outcome) => return *outcome,
    };
    let expected = format!("the name {text:?} stored for {}", target.reference);
    let Some((_, delta, readings)) = effects.each.first() else {
        return nothing_to_judge("the effect of a row");
    };
    match &readings.after.name {
        _ if *delta == 0 => {
            let observed = format!("the row was not taken in{}", said(view, file_id));
            failed(sent, "row-lost", expected, observed, effects.records())
        }
        Some(name) if name == text => effects.passed(),
        Some(name) => {
            let observed = format!("{name:?}");
            failed(sent, "text-changed", expected, observed, effects.records())
        }
        None => inconclusive(format!(
            "the channel [effects.{}] returns no name, so the stored text cannot be read; add name to the declaration",
            target.kind.name()
        )),
    }
}

/// Text that a spreadsheet would take for a formula is exported so that it is none. `mark` stands in it
/// and nowhere else.
pub fn export_inert(view: View<'_>, file_id: &str, reference: &str, mark: &str) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let Some((number, exported)) = view.batch_export(reference) else {
        return nothing_to_judge("the export");
    };
    let text = match &exported.text {
        Ok(text) => text,
        Err(why) => {
            return inconclusive(format!(
                "the export could not be read: {why}; repair [batch.export]"
            ));
        }
    };
    let cells = cells_with(text, mark);
    if cells.is_empty() {
        return inconclusive(format!(
            "the export for {reference} does not show the text that was stored; make it one that does"
        ));
    }
    match cells.iter().find(|cell| is_formula(cell)) {
        None => Outcome::Passed {
            grade: Some(Grade::A),
        },
        Some(cell) => failed(
            sent,
            "formula-live",
            "a cell that a spreadsheet shows as text, for example with an apostrophe before it".to_owned(),
            format!("the cell {cell:?}"),
            [number],
        ),
    }
}

/// The cells of a text with separated values that hold the mark, without their quotes.
fn cells_with(text: &str, mark: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut cells, '"');
            }
            '"' if quoted => quoted = false,
            '"' if cells.last().is_some_and(String::is_empty) => quoted = true,
            ',' | ';' | '\t' | '\n' | '\r' if !quoted => cells.push(String::new()),
            letter => push(&mut cells, letter),
        }
    }
    cells.retain(|cell| cell.contains(mark));
    cells
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}

/// Whether a spreadsheet would take the cell for a formula (OWASP, CSV injection).
fn is_formula(cell: &str) -> bool {
    cell.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
