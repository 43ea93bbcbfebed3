//! What must have been said before a policy is asked for: the customer is validated, the price holds.

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::asked,
    flow::{given, value},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::wire::{
    fault::{ApiCall, Fault},
    moment::Micros,
};

fn passed() -> Outcome {
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// No policy and no payment is asked for before an answer said that the customer's data passed.
pub fn no_issuance_before_validation(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let seen = asked(view, Micros(0));
    let Some((customer_number, customer)) =
        seen.iter().find(|(_, request)| request.call == ApiCall::Customer)
    else {
        return inconclusive(unreached(operation));
    };
    for (number, request) in &seen {
        if !matches!(request.call, ApiCall::Policy | ApiCall::Payment) {
            continue;
        }
        let validated = given(view, ApiCall::Customer, "validation", request.started);
        if !validated.iter().any(|word| word == "passed") {
            let said = value(customer.answer.as_ref(), "validation").map_or_else(
                || describe(customer),
                |word| format!("{}, validation {word}", describe(customer)),
            );
            return finding(
                "issued-unvalidated",
                operation,
                format!("no issuance before the customer's data passed ({said})"),
                describe(request),
                [*customer_number, *number],
            );
        }
    }
    passed()
}

/// A quotation that the platform called dead is not used again: every later issuance names one that was
/// asked for after that.
pub fn dead_quotation_left(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let seen = asked(view, Micros(0));
    let refused = seen.iter().find(|(_, request)| {
        matches!(request.fault, Some(Fault::Lapse { .. })) && !is_success(request.status)
    });
    let Some((refused_number, refused)) = refused else {
        return inconclusive(unreached(operation));
    };
    let Some(dead) = value(Some(&refused.body), "quotation_id") else {
        return inconclusive("the refused issuance named no quotation, so none could be dead");
    };
    for (number, request) in &seen {
        if request.call != ApiCall::Policy || request.started <= refused.started {
            continue;
        }
        let named = value(Some(&request.body), "quotation_id").unwrap_or_default();
        let fresh = seen.iter().any(|(_, quoted)| {
            quoted.call == ApiCall::Quotation
                && quoted.started > refused.started
                && quoted.started < request.started
                && value(quoted.answer.as_ref(), "quotation_id").as_deref() == Some(&named)
        });
        if fresh {
            continue;
        }
        let code = if named == dead {
            "dead-quotation-again"
        } else {
            "no-new-quotation"
        };
        let expected = format!(
            "a new quotation before the next issuance, after {}",
            describe(refused)
        );
        let observed = format!("{} with quotation {named}", describe(request));
        return finding(code, operation, expected, observed, [*refused_number, *number]);
    }
    passed()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::{
            flow::samples::{call, ended},
            samples::code,
        },
        transcript::record::{Event, Record},
        wire::fault::ErrorStatus,
    };

    #[test]
    fn pending_is_not_passed() {
        for (answer, issues, expected) in [
            (r#"{"validation":"passed"}"#, true, "passed"),
            (r#"{"validation":"pending"}"#, true, "issued-unvalidated"),
            (r#"{"validation":"pending"}"#, false, "passed"),
        ] {
            let mut records = vec![call(1, 1, "POST /v1/customers", "{}", 201, answer)];
            if issues {
                records.push(call(2, 2, "POST /v1/policies", "{}", 201, "{}"));
            }
            assert_eq!(
                code(no_issuance_before_validation(View::new(&records))),
                expected,
                "{answer}"
            );
        }
        let none = [ended(1, "buy", "failed")];
        assert_eq!(
            code(no_issuance_before_validation(View::new(&none))),
            "inconclusive"
        );
    }

    fn refused() -> Arc<Record> {
        let body = r#"{"quotation_id":"old"}"#;
        let mut record = (*call(1, 1, "POST /v1/policies", body, 409, "{}")).clone();
        if let Event::Seen(request) = &mut record.event {
            request.fault = Some(Fault::Lapse {
                status: ErrorStatus::try_from(409).unwrap(),
                repriced: true,
            });
        }
        Arc::new(record)
    }

    #[test]
    fn only_a_quotation_of_later_is_alive() {
        let issuance = |id: &str| {
            let body = format!("{{\"quotation_id\":\"{id}\"}}");
            call(3, 3, "POST /v1/policies", &body, 201, "{}")
        };
        let quoted = call(
            2,
            2,
            "POST /v1/quotations",
            "{}",
            201,
            r#"{"quotation_id":"new"}"#,
        );
        let judged = |records: &[Arc<Record>]| code(dead_quotation_left(View::new(records)));
        assert_eq!(judged(&[refused()]), "passed");
        assert_eq!(judged(&[refused(), issuance("old")]), "dead-quotation-again");
        assert_eq!(judged(&[refused(), issuance("new")]), "no-new-quotation");
        assert_eq!(judged(&[refused(), quoted, issuance("new")]), "passed");
        assert_eq!(judged(&[issuance("old")]), "inconclusive");
    }
}
