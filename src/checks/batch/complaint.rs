//! What the importer says about a file: in its report, in the answer of the operation, or in its log.

use crate::{
    checks::{
        outcome::{Grade, Outcome},
        view::View,
        words::inconclusive,
    },
    transcript::{
        batch::{BatchReported, BatchSent, ReportSource},
        observation::OperationEnd,
    },
};

/// Whether the partner gave a reason about a file, or named rows of it as refused.
pub(super) fn complains(view: View<'_>, file_id: &str, sent: &BatchSent) -> bool {
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
pub(super) fn complained_in_log(view: View<'_>, id: &str, reported: &BatchReported) -> bool {
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

pub(super) fn no_report() -> Outcome {
    inconclusive(
        "neither [batch.report] nor [log] is declared, so it cannot be seen what the importer says about a file",
    )
}

pub(super) fn reported_grade(reported: &BatchReported) -> Outcome {
    let log = reported.source == Some(ReportSource::Log);
    Outcome::Passed {
        grade: Some(if log { Grade::B } else { Grade::A }),
    }
}
