//! Nothing counts as done before an answer says so.

use super::within::{Ordeal, is_honest_success, told};
use crate::{
    checks::{
        api::{describe, finding, unreached},
        effect::Target,
        outcome::{Grade, Outcome},
        view::View,
        words::inconclusive,
    },
    transcript::{
        exchange::SeenRequest,
        observation::{Moment, Read, Reading},
    },
    wire::{
        fault::{ApiCall, Fault},
        substitute::Substitute,
    },
};

/// Code of an operation that counts as done although nothing says so.
pub(super) const AS_SUCCESS: &str = "error-as-success";

/// What the partner's books say about something, where a channel shows it.
pub(super) fn books<'a>(view: View<'a>, target: &Target) -> Option<(u64, &'a Reading)> {
    let (number, observed) = view.observed(target.kind, &target.reference, Moment::After)?;
    match &observed.read {
        Read::Got(reading) => Some((number, reading)),
        Read::Unreadable(_) | Read::NoChannel => None,
    }
}

/// A call that met a fault was not taken for done before an honest answer said so: not in what the
/// operation reported, not in the books, not by going on to the next step. Foreign or missing data of such
/// an answer are used nowhere.
pub fn not_taken_for_done(view: View<'_>, reference: &str, call: ApiCall, target: &Target) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let Some((number, struck)) = ordeal.first_struck(call) else {
        return inconclusive(unreached(ordeal.operation));
    };
    let proof = ordeal
        .seen
        .iter()
        .find(|(_, request)| request.started > struck.started && proves(request, call));
    let later = ordeal.seen.iter().find(|(_, request)| {
        request.started > struck.answered
            && request.call.writes()
            && request.call != call
            && proof.is_none_or(|(_, proof)| request.started < proof.received)
    });
    if let Some((later_number, later)) = later {
        return finding(
            "continued-after-error",
            ordeal.operation,
            "no further step before the failed one is done",
            describe(later),
            [number, *later_number],
        );
    }
    if let Some((used_number, used)) = misused(&ordeal, struck) {
        return finding(
            "foreign-data-used",
            ordeal.operation,
            "no request that is built from the answer's foreign or missing data",
            describe(used),
            [number, used_number],
        );
    }
    let books = books(view, target);
    if proof.is_none() {
        let expected = "not done: no answer of the sandbox says so";
        if let Some((read, reading)) = books
            && reading.count > 0
        {
            let observed = format!(
                "{} {} counts {} effects after {}",
                target.kind.name(),
                target.reference,
                reading.count,
                told(&ordeal.attempts(call))
            );
            return finding(AS_SUCCESS, ordeal.operation, expected, observed, [number, read]);
        }
        if ordeal.outcome() == Some("success") {
            let observed = format!("reported as success after {}", told(&ordeal.attempts(call)));
            return finding(AS_SUCCESS, ordeal.operation, expected, observed, [number]);
        }
    }
    if ordeal.outcome().is_none() && books.is_none() {
        return inconclusive(unreached(ordeal.operation));
    }
    Outcome::Passed {
        grade: Some(if books.is_some() { Grade::A } else { Grade::B }),
    }
}

/// Whether an answer proves that the call was done: its own honest success, or a payment found by asking.
fn proves(request: &SeenRequest, call: ApiCall) -> bool {
    if !is_honest_success(request) {
        return false;
    }
    let found = || {
        let answer = request.answer.as_ref().map(|body| body.bytes().into_owned());
        String::from_utf8_lossy(&answer.unwrap_or_default()).contains("\"successful\"")
    };
    request.call == call
        || call == ApiCall::Payment
            && matches!(request.call, ApiCall::PaymentStatus | ApiCall::Transactions)
            && found()
}

/// A later request that names what only the foreign answer holds, or that has a hole where an id belongs.
fn misused<'a>(ordeal: &Ordeal<'a>, struck: &SeenRequest) -> Option<(u64, &'a SeenRequest)> {
    let Some(Fault::Instead { what }) = struck.fault else {
        return None;
    };
    let foreign: Vec<String> = match what {
        Substitute::Foreign => ["transaction_id", "order_id", "policy_id"]
            .into_iter()
            .filter_map(|name| {
                let answer = struck.answer.as_ref()?.bytes();
                let body: serde_json::Value = serde_json::from_slice(&answer).ok()?;
                Some(body.get(name)?.as_str()?.to_owned())
            })
            .collect(),
        _ => Vec::new(),
    };
    ordeal.seen.iter().copied().find(|(_, request)| {
        let body = String::from_utf8_lossy(&request.body.bytes()).into_owned();
        let hole = request.call == ApiCall::Unknown
            || ["/undefined", "/null", "/None", "/payments/?", "//"]
                .iter()
                .any(|hole| request.target.contains(hole));
        request.started > struck.answered
            && (hole
                || foreign
                    .iter()
                    .any(|id| request.target.contains(id.as_str()) || body.contains(id.as_str())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{ordeal::samples::*, samples::code};
    use crate::{transcript::record::Record, wire::body::Body};
    use std::sync::Arc;

    fn judged(records: &[Arc<Record>]) -> String {
        code(not_taken_for_done(
            View::new(records),
            "ORD-1",
            ApiCall::Payment,
            &order(),
        ))
    }

    #[test]
    fn errors_alone_are_no_success() {
        let error = struck(ApiCall::Payment, 1, 500);
        for (end, count, expected) in [
            ("failed", 0, "passed"),
            ("pending", 0, "passed"),
            ("success", 0, "error-as-success"),
            ("failed", 1, "error-as-success"),
        ] {
            let records = [error.clone(), operated(end, None, 0, 9), in_books(count, "x")];
            assert_eq!(judged(&records), expected, "{end} {count}");
        }
        let retried = [
            error.clone(),
            honest(ApiCall::Payment, 5),
            operated("success", None, 0, 9),
            in_books(1, "paid"),
        ];
        assert_eq!(judged(&retried), "passed");
        let found = with_answer(ApiCall::PaymentStatus, 5, r#"{"status":"successful"}"#);
        assert_eq!(judged(&[error, found, operated("success", None, 0, 9)]), "passed");
    }

    #[test]
    fn nothing_follows_and_nothing_foreign_is_used() {
        let error = struck(ApiCall::Payment, 1, 500);
        let end = operated("failed", None, 0, 9);
        assert_eq!(
            judged(&[error, honest(ApiCall::Claim, 4), end.clone()]),
            "continued-after-error"
        );
        let foreign = Fault::Instead {
            what: Substitute::Foreign,
        };
        let mut strange = request(ApiCall::Payment, 1, Some(200), Some(foreign));
        strange.answer = Some(Body::Text(r#"{"transaction_id":"txn_of_another"}"#.to_owned()));
        let mut used = request(ApiCall::PaymentStatus, 4, Some(404), None);
        used.target = "/v1/payments/txn_of_another".to_owned();
        assert_eq!(
            judged(&[seen(strange), seen(used), end.clone()]),
            "foreign-data-used"
        );
        let empty = Fault::Instead {
            what: Substitute::Empty,
        };
        let mut hole = request(ApiCall::PaymentStatus, 4, Some(404), None);
        hole.target = "/v1/payments/undefined".to_owned();
        let answered = seen(request(ApiCall::Payment, 1, Some(200), Some(empty)));
        assert_eq!(judged(&[answered, seen(hole), end.clone()]), "foreign-data-used");
        assert_eq!(judged(&[end]), "inconclusive");
    }
}
