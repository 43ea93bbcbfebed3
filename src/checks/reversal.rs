//! Refunds and cancellations that the partner asks for: once, and final only when they are confirmed.

use std::collections::BTreeSet;

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::{asked, unobservable},
    effect::{Target, failed},
    flow::{is_status, value},
    outcome::{Grade, Outcome},
    state::{in_state, whole},
    view::{View, Which},
    words::{answer, inconclusive, nothing_to_judge},
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        observation::{Moment, Read, Reading},
    },
    wire::{fault::ApiCall, moment::Micros},
};

fn passed() -> Outcome {
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

fn requests(view: View<'_>, call: ApiCall) -> Vec<(u64, &SeenRequest)> {
    let mut seen = asked(view, Micros(0));
    seen.retain(|(_, request)| request.call == call);
    seen
}

/// It was asked for once: repeats carry the same idempotency key.
pub fn asked_once(view: View<'_>, call: ApiCall) -> Outcome {
    let operation = view.operation();
    let requests = requests(view, call);
    let Some((_, first)) = requests.first() else {
        return inconclusive(unreached(operation));
    };
    let keys: BTreeSet<String> = requests
        .iter()
        .map(|(number, request)| {
            let key = request.headers.get("idempotency-key");
            key.map_or_else(|| format!("none, in record {number}"), str::to_owned)
        })
        .collect();
    if keys.len() > 1 {
        let lines: Vec<String> = requests.iter().map(|(_, request)| describe(request)).collect();
        return finding(
            "asked-twice",
            operation,
            "one request; a repeat would carry the same idempotency key",
            format!(
                "{} requests under {} keys: {}",
                requests.len(),
                keys.len(),
                lines.join("; ")
            ),
            requests.iter().map(|(number, _)| *number),
        );
    }
    if !requests.iter().any(|(_, request)| is_success(request.status)) {
        return inconclusive(format!("the sandbox did not accept it: {}", describe(first)));
    }
    passed()
}

/// The words for the end of it.
fn final_words(call: ApiCall) -> Vec<String> {
    let words: &[&str] = if call == ApiCall::Refund {
        &["refunded"]
    } else {
        &["cancelled"]
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn is_final(reading: &Reading, call: ApiCall) -> bool {
    let money = reading
        .refunded
        .as_deref()
        .is_some_and(|sum| sum.bytes().any(|byte| (b'1'..=b'9').contains(&byte)));
    let state = reading
        .state
        .as_ref()
        .is_some_and(|state| final_words(call).contains(state));
    state || call == ApiCall::Refund && money
}

/// Right before the webhook it is not shown as done: the sandbox has only accepted it. A partner that has
/// asked in the meantime, and was told so, may show it.
pub fn not_final_before(view: View<'_>, target: &Target, call: ApiCall) -> Outcome {
    let Some((_, accepted)) = requests(view, call)
        .into_iter()
        .find(|(_, request)| is_success(request.status))
    else {
        return inconclusive(unreached(view.operation()));
    };
    let Some((number, before)) = view.observed(target.kind, &target.reference, Moment::Before) else {
        return nothing_to_judge("the state before the webhook");
    };
    let Read::Got(reading) = &before.read else {
        return if before.read == Read::NoChannel {
            passed()
        } else {
            nothing_to_judge("the state before the webhook")
        };
    };
    if !is_final(reading, call) {
        return Outcome::Passed {
            grade: Some(super::effect::grade(before.channel)),
        };
    }
    let told = asked(view, Micros(0)).into_iter().any(|(_, request)| {
        is_status(request)
            && request.started > accepted.started
            && request.started < before.at
            && is_success(request.status)
    });
    if told {
        return passed();
    }
    failed(
        view,
        number,
        "final-too-early",
        format!(
            "{} {} is not {} yet: {}, and no webhook has come",
            target.kind.name(),
            target.reference,
            final_words(call).join(" or "),
            describe(accepted)
        ),
        whole(reading),
    )
}

/// After the webhook it is done: the state says so, and of a refund the sum is the one that was asked for.
pub fn final_after(view: View<'_>, target: &Target, call: ApiCall) -> Outcome {
    let Some(webhook) = view.deliveries(Which::STIMULUS).last().copied() else {
        return nothing_to_judge("the webhook");
    };
    if unobservable(view, target) {
        return if is_success(webhook.delivery.status()) {
            passed()
        } else {
            inconclusive(format!(
                "no channel shows it, and the webhook was answered with {}",
                answer(webhook.delivery)
            ))
        };
    }
    let outcome = in_state(view, target, &final_words(call));
    if call != ApiCall::Refund || !matches!(outcome, Outcome::Passed { .. }) {
        return outcome;
    }
    let sum = requests(view, call)
        .first()
        .and_then(|(_, request)| value(Some(&request.body), "amount"));
    let shown = view
        .observed(target.kind, &target.reference, Moment::After)
        .and_then(|(number, observed)| match &observed.read {
            Read::Got(reading) => Some((number, reading.refunded.clone()?)),
            _ => None,
        });
    match (sum, shown) {
        (Some(sum), Some((number, shown))) if sum != shown => {
            let due = format!("{sum} refunded for {}", target.reference);
            failed(view, number, "wrong-amount", due, shown)
        }
        _ => outcome,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::{
            flow::samples::{call, ended},
            samples::{code, observed, reading, stimulus},
        },
        transcript::{observation::EffectKind, record::Record},
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn refund(number: u64, status: u16) -> Arc<Record> {
        let body = r#"{"amount":"12.30"}"#;
        call(number, number, "POST /v1/payments/T/refunds", body, status, "{}")
    }

    fn shows(number: u64, moment: Moment, state: &str, refunded: &str) -> Arc<Record> {
        let shown = Reading {
            count: 1,
            state: Some(state.to_owned()),
            refunded: Some(refunded.to_owned()),
            ..Reading::default()
        };
        observed(number, moment, Read::Got(shown))
    }

    #[test]
    fn another_key_is_another_request() {
        let judged = |records: &[Arc<Record>]| code(asked_once(View::new(records), ApiCall::Refund));
        assert_eq!(judged(&[refund(1, 202)]), "passed");
        assert_eq!(judged(&[refund(1, 202), refund(2, 202)]), "asked-twice");
        assert_eq!(judged(&[refund(1, 409)]), "inconclusive");
        assert_eq!(judged(&[ended(1, "refund", "failed")]), "inconclusive");
        let mut again = (*refund(1, 202)).clone();
        again.number = 2;
        assert_eq!(
            judged(&[refund(1, 503), Arc::new(again)]),
            "passed",
            "the same key"
        );
    }

    #[test]
    fn accepted_is_not_done() {
        let judged = |before: Arc<Record>| {
            code(not_final_before(
                View::new(&[refund(1, 202), before]),
                &target(),
                ApiCall::Refund,
            ))
        };
        assert_eq!(judged(reading(2, Moment::Before, 1, "paid")), "passed");
        assert_eq!(judged(shows(2, Moment::Before, "paid", "0.00")), "passed");
        assert_eq!(
            judged(shows(2, Moment::Before, "paid", "12.30")),
            "final-too-early"
        );
        assert_eq!(
            judged(reading(2, Moment::Before, 1, "refunded")),
            "final-too-early"
        );
        assert_eq!(judged(observed(2, Moment::Before, Read::NoChannel)), "passed");
        assert_eq!(
            code(not_final_before(View::new(&[]), &target(), ApiCall::Refund)),
            "inconclusive"
        );
    }

    #[test]
    fn the_webhook_ends_it() {
        let judged = |after: Arc<Record>| {
            let mut records = stimulus(Some(200), 1);
            records.extend([refund(1, 202), after]);
            code(final_after(View::new(&records), &target(), ApiCall::Refund))
        };
        assert_eq!(judged(shows(2, Moment::After, "refunded", "12.30")), "passed");
        assert_eq!(
            judged(shows(2, Moment::After, "refunded", "24.60")),
            "wrong-amount"
        );
        assert_eq!(judged(shows(2, Moment::After, "paid", "0.00")), "wrong-state");
        assert_eq!(judged(observed(2, Moment::After, Read::NoChannel)), "passed");
        assert_eq!(
            code(final_after(View::new(&[]), &target(), ApiCall::Refund)),
            "inconclusive"
        );
    }
}
