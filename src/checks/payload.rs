//! What may become of an event whose payload is out of the ordinary.

use super::{
    acknowledgement::{calm, is_success},
    effect::{Allowed, Field, Target, no_effect, recorded, took_effect},
    outcome::Outcome,
    view::{View, Which},
    words::{answer, failed, nothing_to_judge},
};
use crate::transcript::exchange::Ending;

/// Code of an effect that must not have happened.
const EFFECT: &str = "effect-followed";

const REFUSED: Allowed = Allowed {
    state_may_change: false,
    status_suffices: true,
};

/// Taken or refused, and wholly so: a 2xx answer comes with one effect and the value as it was sent, a
/// 4xx answer with no effect. Nothing else will do.
pub fn taken_right_or_refused(
    view: View<'_>,
    target: &Target,
    (field, value): (Field, &str),
    within_millis: u64,
) -> Outcome {
    let orderly = calm(view, Which::STIMULUS, within_millis);
    if !passed(&orderly) {
        return orderly;
    }
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last() else {
        return nothing_to_judge("the delivery");
    };
    match sent.delivery.status() {
        status if is_success(status) => {
            let once = took_effect(view, target, 1, field == Field::Name);
            if !passed(&once) {
                return once;
            }
            let kept = recorded(view, target, field, value);
            if passed(&kept) { once } else { kept }
        }
        Some(400..500) => no_effect(view, target, REFUSED, EFFECT),
        _ => failed(
            "not-acknowledged",
            *sent,
            "a 2xx answer with the effect, or a refusal with 4xx",
            answer(sent.delivery),
        ),
    }
}

/// Nothing happened, or the one right effect: once, with this amount, in this transaction. Never a
/// server error.
pub fn harmless_or_right(
    view: View<'_>,
    target: &Target,
    (amount, transaction): (&str, &str),
    within_millis: u64,
) -> Outcome {
    let orderly = calm(view, Which::STIMULUS, within_millis);
    if !passed(&orderly) {
        return orderly;
    }
    let nothing = no_effect(view, target, REFUSED, EFFECT);
    if !matches!(nothing, Outcome::Failed(_)) {
        return nothing;
    }
    let once = took_effect(view, target, 1, false);
    if !passed(&once) {
        return once;
    }
    let right = [
        recorded(view, target, Field::Amount, amount),
        recorded(view, target, Field::Transaction, transaction),
    ];
    right
        .into_iter()
        .find(|outcome| matches!(outcome, Outcome::Failed(_)))
        .unwrap_or(once)
}

/// A large body is answered in time: taken (2xx) or refused for its size (400, 413).
pub fn size_answered(view: View<'_>, within_millis: u64) -> Outcome {
    let orderly = calm(view, Which::STIMULUS, within_millis);
    if !passed(&orderly) {
        return orderly;
    }
    for sent in view.deliveries(Which::STIMULUS) {
        if let Ending::Answered(reply) = &sent.delivery.ending
            && !matches!(reply.status, 200..300 | 400 | 413)
        {
            let expected = "2xx, 400 or 413";
            return failed("wrong-status", sent, expected, answer(sent.delivery));
        }
    }
    Outcome::Passed { grade: None }
}

fn passed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Passed { .. })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{code, observed, reading, stimulus},
        transcript::{
            observation::{EffectKind, Moment, Read, Reading},
            record::Record,
        },
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn records(status: u16, count: u64, amount: &str) -> Vec<Arc<Record>> {
        let mut records = stimulus(Some(status), 10);
        records.push(reading(1, Moment::Before, 0, "pending"));
        let after = Reading {
            count,
            state: Some(if count == 0 { "pending" } else { "paid" }.to_owned()),
            amount: Some(amount.to_owned()),
            transaction: Some("txn_1".to_owned()),
            ..Reading::default()
        };
        records.push(observed(2, Moment::After, Read::Got(after)));
        records
    }

    #[test]
    fn an_answer_and_its_effect_belong_together() {
        let table = [
            (200, 1, "100.10", "passed"),
            (200, 1, "100.00", "wrong-amount"),
            (200, 2, "100.10", "duplicate-effect"),
            (200, 0, "100.10", "no-effect"),
            (400, 0, "100.10", "passed"),
            (422, 1, "100.10", "effect-followed"),
            (302, 0, "100.10", "not-acknowledged"),
            (500, 0, "100.10", "server-error"),
        ];
        for (status, count, amount, expected) in table {
            let records = records(status, count, amount);
            let outcome =
                taken_right_or_refused(View::new(&records), &target(), (Field::Amount, "100.10"), 5000);
            assert_eq!(code(&outcome), expected, "{status} {count} {amount}");
        }
    }

    #[test]
    fn no_effect_is_as_good_as_the_right_one() {
        let table = [
            (400, 0, "100.10", "passed"),
            (200, 0, "100.10", "passed"),
            (200, 1, "100.10", "passed"),
            (200, 1, "1.10", "wrong-amount"),
            (200, 2, "100.10", "duplicate-effect"),
            (500, 0, "100.10", "server-error"),
        ];
        for (status, count, amount, expected) in table {
            let records = records(status, count, amount);
            let outcome = harmless_or_right(View::new(&records), &target(), ("100.10", "txn_1"), 5000);
            assert_eq!(code(&outcome), expected, "{status} {count} {amount}");
        }
        let nothing = harmless_or_right(View::new(&[]), &target(), ("1", "t"), 5000);
        assert_eq!(code(&nothing), "inconclusive");
    }

    #[test]
    fn a_large_body_is_taken_or_refused_for_its_size() {
        let table = [
            (Some(200), 10, "passed"),
            (Some(413), 10, "passed"),
            (Some(400), 10, "passed"),
            (Some(401), 10, "wrong-status"),
            (Some(503), 10, "server-error"),
            (Some(413), 6000, "no-answer"),
            (None, 9000, "no-answer"),
        ];
        for (status, latency, expected) in table {
            let records = stimulus(status, latency);
            assert_eq!(
                code(size_answered(View::new(&records), 5000)),
                expected,
                "{status:?}"
            );
        }
    }
}
