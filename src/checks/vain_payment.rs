//! A payment that was made in vain: money is there, the policy is not, and somebody must know.

use std::collections::BTreeSet;

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::{asked, unobservable},
    effect::Target,
    flow::{PAID, is_status, value},
    outcome::{Grade, Outcome},
    state::whole,
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        observation::{Channel, EffectKind, Moment, OperationEnd, Read, Reading},
    },
    wire::{fault::ApiCall, moment::Micros},
};

/// Paid, not issued: the partner knows it and has begun to deal with it, does not show the policy as
/// active, and takes no second payment.
pub fn paid_not_issued(view: View<'_>, order: &Target, policy: &Target) -> Outcome {
    let operation = view.operation();
    let seen = asked(view, Micros(0));
    let payments: Vec<_> = seen
        .iter()
        .filter(|(_, request)| {
            request.call == ApiCall::Payment
                && is_success(request.status)
                && value(request.answer.as_ref(), "status").as_deref() == Some("successful")
        })
        .collect();
    let Some((payment_number, payment)) = payments.first() else {
        return inconclusive(unreached(operation));
    };
    let transactions: BTreeSet<String> = payments
        .iter()
        .filter_map(|(_, request)| value(request.answer.as_ref(), "transaction_id"))
        .collect();
    if transactions.len() > 1 {
        return finding(
            "paid-again",
            operation,
            "one payment",
            format!("{} payments: {}", transactions.len(), list(&transactions)),
            payments.iter().map(|(number, _)| *number),
        );
    }
    let refused = seen
        .iter()
        .rfind(|(_, request)| is_status(request) && request.status.is_some_and(|status| status >= 400));
    let Some((refused_number, refused)) = refused else {
        return inconclusive(format!(
            "the partner asked nothing about the policy after {}, so it could not learn that there is none",
            describe(payment)
        ));
    };
    let records = [*payment_number, *refused_number];
    if let Some((number, reading)) = got(view, policy)
        && reading
            .state
            .as_deref()
            .is_some_and(|state| PAID.contains(&state) || state == "in_force")
    {
        return finding(
            "silently-active",
            operation,
            format!("policy {} is not active: {}", policy.reference, describe(refused)),
            whole(reading),
            records.into_iter().chain([number]),
        );
    }
    match dealt_with(view, order, &seen) {
        Dealt::With(grade) => Outcome::Passed { grade: Some(grade) },
        Dealt::Unknown => inconclusive(
            "no channel shows whether somebody was told: declare [effects.order] with flag, or [alerts], so that a \
             payment without a policy can be seen to be dealt with",
        ),
        Dealt::Not(observed) => finding(
            "not-dealt-with",
            operation,
            format!(
                "order {} is paid and not issued, and a refund is asked for or somebody is told (a flag, an alarm that \
                 names it), after {} and {}",
                order.reference,
                describe(payment),
                describe(refused)
            ),
            format!("{observed}; {}", ended(view)),
            records,
        ),
    }
}

fn list(transactions: &BTreeSet<String>) -> String {
    transactions.iter().cloned().collect::<Vec<_>>().join(", ")
}

fn ended(view: View<'_>) -> String {
    match view.operation().map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) => format!("the operation ended as {outcome}"),
        _ => "the operation's end is not known".to_owned(),
    }
}

fn got<'a>(view: View<'a>, target: &Target) -> Option<(u64, &'a Reading)> {
    let (number, observed) = view.observed(target.kind, &target.reference, Moment::After)?;
    match &observed.read {
        Read::Got(reading) => Some((number, reading)),
        Read::Unreadable(_) | Read::NoChannel => None,
    }
}

/// What was done about it.
enum Dealt {
    With(Grade),
    Not(String),
    Unknown,
}

fn dealt_with(view: View<'_>, order: &Target, seen: &[(u64, &SeenRequest)]) -> Dealt {
    if seen.iter().any(|(_, request)| request.call == ApiCall::Refund) {
        return Dealt::With(Grade::B);
    }
    let alarm = alarm_names(view, &order.reference);
    let reading = got(view, order);
    if let Some((_, reading)) = reading
        && (reading.flag.is_some() || reading.state.as_deref() == Some("refunded"))
    {
        return Dealt::With(Grade::A);
    }
    match (reading, alarm) {
        (_, Some(true)) => Dealt::With(Grade::B),
        (Some((_, reading)), _) => Dealt::Not(format!(
            "{}; no flag (if there is one, name its place with flag in [effects.{}]), no refund request, no alarm",
            whole(reading),
            EffectKind::Order.name()
        )),
        (None, Some(false)) if unobservable(view, order) => {
            Dealt::Not("no refund request, and no alarm that names it".to_owned())
        }
        (None, _) => Dealt::Unknown,
    }
}

/// Whether an alarm was raised about a reference; none where there is no channel. An alarm that is only
/// counted is taken for one about it: nothing tells it from others.
fn alarm_names(view: View<'_>, reference: &str) -> Option<bool> {
    let (_, after) = view.alerted(Moment::After)?;
    if after.channel == Channel::Log {
        return Some(after.lines.iter().any(|line| line.contains(reference)));
    }
    let before = view.alerted(Moment::Before)?.1;
    Some(after.count? > before.count?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::{
            flow::samples::{call, ended},
            samples::{code, observed, reading, record},
        },
        transcript::{
            observation::Observed,
            record::{Event, Record},
        },
    };

    fn target(kind: EffectKind, reference: &str) -> Target {
        Target {
            kind,
            reference: reference.to_owned(),
        }
    }

    fn payment(number: u64, transaction: &str) -> Arc<Record> {
        let answer = format!("{{\"transaction_id\":\"{transaction}\",\"status\":\"successful\"}}");
        call(number, number, "POST /v1/payments", "{}", 201, &answer)
    }

    fn refused() -> Arc<Record> {
        call(5, 5, "GET /v1/policies/P", "", 503, "{}")
    }

    fn judged(records: &[Arc<Record>]) -> String {
        let mut records = records.to_vec();
        records.push(ended(20, "buy", "failed"));
        let order = target(EffectKind::Order, "ORD-1");
        let policy = target(EffectKind::Policy, "P");
        code(paid_not_issued(View::new(&records), &order, &policy))
    }

    fn flagged() -> Arc<Record> {
        observed(
            9,
            Moment::After,
            Read::Got(Reading {
                count: 1,
                flag: Some("paid, policy not confirmed".to_owned()),
                ..Reading::default()
            }),
        )
    }

    #[test]
    fn somebody_must_know() {
        let forgotten = reading(9, Moment::After, 0, "failed");
        assert_eq!(judged(&[payment(1, "T"), refused(), flagged()]), "passed");
        assert_eq!(
            judged(&[payment(1, "T"), refused(), forgotten.clone()]),
            "not-dealt-with"
        );
        let refund = call(6, 6, "POST /v1/payments/T/refunds", "{}", 202, "{}");
        assert_eq!(judged(&[payment(1, "T"), refused(), refund, forgotten]), "passed");
        let blind = observed(9, Moment::After, Read::NoChannel);
        assert_eq!(judged(&[payment(1, "T"), refused(), blind]), "inconclusive");
    }

    #[test]
    fn nothing_is_paid_twice_or_active_in_silence() {
        assert_eq!(
            judged(&[payment(1, "T"), payment(2, "U"), refused(), flagged()]),
            "paid-again"
        );
        let active = record(
            10,
            Event::Observed(Observed {
                kind: EffectKind::Policy,
                reference: "P".to_owned(),
                moment: Moment::After,
                channel: Some(Channel::Http),
                read: Read::Got(Reading {
                    count: 1,
                    state: Some("issued".to_owned()),
                    ..Reading::default()
                }),
                at: Micros(0),
            }),
        );
        assert_eq!(
            judged(&[payment(1, "T"), refused(), flagged(), active]),
            "silently-active"
        );
    }

    #[test]
    fn without_payment_or_refusal_there_is_nothing_to_judge() {
        assert_eq!(judged(&[]), "inconclusive");
        assert_eq!(judged(&[payment(1, "T"), flagged()]), "inconclusive");
    }
}
