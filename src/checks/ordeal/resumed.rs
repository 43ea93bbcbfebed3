//! A flow of steps that stops at the one that fails, and goes on from there.

use std::collections::BTreeMap;

use super::{
    done::{AS_SUCCESS, books},
    within::{Ordeal, input, told},
};
use crate::{
    checks::{
        acknowledgement::is_success,
        api::{describe, finding, unreached},
        effect::Target,
        outcome::{Grade, Outcome},
        view::View,
        words::inconclusive,
    },
    transcript::{exchange::SeenRequest, observation::Operation},
    wire::fault::ApiCall,
};

/// While a step fails nothing of a later step is asked for. The status is no step that something follows.
pub fn stopped(view: View<'_>, reference: &str, call: ApiCall) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let struck = ordeal.seen.iter().find(|(_, request)| request.fault.is_some());
    let Some((number, struck)) = struck else {
        return inconclusive(unreached(ordeal.operation));
    };
    if call != ApiCall::PolicyStatus {
        let later = ordeal.seen.iter().find(|(_, request)| {
            request.started > struck.answered && request.call.writes() && request.call != call
        });
        if let Some((later_number, later)) = later {
            return finding(
                "continued-after-error",
                ordeal.operation,
                "no request of a later step while this one fails",
                describe(later),
                [*number, *later_number],
            );
        }
        if ordeal.outcome() == Some("success") {
            let observed = format!("reported as success after {}", told(&ordeal.attempts(call)));
            let expected = "pending or failed, as long as the step fails";
            return finding(AS_SUCCESS, ordeal.operation, expected, observed, [*number]);
        }
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// After the operation was resumed the platform has made exactly one policy and one payment for it.
pub fn resumed_once(view: View<'_>, reference: &str, target: &Target) -> Outcome {
    let operations = view.operations();
    let own: Vec<(u64, &Operation)> = operations
        .into_iter()
        .filter(|(_, operation)| input(operation, "reference") == Some(reference))
        .collect();
    let [_, .., resumed] = own.as_slice() else {
        return inconclusive("the operation was not started a second time");
    };
    let seen = view.seen();
    for (call, id, what) in [
        (ApiCall::Policy, "policy_id", "policy"),
        (ApiCall::Payment, "transaction_id", "payment"),
    ] {
        let made = made(&seen, call, id);
        let expected = format!("exactly one {what} for the operation");
        let numbers = || made.values().copied();
        match made.len() {
            1 => {}
            0 => {
                let observed = format!("no {what}; {}", unreached(Some(*resumed)));
                return finding("not-resumed", Some(*resumed), expected, observed, []);
            }
            count => {
                let ids: Vec<&str> = made.keys().map(String::as_str).collect();
                let observed = format!("{count}: {}", ids.join(", "));
                return finding("repeated-step", Some(*resumed), expected, observed, numbers());
            }
        }
    }
    let books = books(view, target);
    if let Some((read, reading)) = books
        && reading.count > 1
    {
        let observed = format!("{} effects", reading.count);
        return finding("duplicate-effect", Some(*resumed), "one effect", observed, [read]);
    }
    Outcome::Passed {
        grade: Some(if books.is_some() { Grade::A } else { Grade::B }),
    }
}

/// What the platform made, by its id, with the record of the answer that told it first.
fn made(seen: &[(u64, &SeenRequest)], call: ApiCall, id: &str) -> BTreeMap<String, u64> {
    let mut made = BTreeMap::new();
    for (number, request) in seen {
        if request.call != call || !is_success(request.status) {
            continue;
        }
        let answer = request.answer.as_ref().map(|body| body.bytes().into_owned());
        let body: serde_json::Value = serde_json::from_slice(&answer.unwrap_or_default()).unwrap_or_default();
        if let Some(id) = body.get(id).and_then(serde_json::Value::as_str) {
            made.entry(id.to_owned()).or_insert(*number);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{ordeal::samples::*, samples::code};
    use crate::transcript::record::Record;
    use std::sync::Arc;

    #[test]
    fn nothing_follows_a_failing_step() {
        let judged = |call, more: &[Arc<Record>], outcome| {
            let mut records = vec![struck(call, 2, 500), operated(outcome, None, 0, 9)];
            records.extend_from_slice(more);
            code(stopped(View::new(&records), "ORD-1", call))
        };
        assert_eq!(
            judged(ApiCall::Customer, &[honest(ApiCall::Quotation, 1)], "failed"),
            "passed"
        );
        assert_eq!(
            judged(ApiCall::Customer, &[honest(ApiCall::Policy, 5)], "failed"),
            "continued-after-error"
        );
        assert_eq!(judged(ApiCall::Payment, &[], "success"), "error-as-success");
        assert_eq!(judged(ApiCall::PolicyStatus, &[], "success"), "passed");
        let untouched = [operated("failed", None, 0, 9)];
        assert_eq!(
            code(stopped(View::new(&untouched), "ORD-1", ApiCall::Payment)),
            "inconclusive"
        );
    }

    #[test]
    fn one_policy_and_one_payment_are_right() {
        let policy = |at, id: &str| with_answer(ApiCall::Policy, at, &format!(r#"{{"policy_id":"{id}"}}"#));
        let payment =
            |at, id: &str| with_answer(ApiCall::Payment, at, &format!(r#"{{"transaction_id":"{id}"}}"#));
        let judged = |more: &[Arc<Record>]| {
            let mut records = vec![operated("failed", None, 0, 9), operated("success", None, 20, 30)];
            records.extend_from_slice(more);
            code(resumed_once(View::new(&records), "ORD-1", &order()))
        };
        assert_eq!(judged(&[policy(1, "P1"), payment(21, "T1")]), "passed");
        assert_eq!(
            judged(&[policy(1, "P1"), policy(21, "P1"), payment(22, "T1")]),
            "passed"
        );
        assert_eq!(
            judged(&[policy(1, "P1"), policy(21, "P2"), payment(22, "T1")]),
            "repeated-step"
        );
        assert_eq!(judged(&[policy(1, "P1")]), "not-resumed");
        assert_eq!(
            judged(&[policy(1, "P1"), payment(21, "T1"), in_books(2, "paid")]),
            "duplicate-effect"
        );
        let once = [operated("failed", None, 0, 9)];
        assert_eq!(
            code(resumed_once(View::new(&once), "ORD-1", &order())),
            "inconclusive"
        );
    }
}
