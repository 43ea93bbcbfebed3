//! Confirmation on two paths: the API's answers and the webhooks, seen side by side.

use super::{
    acknowledgement::{acknowledged, is_success},
    api::{finding, unreached},
    effect::{Target, took_effect},
    outcome::{Finding, Grade, Outcome},
    view::{Sent, View, Which},
    words::{answer, failed, inconclusive, nothing_to_judge},
};
use crate::{
    transcript::{
        exchange::{Role, SeenRequest},
        observation::{Moment, OperationEnd, Read},
    },
    wire::{
        fault::{ApiCall, Fault},
        moment::Micros,
    },
};

/// Statuses with which an event may be put off that came before its order was stored.
const PUT_OFF: [u16; 4] = [404, 409, 425, 503];

/// Most requests that a finding tells of.
const TOLD: usize = 12;

/// Requests from a moment on, apart from those for tokens.
pub(super) fn asked(view: View<'_>, since: Micros) -> Vec<(u64, &SeenRequest)> {
    let mut seen = view.seen();
    seen.retain(|(_, request)| request.call != ApiCall::Token && request.started >= since);
    seen
}

/// Both paths in one text: each webhook with its answer, each request with what the sandbox said.
fn paths(view: View<'_>) -> String {
    let mut lines: Vec<(Micros, String)> = Vec::new();
    for sent in view.deliveries(Which::STIMULUS) {
        let delivery = sent.delivery;
        lines.push((
            delivery.started,
            format!(
                "webhook {} at {:.3} s: {}",
                delivery.intent.subject,
                delivery.started.seconds(),
                answer(delivery)
            ),
        ));
    }
    let requests = asked(view, Micros(0));
    let left_out = requests.len().saturating_sub(TOLD);
    for (_, request) in requests.into_iter().skip(left_out) {
        let status = request.status.map_or_else(
            || "not answered".to_owned(),
            |status| format!("answered {status}"),
        );
        lines.push((
            request.started,
            format!(
                "API {} {} at {:.3} s: {status} at {:.3} s",
                request.method,
                request.target,
                request.started.seconds(),
                request.answered.seconds()
            ),
        ));
    }
    lines.sort_by_key(|(at, _)| *at);
    let mut told: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    if told.is_empty() {
        return "no webhook and no request to the sandbox".to_owned();
    }
    if left_out > 0 {
        told.insert(0, format!("{left_out} earlier requests"));
    }
    told.join("; ")
}

fn with_paths(view: View<'_>, mut finding: Finding) -> Outcome {
    finding.observed = format!("{}. Both paths: {}", finding.observed, paths(view));
    let requests = asked(view, Micros(0)).into_iter().map(|(number, _)| number);
    finding.records.extend(requests);
    finding.records.sort_unstable();
    finding.records.dedup();
    Outcome::Failed(finding)
}

/// The good delivery before the stimulus made the partner ask the sandbox something. Where it did not,
/// the case does not apply: nothing could wait for the API.
pub fn caused_requests(view: View<'_>) -> Outcome {
    let control = view.deliveries(Which {
        role: Role::ControlBefore,
        index: None,
    });
    let Some(control) = control.last() else {
        return nothing_to_judge("the good delivery before the stimulus");
    };
    if asked(view, control.delivery.started).is_empty() {
        return Outcome::NotApplicable {
            reason: format!(
                "a good {} made the partner ask the sandbox nothing, so its acknowledgement cannot wait for the API",
                control.delivery.intent.subject
            ),
        };
    }
    Outcome::Passed { grade: None }
}

/// The delivery is acknowledged within a time, although the sandbox holds its answers.
pub fn acknowledged_meanwhile(view: View<'_>, within_millis: u64) -> Outcome {
    match acknowledged(view, Which::STIMULUS, within_millis) {
        Outcome::Failed(finding) => with_paths(view, finding),
        other => other,
    }
}

/// The effect happened exactly once, whichever path told of it. Where no channel shows effects, a
/// request that the sandbox answered with success is evidence enough (grade B).
pub fn once_by_any_path(view: View<'_>, target: &Target) -> Outcome {
    match took_effect(view, target, 1, false) {
        Outcome::Failed(finding) => with_paths(view, finding),
        Outcome::Inconclusive { .. } if unobservable(view, target) && was_answered(view) => Outcome::Passed {
            grade: Some(Grade::B),
        },
        other => other,
    }
}

pub(super) fn unobservable(view: View<'_>, target: &Target) -> bool {
    view.observed(target.kind, &target.reference, Moment::After)
        .is_some_and(|(_, observed)| observed.read == Read::NoChannel)
}

/// Whether the sandbox answered a request with success that came after the first webhook.
fn was_answered(view: View<'_>) -> bool {
    let first = view
        .deliveries(Which::STIMULUS)
        .first()
        .map(|sent| sent.delivery.started);
    first.is_some_and(|first| {
        asked(view, Micros(0))
            .iter()
            .any(|(_, request)| request.answered >= first && is_success(request.status))
    })
}

pub(super) fn text_of(bytes: Option<&crate::wire::body::Body>) -> String {
    bytes.map_or_else(String::new, |body| {
        String::from_utf8_lossy(&body.bytes()).into_owned()
    })
}

pub(super) fn member(body: Option<&crate::wire::body::Body>, name: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(&text_of(body)).ok()?;
    Some(value.get(name)?.as_str()?.to_owned())
}

/// The platform was made to issue at most one policy for the order: retries under one idempotency key
/// get the policy that is there already.
pub fn issued_at_most_once(view: View<'_>, order: &str) -> Outcome {
    let mut issued: Vec<(u64, &SeenRequest, String)> = Vec::new();
    for (number, request) in asked(view, Micros(0)) {
        if request.call != ApiCall::Policy
            || member(Some(&request.body), "order_id").as_deref() != Some(order)
        {
            continue;
        }
        let policy = member(request.answer.as_ref(), "policy_id").filter(|_| is_success(request.status));
        if let Some(policy) = policy
            && !issued.iter().any(|(_, _, known)| *known == policy)
        {
            issued.push((number, request, policy));
        }
    }
    match issued.as_slice() {
        // The platform's own books say so; there is no weaker or better evidence.
        [] | [_] => Outcome::Passed { grade: None },
        several => {
            let policies: Vec<&str> = several.iter().map(|(_, _, policy)| policy.as_str()).collect();
            let outcome = finding(
                "issued-twice",
                view.operation(),
                format!("at most 1 policy issued for order {order}"),
                format!("{} policies: {}", policies.len(), policies.join(", ")),
                several.iter().map(|(number, _, _)| *number),
            );
            match outcome {
                Outcome::Failed(finding) => with_paths(view, finding),
                other => other,
            }
        }
    }
}

/// The first webhook went out before (or after) the sandbox answered the payment call, as described.
pub fn came_in_order(view: View<'_>, webhook_first: bool) -> Outcome {
    let webhooks = view.deliveries(Which::STIMULUS);
    let payment = view
        .seen()
        .into_iter()
        .find(|(_, request)| request.call == ApiCall::Payment);
    let (Some(webhook), Some((_, payment))) = (webhooks.first(), payment) else {
        return nothing_to_judge("the payment call with its webhook");
    };
    let (left, answered) = (webhook.delivery.written, payment.answered);
    if (left < answered) == webhook_first {
        return Outcome::Passed { grade: None };
    }
    inconclusive(format!(
        "the webhook left at {:.3} s and the API answered at {:.3} s, so they did not come in the order described",
        left.seconds(),
        answered.seconds()
    ))
}

/// An event that overtook the API's answer is acknowledged, or put off and acknowledged when it is sent
/// again.
pub fn early_event_kept(view: View<'_>) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(last) = deliveries.last().copied() else {
        return nothing_to_judge("the delivery");
    };
    let expected = "2xx, at once or (after 404, 409, 425 or 503) when the event is sent again";
    let wrong = |code: &str, sent: Sent<'_>| match failed(code, sent, expected, answer(sent.delivery)) {
        Outcome::Failed(finding) => with_paths(view, finding),
        other => other,
    };
    for sent in &deliveries {
        match sent.delivery.status() {
            Some(status) if is_success(Some(status)) || PUT_OFF.contains(&status) => {}
            Some(status) if status >= 500 => return wrong("server-error", *sent),
            Some(_) => return wrong("not-acknowledged", *sent),
            None => return wrong("no-answer", *sent),
        }
    }
    if is_success(last.delivery.status()) {
        Outcome::Passed { grade: None }
    } else {
        wrong("not-acknowledged", last)
    }
}

/// The sandbox refused something that the partner asked after the first delivery: its processing failed
/// at least once.
pub fn processing_failed(view: View<'_>) -> Outcome {
    let Some(first) = view.deliveries(Which::STIMULUS).first().copied() else {
        return nothing_to_judge("the delivery");
    };
    let refused = asked(view, first.delivery.started)
        .iter()
        .any(|(_, request)| matches!(request.fault, Some(Fault::Refuse { .. })));
    if refused {
        Outcome::Passed { grade: None }
    } else {
        inconclusive(
            "the delivery made the partner ask the sandbox nothing, so its processing could not be made to fail: let \
             its test system call {api_base_url} or the sandbox's address when it handles a payment",
        )
    }
}

/// After a failed first attempt there is one effect: by itself if the event had been acknowledged, by a
/// redelivery if it had not.
pub fn recovered(view: View<'_>, target: &Target) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let (Some(first), Some(last)) = (deliveries.first(), deliveries.last()) else {
        return nothing_to_judge("the delivery");
    };
    let outcome = once_by_any_path(view, target);
    let Outcome::Failed(mut finding) = outcome else {
        if is_success(last.delivery.status()) {
            return outcome;
        }
        let expected = "2xx for a redelivery, once the sandbox answers again";
        return match failed("not-acknowledged", *last, expected, answer(last.delivery)) {
            Outcome::Failed(finding) => with_paths(view, finding),
            other => other,
        };
    };
    let how = if is_success(first.delivery.status()) {
        "by itself, because the event was acknowledged although its processing had failed"
    } else {
        "by a redelivery, because the first attempt was not acknowledged"
    };
    finding.expected = format!("{}, {how}", finding.expected);
    Outcome::Failed(finding)
}

/// A payment of which no webhook told is found by asking: the partner asked for it, or for a list with it,
/// and has booked it once.
pub fn reconciled(view: View<'_>, target: &Target, transaction: &str) -> Outcome {
    let operation = view
        .operation()
        .filter(|(_, operation)| operation.name == "reconcile");
    let requests = asked(view, Micros(0));
    let about = requests.iter().find(|(_, request)| {
        request.target.contains(transaction)
            || request.target.contains(&target.reference)
            || text_of(request.answer.as_ref()).contains(transaction)
    });
    let outcome = took_effect(view, target, 1, false);
    if unobservable(view, target) {
        return match about {
            Some((_, request)) if is_success(request.status) => Outcome::Passed {
                grade: Some(Grade::B),
            },
            _ => outcome,
        };
    }
    match outcome {
        Outcome::Passed { .. } if about.is_none() => inconclusive(
            "the order counts as paid, but the sandbox saw no request about its payment: let the reconciliation ask \
             {api_base_url} or the sandbox's address",
        ),
        Outcome::Failed(mut finding) => {
            if let Some((_, operation)) = operation
                && matches!(operation.end, OperationEnd::Unusable(_))
            {
                return inconclusive(unreached(Some((0, operation))));
            }
            finding.stimulus = format!(
                "transaction {transaction} paid for order {}, no webhook about it, then {}",
                target.reference,
                operation.map_or("a wait for the partner's own reconciliation", |_| {
                    "the operation reconcile"
                })
            );
            finding.expected = format!(
                "a request for the transaction or for a list that holds it, and {}",
                finding.expected
            );
            let asked = match about {
                Some((_, request)) => format!("it was asked for ({} {})", request.method, request.target),
                None => format!("none of {} requests was about it", requests.len()),
            };
            finding.observed = format!("{}; {asked}", finding.observed);
            with_paths(view, finding)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples,
        transcript::{
            exchange::{Credential, Form},
            observation::EffectKind,
            record::{Event, Record},
        },
        wire::{body::Body, fault::ErrorStatus, header::Headers, tampering::Writing},
    };

    /// A request at a second, answered a tenth later.
    fn seen(number: u64, call: ApiCall, second: u64, answer: &str) -> Arc<Record> {
        let request = SeenRequest {
            connection: number,
            call,
            method: "POST".to_owned(),
            target: format!("/v1/{call:?}"),
            headers: Headers::new(),
            body: Body::Text(r#"{"order_id":"ORD-1"}"#.to_owned()),
            credential: Credential::Token,
            stray: None,
            exposed: None,
            violations: Vec::new(),
            started: Micros(second * 1_000_000),
            received: Micros(second * 1_000_000),
            answered: Micros(second * 1_000_000 + 100_000),
            fault: None,
            status: Some(201),
            answer: Some(Body::Text(answer.to_owned())),
        };
        samples::record(number, Event::Seen(Box::new(request)))
    }

    fn refused(number: u64, second: u64) -> Arc<Record> {
        let record = seen(number, ApiCall::PaymentStatus, second, "");
        let Event::Seen(request) = &record.event else {
            panic!()
        };
        let mut request = request.as_ref().clone();
        request.status = Some(500);
        request.fault = Some(Fault::Refuse {
            status: ErrorStatus::try_from(500).unwrap(),
            headers: Headers::new(),
            body: None,
        });
        samples::record(number, Event::Seen(Box::new(request)))
    }

    fn sent(number: u64, role: Role, second: u64, status: u16) -> Arc<Record> {
        let index = u32::try_from(number).unwrap();
        let mut delivery = samples::delivery(role, index, Form::Right(Writing::Plain), Some(status), 5);
        for moment in [
            &mut delivery.started,
            &mut delivery.written,
            &mut delivery.head,
            &mut delivery.ended,
        ] {
            moment.0 += second * 1_000_000;
        }
        samples::record(number, Event::Delivered(Box::new(delivery)))
    }

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn word(outcome: &Outcome) -> String {
        match outcome {
            Outcome::Failed(finding) => finding.code.clone(),
            Outcome::Passed { grade } => format!("passed {grade:?}"),
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not applicable".to_owned(),
        }
    }

    #[test]
    fn a_partner_that_asks_nothing_because_of_an_event_is_no_matter_of_the_case() {
        let control = sent(5, Role::ControlBefore, 3, 200);
        let asks = |requests: &[Arc<Record>]| {
            let records = [requests, std::slice::from_ref(&control)].concat();
            word(&caused_requests(View::new(&records)))
        };
        assert_eq!(asks(&[]), "not applicable");
        assert_eq!(asks(&[seen(1, ApiCall::Token, 4, "")]), "not applicable");
        assert_eq!(asks(&[seen(1, ApiCall::PaymentStatus, 2, "")]), "not applicable");
        assert_eq!(asks(&[seen(1, ApiCall::PaymentStatus, 4, "")]), "passed None");
        assert_eq!(word(&caused_requests(View::new(&[]))), "inconclusive");
    }

    #[test]
    fn a_finding_shows_both_paths() {
        let records = [
            seen(1, ApiCall::Payment, 1, "{}"),
            sent(2, Role::Stimulus, 3, 200),
            samples::reading(3, Moment::Before, 0, "pending"),
            samples::reading(4, Moment::After, 2, "paid"),
        ];
        let Outcome::Failed(finding) = once_by_any_path(View::new(&records), &target()) else {
            panic!()
        };
        assert_eq!(finding.code, "duplicate-effect");
        assert_eq!(
            finding.observed,
            "2 (effect count 2, state \"paid\"). Both paths: API POST /v1/Payment at 1.000 s: answered 201 at 1.100 s; \
             webhook payment.success at 3.000 s: status 200 after 5 ms"
        );
        assert_eq!(finding.records, [1, 2, 4]);
    }

    #[test]
    fn without_an_effect_channel_the_sandbox_is_evidence_of_grade_b() {
        let no_channel = samples::observed(3, Moment::After, Read::NoChannel);
        let asked = [
            sent(1, Role::Stimulus, 1, 200),
            seen(2, ApiCall::PaymentStatus, 2, "{}"),
            Arc::clone(&no_channel),
        ];
        assert_eq!(
            word(&once_by_any_path(View::new(&asked), &target())),
            "passed Some(B)"
        );
        let silent = [sent(1, Role::Stimulus, 1, 200), no_channel];
        assert_eq!(
            word(&once_by_any_path(View::new(&silent), &target())),
            "inconclusive"
        );
    }

    #[test]
    fn the_same_policy_answered_twice_is_one_issuance() {
        let issued = |policies: &[&str]| {
            let records: Vec<_> = (1..)
                .zip(policies)
                .map(|(number, policy)| {
                    seen(
                        number,
                        ApiCall::Policy,
                        number,
                        &format!("{{\"policy_id\":\"{policy}\"}}"),
                    )
                })
                .collect();
            (
                word(&issued_at_most_once(View::new(&records), "ORD-1")),
                word(&issued_at_most_once(View::new(&records), "ORD-2")),
            )
        };
        let passed = || "passed None".to_owned();
        assert_eq!(issued(&["P", "P"]), (passed(), passed()));
        assert_eq!(issued(&["P", "Q"]), ("issued-twice".to_owned(), passed()));
    }

    #[test]
    fn an_early_event_may_be_put_off_but_not_for_good() {
        for (statuses, expected) in [
            (&[200][..], "passed None"),
            (&[404, 409, 425, 503, 204], "passed None"),
            (&[404, 404], "not-acknowledged"),
            (&[400, 200], "not-acknowledged"),
            (&[500, 200], "server-error"),
        ] {
            let records: Vec<_> = (1..)
                .zip(statuses)
                .map(|(number, status)| sent(number, Role::Stimulus, number, *status))
                .collect();
            assert_eq!(
                word(&early_event_kept(View::new(&records))),
                expected,
                "{statuses:?}"
            );
        }
        assert_eq!(word(&early_event_kept(View::new(&[]))), "inconclusive");
    }

    #[test]
    fn the_order_of_answer_and_webhook_is_part_of_the_stimulus() {
        let records = [
            seen(1, ApiCall::Payment, 1, "{}"),
            sent(2, Role::Stimulus, 3, 200),
        ];
        assert_eq!(word(&came_in_order(View::new(&records), false)), "passed None");
        assert_eq!(word(&came_in_order(View::new(&records), true)), "inconclusive");
        assert_eq!(
            word(&came_in_order(View::new(&records[1..]), true)),
            "inconclusive"
        );
    }

    #[test]
    fn a_recovery_is_one_effect_that_was_acknowledged_in_the_end() {
        let after = |count, statuses: &[u16]| {
            let mut records: Vec<_> = (1..)
                .zip(statuses)
                .map(|(number, status)| sent(number, Role::Stimulus, number, *status))
                .collect();
            records.push(refused(8, 1));
            records.push(samples::reading(9, Moment::After, count, "any"));
            let view = View::new(&records);
            assert_eq!(word(&processing_failed(view)), "passed None");
            word(&recovered(view, &target()))
        };
        assert_eq!(after(1, &[200]), "passed Some(A)");
        assert_eq!(after(1, &[503, 200]), "passed Some(A)");
        assert_eq!(after(0, &[500, 200]), "no-effect");
        assert_eq!(after(2, &[500, 200]), "duplicate-effect");
        assert_eq!(after(1, &[500, 500]), "not-acknowledged");
        let honest = [
            sent(1, Role::Stimulus, 1, 200),
            seen(2, ApiCall::PaymentStatus, 2, ""),
        ];
        assert_eq!(word(&processing_failed(View::new(&honest))), "inconclusive");
    }

    #[test]
    fn only_a_question_about_the_payment_is_a_reconciliation() {
        let judged = |count, answer: &str| {
            let records = [
                seen(1, ApiCall::Transactions, 1, answer),
                samples::reading(2, Moment::After, count, "any"),
            ];
            word(&reconciled(View::new(&records), &target(), "txn_1"))
        };
        assert_eq!(judged(1, r#"{"items":["txn_1"]}"#), "passed Some(A)");
        assert_eq!(judged(1, r#"{"items":[]}"#), "inconclusive");
        assert_eq!(judged(0, r#"{"items":["txn_1"]}"#), "no-effect");
        assert_eq!(judged(0, ""), "no-effect");
    }
}
