//! A payment counts when an answer or a webhook says so, and not before.

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::{asked, member, unobservable},
    effect::{Allowed, Target, failed, no_effect, took_effect},
    flow::{PAID, is_status, paid_once},
    outcome::{Grade, Outcome},
    state::whole,
    view::{View, Which},
    words::{inconclusive, nothing_to_judge},
};
use crate::{
    transcript::observation::{Moment, OperationEnd, Read},
    wire::{fault::ApiCall, moment::Micros},
};

/// Whether the sandbox was asked for a payment of this order.
fn payment_of(view: View<'_>, target: &Target) -> Option<u64> {
    asked(view, Micros(0)).into_iter().find_map(|(number, request)| {
        let own = member(Some(&request.body), "order_id").as_deref() == Some(&target.reference);
        (request.call == ApiCall::Payment && is_success(request.status) && own).then_some(number)
    })
}

/// The order is not paid. Without a channel, an operation that does not claim success is evidence
/// enough (grade B).
pub fn not_paid(view: View<'_>, target: &Target, code: &str) -> Outcome {
    if payment_of(view, target).is_none() {
        return inconclusive(unreached(view.operation()));
    }
    let allowed = Allowed {
        state_may_change: true,
        status_suffices: false,
    };
    let outcome = no_effect(view, target, allowed, code);
    if unobservable(view, target) {
        return match view.operation().map(|(_, operation)| &operation.end) {
            Some(OperationEnd::Finished { outcome, .. }) if outcome != "success" => Outcome::Passed {
                grade: Some(Grade::B),
            },
            _ => outcome,
        };
    }
    let Some((number, observed)) = view.observed(target.kind, &target.reference, Moment::After) else {
        return outcome;
    };
    match (&outcome, &observed.read) {
        (Outcome::Passed { .. }, Read::Got(reading))
            if reading
                .state
                .as_deref()
                .is_some_and(|state| PAID.contains(&state)) =>
        {
            failed(
                view,
                number,
                code,
                format!("order {} is not paid", target.reference),
                whole(reading),
            )
        }
        _ => outcome,
    }
}

/// The order was not paid right before the webhook, and is paid once after it.
pub fn paid_by_webhook(view: View<'_>, target: &Target) -> Outcome {
    let Some(webhook) = view.deliveries(Which::STIMULUS).first().copied() else {
        return nothing_to_judge("the webhook");
    };
    if unobservable(view, target) {
        return if is_success(webhook.delivery.status()) {
            Outcome::Passed {
                grade: Some(Grade::B),
            }
        } else {
            took_effect(view, target, 1, false)
        };
    }
    let before = view.observed(target.kind, &target.reference, Moment::Before);
    let Some((number, before)) = before else {
        return nothing_to_judge("the order before the webhook");
    };
    if let Read::Got(reading) = &before.read {
        let paid = reading
            .state
            .as_deref()
            .is_some_and(|state| PAID.contains(&state));
        if paid || reading.count > 0 {
            return failed(
                view,
                number,
                "paid-while-pending",
                format!(
                    "order {} is not paid while its payment is pending, before the webhook",
                    target.reference
                ),
                whole(reading),
            );
        }
    }
    paid_once(view, target)
}

/// While a payment is pending the sandbox is asked no more often than once in `floor` on average, after
/// the first `grace`, until `until`. All in milliseconds from the payment's answer.
pub fn polled_calmly(view: View<'_>, grace: u64, floor: u64, until: u64) -> Outcome {
    let operation = view.operation();
    let seen = asked(view, Micros(0));
    let Some((payment_number, payment)) = seen
        .iter()
        .find(|(_, request)| request.call == ApiCall::Payment && is_success(request.status))
    else {
        return inconclusive(unreached(operation));
    };
    let polls: Vec<_> = seen
        .iter()
        .filter(|(_, request)| {
            let after = request.started.millis_since(payment.answered);
            (is_status(request) || request.call == ApiCall::Transactions)
                && request.started > payment.answered
                && after > grace
                && after <= until
        })
        .collect();
    let window = until.saturating_sub(grace);
    // A poll may stand at both ends of the window.
    let most = window / floor.max(1) + 1;
    let count = u64::try_from(polls.len()).unwrap_or(u64::MAX);
    if count <= most {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    let records = polls.iter().map(|(number, _)| *number).chain([*payment_number]);
    finding(
        "polled-too-often",
        operation,
        format!(
            "at most {most} status requests from {:.1} s to {:.1} s after {}",
            seconds(grace),
            seconds(until),
            describe(payment)
        ),
        format!("{count} of them"),
        records.take(50),
    )
}

#[expect(clippy::cast_precision_loss, reason = "only shown, with one digit")]
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

/// After a declined payment the customer can buy again: a payment of another order, which is paid once.
pub fn tried_again(view: View<'_>, first: &Target, second: &Target) -> Outcome {
    let operation = view.operation();
    let payments: Vec<(u64, String)> = asked(view, Micros(0))
        .into_iter()
        .filter(|(_, request)| request.call == ApiCall::Payment && is_success(request.status))
        .filter_map(|(number, request)| Some((number, member(Some(&request.body), "order_id")?)))
        .collect();
    let numbers = || payments.iter().map(|(number, _)| *number);
    if payments.is_empty() {
        return inconclusive(unreached(operation));
    }
    let again = |expected: &str, observed: String, code: &str| {
        finding(code, operation, expected, observed, numbers())
    };
    if payments.len() < 2 {
        let observed = format!("no second payment request; {}", unreached(operation));
        return again(
            "the customer can try again after a declined payment",
            observed,
            "cannot-try-again",
        );
    }
    if first.reference == second.reference {
        let observed = format!("both under {}", first.reference);
        return again(
            "the second try has a reference of its own",
            observed,
            "reference-reused",
        );
    }
    paid_once(view, second)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::{
            flow::samples::{call, ended},
            samples::{self, code, observed, reading},
        },
        transcript::{
            exchange::{Form, Role},
            observation::EffectKind,
            record::{Event, Record},
        },
        wire::tampering::Writing,
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn payment(number: u64, order: &str) -> Arc<Record> {
        let body = format!("{{\"order_id\":\"{order}\"}}");
        call(
            number,
            number,
            "POST /v1/payments",
            &body,
            201,
            r#"{"status":"pending"}"#,
        )
    }

    #[test]
    fn pending_is_not_paid() {
        let judged = |after: Arc<Record>, outcome: &str| {
            let records = [payment(1, "ORD-1"), ended(2, "buy", outcome), after];
            code(not_paid(View::new(&records), &target(), "paid-while-pending"))
        };
        assert_eq!(
            judged(reading(3, Moment::After, 0, "pending"), "pending"),
            "passed"
        );
        assert_eq!(
            judged(reading(3, Moment::After, 1, "pending"), "pending"),
            "paid-while-pending"
        );
        assert_eq!(
            judged(reading(3, Moment::After, 0, "paid"), "pending"),
            "paid-while-pending"
        );
        let blind = || observed(3, Moment::After, Read::NoChannel);
        assert_eq!(judged(blind(), "pending"), "passed");
        assert_eq!(judged(blind(), "success"), "inconclusive");
        let never = [reading(3, Moment::After, 0, "pending")];
        assert_eq!(code(not_paid(View::new(&never), &target(), "x")), "inconclusive");
    }

    #[test]
    fn the_webhook_pays_and_nothing_before_it() {
        let sent = samples::delivery(Role::Stimulus, 0, Form::Right(Writing::Plain), Some(200), 1);
        let judged = |before: (u64, &str), after: (u64, &str)| {
            let records = [
                payment(1, "ORD-1"),
                reading(2, Moment::Before, before.0, before.1),
                samples::record(3, Event::Delivered(Box::new(sent.clone()))),
                reading(4, Moment::After, after.0, after.1),
            ];
            code(paid_by_webhook(View::new(&records), &target()))
        };
        assert_eq!(judged((0, "pending"), (1, "paid")), "passed");
        assert_eq!(judged((1, "paid"), (1, "paid")), "paid-while-pending");
        assert_eq!(judged((0, "pending"), (0, "pending")), "no-effect");
        assert_eq!(judged((0, "pending"), (2, "paid")), "duplicate-effect");
        assert_eq!(code(paid_by_webhook(View::new(&[]), &target())), "inconclusive");
    }

    #[test]
    fn polls_are_counted_after_the_grace_only() {
        let judged = |polls: std::ops::Range<u64>| {
            let mut records = vec![payment(1, "ORD-1")];
            records.extend(polls.map(|second| {
                call(
                    second + 10,
                    second,
                    "GET /v1/payments/T",
                    "",
                    200,
                    r#"{"status":"pending"}"#,
                )
            }));
            code(polled_calmly(View::new(&records), 6_000, 5_000, 26_000))
        };
        assert_eq!(judged(2..7), "passed", "within the grace");
        assert_eq!(judged(9..14), "passed", "five in twenty seconds");
        assert_eq!(judged(9..19), "polled-too-often");
        assert_eq!(judged(30..60), "passed", "after the window");
        assert_eq!(code(polled_calmly(View::new(&[]), 1, 1, 2)), "inconclusive");
    }

    #[test]
    fn a_second_try_is_another_order() {
        let second = Target {
            reference: "ORD-2".to_owned(),
            ..target()
        };
        let judged = |orders: &[&str], second: &Target| {
            let mut records: Vec<_> = (1..).zip(orders).map(|(n, order)| payment(n, order)).collect();
            records.push(reading(9, Moment::After, 1, "paid"));
            code(tried_again(View::new(&records), &target(), second))
        };
        assert_eq!(judged(&["ORD-1"], &second), "cannot-try-again");
        assert_eq!(judged(&["ORD-1", "ORD-1"], &target()), "reference-reused");
        assert_eq!(judged(&[], &second), "inconclusive");
        // The effect of the second order is not among these records.
        assert_eq!(judged(&["ORD-1", "ORD-2"], &second), "inconclusive");
    }
}
