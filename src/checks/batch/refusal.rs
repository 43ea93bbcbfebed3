//! Files and rows that must not be taken in, and that they are not dropped in silence.

use super::{
    complaint::{complained_in_log, complains, no_report, reported_grade},
    filed::{effects, failed, handed_over, some_of},
};
use crate::{
    checks::{
        effect::Target,
        outcome::Outcome,
        view::View,
        words::{inconclusive, nothing_to_judge},
    },
    config::batch::Reject,
    transcript::batch::ReportSource,
};

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
