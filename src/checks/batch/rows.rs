//! Rows take effect once each: of a good file, of one that came again, and of one that came before its turn.

use super::{
    complaint::complains,
    filed::{effects, failed, handed_over, no_channel, said, some_of},
};
use crate::{
    checks::{
        effect::{Target, grade, same_amount, unreadable},
        outcome::{Grade, Outcome},
        view::View,
        words::{inconclusive, nothing_to_judge},
    },
    transcript::observation::{Moment, Read},
};

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
