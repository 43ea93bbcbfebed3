//! Obeying `Retry-After` (RFC 9110, 10.2.3).

use super::{
    api::{describe, finding, unreached},
    outcome::{Finding, Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::{transcript::observation::OperationEnd, wire::fault::Fault};

/// Limits of one example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// What the limiting answer asked for.
    pub seconds: u64,
    /// How much earlier a timer may fire.
    pub slack_millis: u64,
    /// How long after the pause the operation may take.
    pub patience_seconds: u64,
}

/// The next request comes no earlier than the stated pause, and the operation completes, or is
/// reported as rate-limited.
pub fn retry_after_obeyed(view: View<'_>, pause: Pause) -> Outcome {
    let operation = view.operation();
    let seen = view.seen();
    let Some(position) = seen.iter().position(|(_, request)| {
        matches!(
            request.fault,
            Some(Fault::Refuse { .. } | Fault::RefuseUntil { .. })
        )
    }) else {
        return inconclusive(unreached(operation));
    };
    let (number, limiting) = seen[position];
    if let Some((next_number, next)) = seen[position + 1..]
        .iter()
        .find(|(_, next)| next.started > limiting.answered)
    {
        let gap = next.started.millis_since(limiting.answered);
        if gap + pause.slack_millis < pause.seconds * 1000 {
            let expected = format!(
                "a gap of at least {} s after {}",
                pause.seconds,
                describe(limiting)
            );
            let observed = format!("{} after {gap} ms", describe(next));
            return match finding("too-early", operation, expected, observed, [number, *next_number]) {
                Outcome::Failed(finding) => Outcome::Failed(Finding {
                    timing: true,
                    ..finding
                }),
                other => other,
            };
        }
    }
    let within = (pause.seconds + pause.patience_seconds) * 1000;
    match operation.map(|(_, operation)| (&operation.end, operation.ended.millis_since(limiting.answered))) {
        Some((OperationEnd::Finished { outcome, .. }, took)) if outcome == "success" && took <= within => {
            Outcome::Passed {
                grade: Some(Grade::B),
            }
        }
        Some((
            OperationEnd::Finished {
                category: Some(category),
                ..
            },
            _,
        )) if category.replace(['-', ' '], "_").contains("rate_limit") => Outcome::Passed {
            grade: Some(Grade::B),
        },
        Some((
            OperationEnd::Finished {
                outcome, category, ..
            },
            took,
        )) => finding(
            "gave-up-silently",
            operation,
            format!(
                "completed within {} s, or reported as rate-limited",
                within / 1000
            ),
            format!(
                "{outcome} after {took} ms, category {}",
                category.as_deref().unwrap_or("none")
            ),
            [number],
        ),
        Some((OperationEnd::Unusable(why), _)) => {
            inconclusive(format!("the operation's end is not known: {why}"))
        }
        None => inconclusive(unreached(operation)),
    }
}
