//! Writes whose outcome the client never learned: the work was done, and the answer was lost.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    api::{finding, unreached},
    arrivals::{Arrival, calls, keys, numbers},
    effect::{Target, took_effect},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::{
        exchange::{Credential, SeenRequest},
        observation::{Moment, Read},
    },
    wire::fault::{ApiCall, Fault},
};

/// Whatever is done again after a lost answer, there is one policy and one payment for each order, at the
/// sandbox and, for the order in `target`, in the partner's books.
pub fn settled_once(view: View<'_>, target: &Target) -> Outcome {
    let operation = view.operation();
    let calls = calls(view);
    for call in [ApiCall::Policy, ApiCall::Payment] {
        for (order, writes) in by_order(&calls, call) {
            let made = made(&writes);
            if made > 1 {
                let what = if call == ApiCall::Policy {
                    "policies"
                } else {
                    "payments"
                };
                return finding(
                    "duplicate-write",
                    operation,
                    format!("1 of the {what} for order {order}, however often it is asked for"),
                    format!("{made} {what} made at the sandbox by {} requests", writes.len()),
                    numbers(&writes),
                );
            }
        }
    }
    for call in [ApiCall::Policy, ApiCall::Payment] {
        let lost = calls
            .iter()
            .find(|(_, request)| request.call == call && loses_answer(request));
        match lost {
            None => {
                return inconclusive(format!(
                    "no {call:?} call arrived whose answer could be lost; {}",
                    unreached(operation)
                ));
            }
            Some((_, request))
                if matches!(request.fault, Some(Fault::Hold { .. })) && request.status.is_some() =>
            {
                return inconclusive(format!(
                    "the client waited {} s for the held answer, so the outcome never was unknown",
                    request.answered.millis_since(request.received) / 1000
                ));
            }
            Some(_) => {}
        }
    }
    let unobservable = view
        .observed(target.kind, &target.reference, Moment::After)
        .is_some_and(|(_, observed)| observed.read == Read::NoChannel);
    if unobservable {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    match took_effect(view, target, 1, false) {
        Outcome::Failed(mut found) => {
            "an operation whose payment was made, and whose answer was lost".clone_into(&mut found.stimulus);
            Outcome::Failed(found)
        }
        other => other,
    }
}

fn loses_answer(request: &SeenRequest) -> bool {
    matches!(
        request.fault,
        Some(Fault::ResetAfterWork | Fault::Hold { .. } | Fault::RefuseAfterWork { .. })
    )
}

/// Whether the sandbox did what the request asked for.
fn was_done(request: &SeenRequest) -> bool {
    if loses_answer(request) {
        let opened = matches!(request.credential, Credential::Token | Credential::ApiKey);
        return opened && request.violations.is_empty();
    }
    matches!(request.status, Some(200..=299))
}

fn by_order<'a>(calls: &[Arrival<'a>], call: ApiCall) -> BTreeMap<String, Vec<Arrival<'a>>> {
    let mut orders: BTreeMap<String, Vec<Arrival<'a>>> = BTreeMap::new();
    for (number, request) in calls {
        if request.call == call && was_done(request) {
            let body: Value = serde_json::from_slice(&request.body.bytes()).unwrap_or_default();
            let order = body.get("order_id").and_then(Value::as_str).unwrap_or_default();
            orders
                .entry(order.to_owned())
                .or_default()
                .push((*number, request));
        }
    }
    orders
}

/// How many resources came of the requests: the sandbox makes one for each key, and one for each request
/// without a key.
fn made(writes: &[Arrival<'_>]) -> usize {
    let mut distinct = BTreeSet::new();
    let mut without = 0;
    for (_, request) in writes {
        match keys(request).into_iter().next() {
            Some(key) => {
                distinct.insert(key);
            }
            None => without += 1,
        }
    }
    distinct.len() + without
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{code, observed, operated, reading, request, seen},
        transcript::{observation::EffectKind, record::Record},
        wire::body::Body,
    };

    fn write(
        number: u64,
        call: ApiCall,
        key: &str,
        fault: Option<Fault>,
        status: Option<u16>,
    ) -> Arc<Record> {
        let mut one = request(number * 100, 1, status);
        one.call = call;
        one.fault = fault;
        one.body = Body::Text(r#"{"order_id":"ORD-1"}"#.to_owned());
        if !key.is_empty() {
            one.headers.push("Idempotency-Key", key);
        }
        seen(number, one)
    }

    fn judge(second_key: &str, fault: &Fault, status: Option<u16>, effects: Arc<Record>) -> String {
        let lost = |number, call, key: &str| write(number, call, key, Some(fault.clone()), status);
        let records = [
            lost(0, ApiCall::Policy, "p"),
            write(1, ApiCall::Policy, "p", None, Some(201)),
            lost(2, ApiCall::Payment, "k"),
            write(3, ApiCall::Payment, second_key, None, Some(201)),
            operated(4, "buy", 0, 900, "success", None),
            effects,
        ];
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        code(settled_once(View::new(&records), &target))
    }

    #[test]
    fn one_key_makes_one_payment_and_one_booking() {
        let reset = &Fault::ResetAfterWork;
        let once = || reading(9, Moment::After, 1, "paid");
        assert_eq!(judge("k", reset, None, once()), "passed");
        assert_eq!(judge("l", reset, None, once()), "duplicate-write");
        assert_eq!(judge("", reset, None, once()), "duplicate-write");
        assert_eq!(
            judge("k", reset, None, reading(9, Moment::After, 2, "paid")),
            "duplicate-effect"
        );
        assert_eq!(
            judge("k", reset, None, reading(9, Moment::After, 0, "failed")),
            "no-effect"
        );
        assert_eq!(
            judge("k", reset, None, observed(9, Moment::After, Read::NoChannel)),
            "passed"
        );
        let hold = Fault::Hold { millis: 9 };
        assert_eq!(judge("k", &hold, None, once()), "passed");
        assert_eq!(judge("k", &hold, Some(201), once()), "inconclusive");
        assert_eq!(judge("k", &Fault::Reset, None, once()), "inconclusive");
    }
}
