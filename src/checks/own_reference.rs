//! The partner's own references and descriptions, as payments carry them.

use serde_json::Value;

use super::{
    api::{finding, unreached},
    outcome::Outcome,
    sent::{member, passed, requests, shown, wrong},
    view::View,
    words::inconclusive,
};
use crate::{transcript::exchange::SeenRequest, wire::fault::ApiCall};

/// Longest description, in characters.
const LONGEST_DETAIL: usize = 500;
/// Longest reference, in characters.
const LONGEST_REFERENCE: usize = 100;

/// One attempt at a payment: a request and its repetitions.
struct Attempt<'a> {
    number: u64,
    request: &'a SeenRequest,
    order: Option<Value>,
    decided: bool,
}

/// At least so many payments were attempted, and each under a reference of its own, of letters, digits
/// and hyphens.
pub fn references_of_their_own(view: View<'_>, attempts: usize) -> Outcome {
    let mut known: Vec<Attempt<'_>> = Vec::new();
    for (number, request) in requests(view, &[ApiCall::Payment]) {
        let order = member(request, "order_id");
        match &order {
            Some(Value::String(text)) if is_reference(text) => {}
            other => {
                let observed = format!("order_id {}", other.as_ref().map_or("missing".to_owned(), shown));
                let expected = format!("an order_id of 1 to {LONGEST_REFERENCE} letters, digits and hyphens");
                return wrong("wrong-alphabet", view, (number, request), expected, &observed);
            }
        }
        let decided = request.status.is_some_and(|status| (200..300).contains(&status));
        if let Some(before) = known.iter_mut().find(|one| one.order == order) {
            let key = |request: &SeenRequest| request.headers.get("idempotency-key").map(str::to_owned);
            let repeated = before.request.body == request.body
                && (!before.decided || key(before.request) == key(request) && key(request).is_some())
                && !another_operation_began(view, before.request, request);
            if repeated {
                before.decided |= decided;
                continue;
            }
            return finding(
                "reference-reused",
                view.operation(),
                "a reference of its own for each attempt at a payment",
                format!(
                    "order_id {} in a second attempt, {} ms after the first",
                    order.as_ref().map_or(String::new(), shown),
                    request.started.millis_since(before.request.started)
                ),
                [before.number, number],
            );
        }
        known.push(Attempt {
            number,
            request,
            order,
            decided,
        });
    }
    if known.len() < attempts {
        return inconclusive(format!(
            "{} of {attempts} payments were attempted: {}",
            known.len(),
            unreached(view.operation())
        ));
    }
    passed()
}

/// Whether the partner was asked for something new between two requests.
fn another_operation_began(view: View<'_>, before: &SeenRequest, after: &SeenRequest) -> bool {
    view.operations()
        .iter()
        .any(|(_, operation)| operation.started > before.answered && operation.started < after.started)
}

/// The description of each payment has only the agreed characters.
pub fn described_plainly(view: View<'_>) -> Outcome {
    let payments = requests(view, &[ApiCall::Payment]);
    if payments.is_empty() {
        return inconclusive(format!(
            "no payment was asked for: {}",
            unreached(view.operation())
        ));
    }
    let mut described = false;
    for (number, request) in payments {
        let Some(detail) = member(request, "description") else {
            continue;
        };
        described = true;
        let expected = format!("at most {LONGEST_DETAIL} letters, digits, spaces and . , - _");
        let right = |text: &str| {
            text.chars().count() <= LONGEST_DETAIL
                && text
                    .chars()
                    .all(|one| one.is_ascii_alphanumeric() || matches!(one, ' ' | '.' | ',' | '-' | '_'))
        };
        if !detail.as_str().is_some_and(right) {
            let observed = format!("description {}", shown(&detail));
            return wrong(
                "awkward-description",
                view,
                (number, request),
                expected,
                &observed,
            );
        }
    }
    if described {
        passed()
    } else {
        Outcome::NotApplicable {
            reason: "the partner's payments carry no description, so there is nothing to keep plain"
                .to_owned(),
        }
    }
}

fn is_reference(text: &str) -> bool {
    (1..=LONGEST_REFERENCE).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{
        checks::samples::{bought, code, posted},
        transcript::record::Record,
    };

    fn payment(number: u64, order: &str, status: u16) -> Arc<Record> {
        posted(
            number,
            ApiCall::Payment,
            &json!({"order_id": order, "amount": "1.00"}),
            status,
        )
    }

    fn judged(records: &[Arc<Record>], attempts: usize) -> String {
        code(references_of_their_own(View::new(records), attempts))
    }

    #[test]
    fn a_reference_serves_once() {
        assert_eq!(
            judged(&[payment(1, "A-1", 201), payment(3, "A-2", 201)], 2),
            "passed"
        );
        assert_eq!(
            judged(&[payment(1, "A-1", 201), payment(3, "A-1", 201)], 2),
            "reference-reused"
        );
        assert_eq!(
            judged(&[payment(1, "A-1", 503), payment(3, "A-1", 201)], 1),
            "passed"
        );
        let anew = [
            payment(1, "A-1", 503),
            bought(3, "failed", None),
            payment(4, "A-1", 201),
        ];
        assert_eq!(judged(&anew, 2), "reference-reused");
        assert_eq!(judged(&[payment(1, "A-1", 201)], 2), "inconclusive");
        assert_eq!(judged(&[payment(1, "A/1", 201)], 1), "wrong-alphabet");
        assert_eq!(judged(&[payment(1, &"A".repeat(101), 201)], 1), "wrong-alphabet");
    }

    #[test]
    fn descriptions_are_plain_or_absent() {
        let described = |detail: Value| {
            let body = json!({"order_id": "A", "description": detail});
            code(described_plainly(View::new(&[posted(
                1,
                ApiCall::Payment,
                &body,
                201,
            )])))
        };
        assert_eq!(described(json!("Travel Plus, 2026-11")), "passed");
        assert_eq!(described(json!("<b>Travel</b>")), "awkward-description");
        assert_eq!(described(json!("a".repeat(501))), "awkward-description");
        assert_eq!(described(json!(5)), "awkward-description");
        assert_eq!(described(Value::Null), "not-applicable");
        assert_eq!(code(described_plainly(View::new(&[]))), "inconclusive");
    }
}
