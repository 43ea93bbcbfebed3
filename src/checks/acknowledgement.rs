//! How deliveries were answered.

use super::{
    outcome::Outcome,
    view::{Sent, View, Which},
    words::{answer, failed, nothing_to_judge},
};
use crate::transcript::exchange::Ending;

/// Whether a status is a success (2xx).
pub fn is_success(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

/// Every delivery is answered 2xx within a time.
pub fn acknowledged(view: View<'_>, which: Which, within_millis: u64) -> Outcome {
    let deliveries = view.deliveries(which);
    acknowledged_each(deliveries, within_millis)
}

/// The deliveries given, at least one, are answered 2xx within a time.
pub(super) fn acknowledged_each<'a>(
    deliveries: impl IntoIterator<Item = Sent<'a>>,
    within_millis: u64,
) -> Outcome {
    let mut deliveries = deliveries.into_iter().peekable();
    if deliveries.peek().is_none() {
        return nothing_to_judge("the delivery");
    }
    let expected = format!("a 2xx answer within {within_millis} ms");
    for sent in deliveries {
        match sent.delivery.status() {
            Some(status) if (300..400).contains(&status) => {
                return failed(
                    "redirected",
                    sent,
                    "a 2xx answer at the registered URL itself",
                    answer(sent.delivery),
                );
            }
            Some(_) if !is_success(sent.delivery.status()) => {
                return failed("not-acknowledged", sent, expected, answer(sent.delivery));
            }
            None => return failed("not-acknowledged", sent, expected, answer(sent.delivery)),
            Some(_) if sent.delivery.latency_millis() > within_millis => {
                return timed(failed(
                    "late-acknowledgement",
                    sent,
                    expected,
                    answer(sent.delivery),
                ));
            }
            Some(_) => {}
        }
    }
    Outcome::Passed { grade: None }
}

fn timed(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed(finding) => Outcome::Failed(super::outcome::Finding {
            timing: true,
            ..finding
        }),
        other => other,
    }
}

/// No delivery is answered 5xx, and every one is answered within a time.
pub fn calm(view: View<'_>, which: Which, within_millis: u64) -> Outcome {
    let deliveries = view.deliveries(which);
    if deliveries.is_empty() {
        return nothing_to_judge("the delivery");
    }
    for sent in deliveries {
        let expected = "an orderly answer: no server error, no silence";
        match &sent.delivery.ending {
            Ending::Answered(reply) if reply.status >= 500 => {
                return failed("server-error", sent, expected, answer(sent.delivery));
            }
            Ending::Answered(_) if sent.delivery.latency_millis() > within_millis => {
                return failed("no-answer", sent, expected, answer(sent.delivery));
            }
            Ending::Unanswered { .. } => {
                return failed("no-answer", sent, expected, answer(sent.delivery));
            }
            Ending::Answered(_) => {}
        }
    }
    Outcome::Passed { grade: None }
}

/// Every delivery is refused 4xx, or ignored with 2xx where that is allowed.
pub fn refused(view: View<'_>, which: Which, success_allowed: bool) -> Outcome {
    let deliveries = view.deliveries(which);
    if deliveries.is_empty() {
        return nothing_to_judge("the delivery");
    }
    for sent in deliveries {
        match sent.delivery.status() {
            Some(status) if (400..500).contains(&status) => {}
            Some(_) if success_allowed && is_success(sent.delivery.status()) => {}
            Some(status) if (200..400).contains(&status) => {
                let expected = if success_allowed {
                    "a 4xx or 2xx answer"
                } else {
                    "a 4xx answer"
                };
                return failed("accepted", sent, expected, answer(sent.delivery));
            }
            // Server errors and silence are the business of `calm`.
            _ => {}
        }
    }
    Outcome::Passed { grade: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{outcome::Finding, samples};

    fn code(outcome: &Outcome) -> &str {
        match outcome {
            Outcome::Failed(Finding { code, .. }) => code,
            Outcome::Passed { .. } => "passed",
            Outcome::Inconclusive { .. } => "inconclusive",
            Outcome::NotApplicable { .. } => "not applicable",
        }
    }

    #[test]
    fn each_kind_of_answer_has_its_own_code() {
        let table = [
            (Some(200), 10, "passed", "passed"),
            (Some(204), 5001, "late-acknowledgement", "no-answer"),
            (Some(308), 10, "redirected", "passed"),
            (Some(401), 10, "not-acknowledged", "passed"),
            (Some(500), 10, "not-acknowledged", "server-error"),
            (None, 15_000, "not-acknowledged", "no-answer"),
        ];
        for (status, latency, expected_acknowledged, expected_calm) in table {
            let records = samples::stimulus(status, latency);
            let view = View::new(&records);
            assert_eq!(
                code(&acknowledged(view, Which::STIMULUS, 5000)),
                expected_acknowledged,
                "{status:?}"
            );
            assert_eq!(
                code(&calm(view, Which::STIMULUS, 5000)),
                expected_calm,
                "{status:?}"
            );
        }
    }

    #[test]
    fn a_success_is_refused_only_where_ignoring_is_allowed() {
        let records = samples::stimulus(Some(200), 10);
        assert_eq!(
            code(&refused(View::new(&records), Which::STIMULUS, false)),
            "accepted"
        );
        assert_eq!(
            code(&refused(View::new(&records), Which::STIMULUS, true)),
            "passed"
        );
    }

    #[test]
    fn without_a_delivery_there_is_no_pass() {
        assert_eq!(
            code(&acknowledged(View::new(&[]), Which::STIMULUS, 5000)),
            "inconclusive"
        );
        assert_eq!(code(&calm(View::new(&[]), Which::STIMULUS, 5000)), "inconclusive");
        assert_eq!(
            code(&refused(View::new(&[]), Which::STIMULUS, true)),
            "inconclusive"
        );
    }
}
