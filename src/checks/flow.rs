//! The steps of a purchase: in order, and each with what the one before returned.

use serde_json::Value;

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::{asked, member, text_of, unobservable},
    effect::{Target, took_effect},
    outcome::{Grade, Outcome},
    state::in_state,
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        observation::{Operation, OperationEnd},
    },
    wire::{fault::ApiCall, moment::Micros},
};

/// States of an order that is paid for.
pub(super) const PAID: [&str; 4] = ["paid", "active", "issued", "success"];

/// Steps that create something, in order, with their names.
const STEPS: [(ApiCall, &str); 4] = [
    (ApiCall::Quotation, "a quotation"),
    (ApiCall::Customer, "the customer's data"),
    (ApiCall::Policy, "an issuance"),
    (ApiCall::Payment, "a payment"),
];

/// How an operation ended, in words, where it is known that it reached the sandbox.
pub(super) fn ended(operation: Option<(u64, &Operation)>) -> String {
    match operation.map(|(_, operation)| (&operation.name, &operation.end)) {
        Some((
            name,
            OperationEnd::Finished {
                outcome, category, ..
            },
        )) => {
            let category = category.as_ref();
            let why = category.map_or_else(String::new, |category| format!(" ({category})"));
            format!("the operation {name} ended as {outcome}{why}")
        }
        Some((name, OperationEnd::Unusable(why))) => {
            format!("the end of the operation {name} is not known: {why}")
        }
        None => "the operation had not ended".to_owned(),
    }
}

/// A value that must have come from an earlier answer.
struct Echo {
    /// The step that carries it.
    call: ApiCall,
    /// Its member there.
    sent: &'static str,
    /// The step whose answer gives it.
    of: ApiCall,
    /// Its member there.
    given: &'static str,
    /// What it means if it came from elsewhere.
    code: &'static str,
    /// Whether it may be left out.
    optional: bool,
}

const fn echo(
    call: ApiCall,
    sent: &'static str,
    of: ApiCall,
    given: &'static str,
    code: &'static str,
    optional: bool,
) -> Echo {
    Echo {
        call,
        sent,
        of,
        given,
        code,
        optional,
    }
}

const ECHOES: [Echo; 7] = [
    echo(
        ApiCall::Policy,
        "quotation_id",
        ApiCall::Quotation,
        "quotation_id",
        "not-echoed",
        false,
    ),
    echo(
        ApiCall::Policy,
        "customer_id",
        ApiCall::Customer,
        "customer_id",
        "not-echoed",
        false,
    ),
    echo(
        ApiCall::Policy,
        "premium",
        ApiCall::Quotation,
        "premium",
        "other-price",
        true,
    ),
    echo(
        ApiCall::Payment,
        "policy_id",
        ApiCall::Policy,
        "policy_id",
        "not-echoed",
        false,
    ),
    echo(
        ApiCall::Payment,
        "amount",
        ApiCall::Quotation,
        "premium",
        "other-price",
        false,
    ),
    echo(
        ApiCall::Payment,
        "currency",
        ApiCall::Quotation,
        "currency",
        "other-price",
        false,
    ),
    echo(
        ApiCall::Payment,
        "order_id",
        ApiCall::Policy,
        "order_id",
        "not-echoed",
        false,
    ),
];

/// A member of an answer or request, as text.
pub(super) fn value(body: Option<&crate::wire::body::Body>, name: &str) -> Option<String> {
    let document: Value = serde_json::from_str(&text_of(body)).ok()?;
    match document.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Values that successful answers of a call gave, from those asked for before a moment. A client may go
/// on before the sandbox has written down that it answered, so the arrival counts.
pub(super) fn given(view: View<'_>, call: ApiCall, name: &str, before: Micros) -> Vec<String> {
    asked(view, Micros(0))
        .into_iter()
        .filter(|(_, request)| request.call == call && request.started < before && is_success(request.status))
        .filter_map(|(_, request)| value(request.answer.as_ref(), name))
        .collect()
}

/// The id in the path of a read, decoded.
pub(super) fn id_in_path(request: &SeenRequest) -> String {
    let path = request.target.split('?').next().unwrap_or_default();
    let id = path.split('/').nth(3).unwrap_or_default();
    percent_encoding::percent_decode_str(id)
        .decode_utf8_lossy()
        .into_owned()
}

/// Whether the request asks how a payment or policy stands.
pub(super) fn is_status(request: &SeenRequest) -> bool {
    matches!(request.call, ApiCall::PolicyStatus | ApiCall::PaymentStatus)
}

/// What is wrong with the id that a status request asks for.
pub(super) fn wrong_id(view: View<'_>, request: &SeenRequest) -> Option<(Vec<String>, String)> {
    let (call, name) = match request.call {
        ApiCall::PolicyStatus => (ApiCall::Policy, "policy_id"),
        _ => (ApiCall::Payment, "transaction_id"),
    };
    let known = given(view, call, name, request.started);
    let id = id_in_path(request);
    (!known.contains(&id)).then_some((known, id))
}

fn shown(values: &[String]) -> String {
    if values.is_empty() {
        "nothing was returned that could stand here".to_owned()
    } else {
        values.join(" or ")
    }
}

/// The first value that a step did not take from the answer before it.
fn not_echoed(view: View<'_>, operation: Option<(u64, &Operation)>) -> Option<Outcome> {
    for (number, request) in asked(view, Micros(0)) {
        for echo in ECHOES.iter().filter(|echo| echo.call == request.call) {
            let sent = value(Some(&request.body), echo.sent);
            if sent.is_none() && echo.optional {
                continue;
            }
            let mut known = given(view, echo.of, echo.given, request.started);
            let sent = sent.unwrap_or_else(|| "nothing".to_owned());
            if known.contains(&sent) {
                continue;
            }
            known.dedup();
            let expected = format!(
                "{} in {} {} as returned before: {}",
                echo.sent,
                request.method,
                request.target,
                shown(&known)
            );
            return Some(finding(echo.code, operation, expected, sent, [number]));
        }
        if is_status(request)
            && let Some((known, id)) = wrong_id(view, request)
        {
            let expected = format!("the status of {}", shown(&known));
            return Some(finding("not-echoed", operation, expected, id, [number]));
        }
    }
    None
}

/// Quotation, customer, issuance, payment and status follow each other, ids and price as they were
/// returned, and the operation does not end as failed.
pub fn steps_in_order(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let seen = asked(view, Micros(0));
    // Where a token was asked for and nothing else, that request is all there is to show.
    let all = view.seen();
    if all.is_empty() {
        return inconclusive(unreached(operation));
    }
    if let Some(outcome) = not_echoed(view, operation) {
        return outcome;
    }
    let numbers = || all.iter().map(|(number, _)| *number);
    let mut paid = None;
    for (call, name) in STEPS {
        let done = seen
            .iter()
            .find(|(_, request)| request.call == call && is_success(request.status));
        let Some((_, done)) = done else {
            let last = all
                .last()
                .map_or_else(String::new, |(_, request)| describe(request));
            let expected = format!("{name} that succeeds");
            let observed = format!("none; the last request: {last}; {}", ended(operation));
            return finding("step-missing", operation, expected, observed, numbers());
        };
        paid = Some(done.started);
    }
    let asked_after = seen.iter().any(|(_, request)| {
        is_status(request) && paid.is_some_and(|paid| request.started > paid) && is_success(request.status)
    });
    if !asked_after {
        return finding(
            "step-missing",
            operation,
            "a question for the status of the policy or the payment, after the payment",
            "none",
            numbers(),
        );
    }
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) if outcome == "failed" => finding(
            "did-not-complete",
            operation,
            "the operation completes",
            ended(operation),
            numbers(),
        ),
        Some(OperationEnd::Finished { .. }) => Outcome::Passed {
            grade: Some(Grade::B),
        },
        _ => inconclusive(ended(operation)),
    }
}

/// The order counts as paid, once. Where no channel shows it, the sandbox's own books must do (grade B).
pub fn paid_once(view: View<'_>, target: &Target) -> Outcome {
    let outcome = took_effect(view, target, 1, false);
    match outcome {
        Outcome::Passed { .. } => {
            let shows_state = view
                .observed(
                    target.kind,
                    &target.reference,
                    crate::transcript::observation::Moment::After,
                )
                .is_some_and(|(_, observed)| {
                    matches!(&observed.read, crate::transcript::observation::Read::Got(reading) if reading.state.is_some())
                });
            if shows_state {
                in_state(view, target, &PAID.map(str::to_owned))
            } else {
                outcome
            }
        }
        Outcome::Inconclusive { .. } if unobservable(view, target) => by_sandbox(view, target),
        other => other,
    }
}

/// What the sandbox knows of an order: a successful payment.
fn by_sandbox(view: View<'_>, target: &Target) -> Outcome {
    let paid = asked(view, Micros(0)).into_iter().any(|(_, request)| {
        request.call == ApiCall::Payment
            && is_success(request.status)
            && member(Some(&request.body), "order_id").as_deref() == Some(&target.reference)
            && member(request.answer.as_ref(), "status").as_deref() == Some("successful")
    });
    if paid {
        Outcome::Passed {
            grade: Some(Grade::B),
        }
    } else {
        inconclusive(unreached(view.operation()))
    }
}

#[cfg(test)]
pub(super) mod samples {
    use std::sync::Arc;

    use crate::{
        checks::samples::record,
        transcript::{
            exchange::{Credential, SeenRequest},
            observation::{Channel, Operation, OperationEnd},
            record::{Event, Record},
        },
        wire::{body::Body, fault::ApiCall, header::Headers, moment::Micros},
    };

    fn of(line: &str) -> ApiCall {
        let (method, path) = line.split_once(' ').unwrap();
        let path = path.split('?').next().unwrap();
        crate::checks::flow::samples_route(method, path)
    }

    /// A request such as `POST /v1/policies` in a second, answered a tenth later.
    pub(in crate::checks) fn call(
        number: u64,
        second: u64,
        line: &str,
        body: &str,
        status: u16,
        answer: &str,
    ) -> Arc<Record> {
        let (method, target) = line.split_once(' ').unwrap();
        let request = SeenRequest {
            stray: None,
            connection: number,
            call: of(line),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Headers::new().with("Idempotency-Key", format!("key-{number}")),
            body: Body::Text(body.to_owned()),
            credential: Credential::Token,
            exposed: None,
            violations: Vec::new(),
            started: Micros(second * 1_000_000),
            received: Micros(second * 1_000_000),
            answered: Micros(second * 1_000_000 + 100_000),
            fault: None,
            status: Some(status),
            answer: Some(Body::Text(answer.to_owned())),
        };
        record(number, Event::Seen(Box::new(request)))
    }

    /// An operation that ended so, begun in the beginning.
    pub(in crate::checks) fn ended(number: u64, name: &str, outcome: &str) -> Arc<Record> {
        let operation = Operation {
            name: name.to_owned(),
            channel: Channel::Http,
            input: serde_json::Value::Null,
            started: Micros(0),
            ended: Micros(number * 1_000_000),
            answered: None,
            end: OperationEnd::Finished {
                reference: None,
                outcome: outcome.to_owned(),
                category: (outcome == "failed").then(|| "validation".to_owned()),
                message: None,
            },
        };
        record(number, Event::Operated(Box::new(operation)))
    }
}

#[cfg(test)]
fn samples_route(method: &str, path: &str) -> ApiCall {
    match (method, path) {
        ("POST", "/v1/oauth/token") => ApiCall::Token,
        ("GET", "/v1/products") => ApiCall::Products,
        ("POST", "/v1/quotations") => ApiCall::Quotation,
        ("POST", "/v1/customers") => ApiCall::Customer,
        ("POST", "/v1/policies") => ApiCall::Policy,
        ("POST", "/v1/payments") => ApiCall::Payment,
        ("POST", "/v1/claims") => ApiCall::Claim,
        ("GET", "/v1/transactions") => ApiCall::Transactions,
        ("GET", path) if path.starts_with("/v1/payments/") => ApiCall::PaymentStatus,
        ("GET", path) if path.starts_with("/v1/policies/") => ApiCall::PolicyStatus,
        ("GET", path) if path.starts_with("/v1/claims/") => ApiCall::ClaimStatus,
        ("POST", path) if path.ends_with("/refunds") => ApiCall::Refund,
        ("POST", path) if path.ends_with("/cancellation") => ApiCall::Cancellation,
        _ => ApiCall::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{
        samples::{call, ended},
        *,
    };
    use crate::{
        checks::samples::{code, observed, reading},
        transcript::{
            observation::{EffectKind, Moment, Read},
            record::Record,
        },
    };

    fn purchase() -> Vec<Arc<Record>> {
        vec![
            call(
                1,
                1,
                "POST /v1/quotations",
                "{}",
                201,
                r#"{"quotation_id":"Q","premium":"12.30","currency":"MYR"}"#,
            ),
            call(2, 2, "POST /v1/customers", "{}", 201, r#"{"customer_id":"C"}"#),
            call(
                3,
                3,
                "POST /v1/policies",
                r#"{"quotation_id":"Q","customer_id":"C","order_id":"ORD-1"}"#,
                201,
                r#"{"policy_id":"P","order_id":"ORD-1"}"#,
            ),
            call(
                4,
                4,
                "POST /v1/payments",
                r#"{"policy_id":"P","order_id":"ORD-1","amount":"12.30","currency":"MYR"}"#,
                201,
                r#"{"transaction_id":"T","status":"successful"}"#,
            ),
            call(5, 5, "GET /v1/policies/P", "", 200, "{}"),
            ended(6, "buy", "success"),
        ]
    }

    fn with(place: usize, record: Arc<Record>) -> String {
        let mut records = purchase();
        records[place] = record;
        code(steps_in_order(View::new(&records)))
    }

    #[test]
    fn each_step_uses_what_the_one_before_returned() {
        assert_eq!(code(steps_in_order(View::new(&purchase()))), "passed");
        let policy = r#"{"quotation_id":"EXAMPLE","customer_id":"C","order_id":"ORD-1"}"#;
        assert_eq!(
            with(2, call(3, 3, "POST /v1/policies", policy, 422, "{}")),
            "not-echoed"
        );
        let payment = r#"{"policy_id":"P","order_id":"ORD-1","amount":"99.00","currency":"MYR"}"#;
        assert_eq!(
            with(3, call(4, 4, "POST /v1/payments", payment, 201, "{}")),
            "other-price"
        );
        assert_eq!(
            with(4, call(5, 5, "GET /v1/policies/X", "", 404, "{}")),
            "not-echoed"
        );
    }

    #[test]
    fn no_step_is_left_out() {
        for (place, expected) in [
            (0, "not-echoed"),
            (3, "step-missing"),
            (4, "step-missing"),
            (5, "inconclusive"),
        ] {
            let mut records = purchase();
            records.remove(place);
            if place == 3 {
                records.remove(3);
            }
            assert_eq!(code(steps_in_order(View::new(&records))), expected, "{place}");
        }
        assert_eq!(with(5, ended(6, "buy", "failed")), "did-not-complete");
        assert_eq!(
            code(steps_in_order(View::new(&[ended(6, "buy", "failed")]))),
            "inconclusive"
        );
    }

    #[test]
    fn paid_is_a_count_and_a_state() {
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        let judged = |after| {
            let mut records = purchase();
            records.push(after);
            code(paid_once(View::new(&records), &target))
        };
        assert_eq!(judged(reading(9, Moment::After, 1, "paid")), "passed");
        assert_eq!(judged(reading(9, Moment::After, 2, "paid")), "duplicate-effect");
        assert_eq!(judged(reading(9, Moment::After, 1, "pending")), "wrong-state");
        assert_eq!(judged(observed(9, Moment::After, Read::NoChannel)), "passed");
    }
}
