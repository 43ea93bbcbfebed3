//! Everything has an end: attempts, waiting, reading.

use super::{
    done::{AS_SUCCESS, books},
    within::{Ordeal, told},
};
use crate::{
    checks::{
        api::{describe, finding, unreached},
        effect::Target,
        outcome::{Grade, Outcome},
        view::View,
        words::inconclusive,
    },
    transcript::observation::OperationEnd,
    wire::fault::{ApiCall, Fault},
};

/// Words for an order that nobody will look at again.
const GIVEN_UP: [&str; 5] = ["failed", "declined", "rejected", "cancelled", "expired"];

/// A call is tried at most so often.
pub fn attempts_bounded(view: View<'_>, reference: &str, call: ApiCall, most: u32) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    if ordeal.first_struck(call).is_none() {
        return inconclusive(unreached(ordeal.operation));
    }
    let attempts = ordeal.attempts(call);
    if attempts.len() > most as usize {
        return finding(
            "too-many-attempts",
            ordeal.operation,
            format!("at most {most} attempts"),
            format!("{} attempts: {}", attempts.len(), told(&attempts)),
            attempts.iter().map(|(number, _)| *number),
        );
    }
    Outcome::Passed { grade: None }
}

/// No request waits longer than a time for an answer that does not come.
pub fn gives_up(view: View<'_>, reference: &str, call: ApiCall, within_millis: u64) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let mut silent = ordeal.attempts(call);
    silent.retain(|(_, request)| request.fault == Some(Fault::Silent));
    if silent.is_empty() {
        return inconclusive(unreached(ordeal.operation));
    }
    let reported = ordeal.outcome().is_some();
    let ended = ordeal
        .operation
        .map(|(_, operation)| operation.ended)
        .filter(|_| reported);
    for (number, request) in silent {
        let left = ended.map_or(request.answered, |ended| ended.min(request.answered));
        let waited = left.millis_since(request.received);
        if waited > within_millis {
            return finding(
                "no-time-out",
                ordeal.operation,
                format!("the client closes the connection, or the operation ends, within {within_millis} ms"),
                format!("still waiting after {waited} ms: {}", describe(request)),
                [number],
            );
        }
    }
    if ordeal.operation.is_some() && !reported {
        // The end of the start may have been the end of the request as well.
        return inconclusive(format!(
            "{}; let timeout_seconds of its start be longer than {within_millis} ms",
            unreached(ordeal.operation)
        ));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// After silence nothing is settled: not paid, and not failed for good where money may have moved.
pub fn left_open(view: View<'_>, reference: &str, target: &Target, may_have_moved: bool) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let numbers = || ordeal.seen.iter().map(|(number, _)| *number);
    let expected = if may_have_moved {
        "pending or unknown: the platform may have taken the money"
    } else {
        "pending or failed"
    };
    let books = books(view, target);
    let paid = books.is_some_and(|(_, reading)| reading.count > 0);
    let answered = ordeal.seen.iter().any(|(_, request)| {
        request.call == ApiCall::Payment
            && request.fault.is_none()
            && request.status.is_some_and(|status| (200..300).contains(&status))
    });
    if paid && answered {
        return inconclusive(
            "a payment request was answered after the silence, so the payment did not stay open",
        );
    }
    if paid || ordeal.outcome() == Some("success") {
        let observed = if paid {
            "booked as paid, although nothing was answered"
        } else {
            "reported as success, although nothing was answered"
        };
        return finding(AS_SUCCESS, ordeal.operation, expected, observed, numbers());
    }
    let state = books.and_then(|(_, reading)| reading.state.as_deref());
    let given_up = match state {
        Some(state) => GIVEN_UP.contains(&state),
        None => ordeal.outcome() == Some("failed"),
    };
    if may_have_moved && given_up {
        let observed = state.map_or_else(
            || "reported as failed, and no channel shows another state".to_owned(),
            |state| format!("{} {} is {state}", target.kind.name(), target.reference),
        );
        return finding("failed-for-good", ordeal.operation, expected, observed, numbers());
    }
    if books.is_none() && ordeal.outcome().is_none() {
        return inconclusive("the operation was not over, and no channel shows what became of the order");
    }
    Outcome::Passed {
        grade: Some(if books.is_some() { Grade::A } else { Grade::B }),
    }
}

/// An answer that drips or does not end is cut off in time, and not read to its end.
pub fn cut_off(view: View<'_>, reference: &str, call: ApiCall, within_millis: u64) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let mut struck = ordeal.attempts(call);
    struck.retain(|(_, request)| request.fault.is_some());
    if struck.is_empty() {
        return inconclusive(unreached(ordeal.operation));
    }
    for (number, request) in struck {
        if let (Some(Fault::Flood { mebibytes }), Some(_)) = (&request.fault, request.status) {
            return finding(
                "read-everything",
                ordeal.operation,
                "the connection is closed once the answer is far longer than any answer of the contract",
                format!("all {mebibytes} MiB were taken: {}", describe(request)),
                [number],
            );
        }
        let took = request.answered.millis_since(request.received);
        if took > within_millis {
            return finding(
                "not-cut-off",
                ordeal.operation,
                format!("the connection is closed within {within_millis} ms"),
                format!("still reading after {took} ms: {}", describe(request)),
                [number],
            );
        }
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// The operation that follows completes: the process has survived.
pub fn works_again(view: View<'_>, reference: &str) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    match ordeal.operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) if outcome == "success" => {
            if ordeal.seen.is_empty() {
                return inconclusive(unreached(ordeal.operation));
            }
            Outcome::Passed {
                grade: Some(Grade::B),
            }
        }
        Some(end) => finding(
            "not-alive-after",
            ordeal.operation,
            "the next operation, against an honest sandbox, completes",
            match end {
                OperationEnd::Finished {
                    outcome, category, ..
                } => format!(
                    "reported as {outcome}, category {}",
                    category.as_deref().unwrap_or("none")
                ),
                OperationEnd::Unusable(why) => format!("it could not be started: {why}"),
            },
            ordeal.seen.iter().map(|(number, _)| *number),
        ),
        None => inconclusive("the next operation was not over in time"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{ordeal::samples::*, samples::code};
    use crate::transcript::{exchange::SeenRequest, record::Record};
    use std::sync::Arc;

    fn slow(call: ApiCall, fault: Fault, status: Option<u16>, until: u64) -> Arc<Record> {
        seen(SeenRequest {
            answered: at(until),
            ..request(call, 1, status, Some(fault))
        })
    }

    #[test]
    fn waiting_has_an_end() {
        let judged =
            |records: &[Arc<Record>]| code(gives_up(View::new(records), "ORD-1", ApiCall::Payment, 5000));
        let silent = |until| slow(ApiCall::Payment, Fault::Silent, None, until);
        assert_eq!(
            judged(&[silent(3000), operated("pending", None, 0, 3500)]),
            "passed"
        );
        assert_eq!(judged(&[silent(7000)]), "no-time-out");
        assert_eq!(
            judged(&[silent(7000), operated("pending", None, 0, 3500)]),
            "passed"
        );
        assert_eq!(judged(&[operated("pending", None, 0, 3500)]), "inconclusive");
    }

    #[test]
    fn what_is_unknown_stays_open() {
        let judged =
            |records: &[Arc<Record>], moved| code(left_open(View::new(records), "ORD-1", &order(), moved));
        let end = |outcome| operated(outcome, None, 0, 9);
        assert_eq!(judged(&[end("pending"), in_books(0, "pending")], true), "passed");
        assert_eq!(judged(&[end("failed"), in_books(0, "pending")], true), "passed");
        assert_eq!(
            judged(&[end("pending"), in_books(0, "failed")], true),
            "failed-for-good"
        );
        assert_eq!(judged(&[end("failed")], true), "failed-for-good");
        assert_eq!(judged(&[end("failed")], false), "passed");
        assert_eq!(
            judged(&[end("pending"), in_books(1, "paid")], true),
            "error-as-success"
        );
        assert_eq!(judged(&[end("success")], false), "error-as-success");
        assert_eq!(judged(&[], true), "inconclusive");
    }

    #[test]
    fn endless_answers_are_cut_off() {
        let judged =
            |records: &[Arc<Record>]| code(cut_off(View::new(records), "ORD-1", ApiCall::Quotation, 5000));
        let drip = Fault::DripBody {
            bytes: 1,
            every_millis: 2000,
        };
        let flood = Fault::Flood { mebibytes: 200 };
        assert_eq!(
            judged(&[slow(ApiCall::Quotation, drip.clone(), Some(201), 3000)]),
            "passed"
        );
        assert_eq!(
            judged(&[slow(ApiCall::Quotation, drip, Some(201), 9000)]),
            "not-cut-off"
        );
        assert_eq!(
            judged(&[slow(ApiCall::Quotation, flood.clone(), None, 300)]),
            "passed"
        );
        assert_eq!(
            judged(&[slow(ApiCall::Quotation, flood, Some(200), 300)]),
            "read-everything"
        );
        assert_eq!(judged(&[operated("failed", None, 0, 9)]), "inconclusive");
    }

    #[test]
    fn attempts_are_counted_and_the_next_operation_completes() {
        let tries: Vec<_> = (1..8).map(|from| struck(ApiCall::Payment, from, 503)).collect();
        let judged = |count: usize| {
            code(attempts_bounded(
                View::new(&tries[..count]),
                "ORD-1",
                ApiCall::Payment,
                6,
            ))
        };
        assert_eq!(
            (judged(6).as_str(), judged(7).as_str(), judged(0).as_str()),
            ("passed", "too-many-attempts", "inconclusive")
        );
        let next = |outcome, asked: bool| {
            let mut records = vec![operated(outcome, None, 0, 9)];
            records.extend(asked.then(|| honest(ApiCall::Quotation, 3)));
            code(works_again(View::new(&records), "ORD-1"))
        };
        assert_eq!(next("success", true), "passed");
        assert_eq!(next("success", false), "inconclusive");
        assert_eq!(next("failed", true), "not-alive-after");
    }
}
