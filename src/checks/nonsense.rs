//! Answers of the platform that make no sense: the flow ends there.

use super::{
    api::{describe, finding, unreached},
    outcome::Outcome,
    sent::{ended_as, passed},
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::wire::fault::{ApiCall, Fault};

/// A quotation that makes no sense is followed by neither issuance nor payment, and the operation does
/// not end as a success. The one after it, with a good quotation, runs.
pub fn nonsense_not_passed_on(view: View<'_>) -> Outcome {
    let operations = view.operations();
    let Some((&(number, first), rest)) = operations.split_first() else {
        return nothing_to_judge("the operation");
    };
    let Some(&(_, second)) = rest.last() else {
        return nothing_to_judge("the operation after it");
    };
    let seen = view.seen();
    let misled = seen.iter().find(|(_, request)| {
        matches!(request.fault, Some(Fault::Altered { .. }))
            && request.status.is_some_and(|status| (200..300).contains(&status))
    });
    let Some(&(misled_number, misled)) = misled else {
        return inconclusive(format!(
            "no quotation was asked for: {}",
            unreached(Some((number, first)))
        ));
    };
    let operation = Some((number, first));
    let told = misled.answer.as_ref().map_or(String::new(), |body| {
        String::from_utf8_lossy(&body.bytes()).chars().take(300).collect()
    });
    let sold = seen.iter().find(|(_, request)| {
        matches!(request.call, ApiCall::Policy | ApiCall::Payment)
            && request.started > misled.answered
            && request.started < second.started
    });
    if let Some((later_number, later)) = sold {
        let observed = format!("{} after the quotation {told}", describe(later));
        let expected = "neither issuance nor payment after a quotation that makes no sense";
        return finding(
            "nonsense-passed-on",
            operation,
            expected,
            observed,
            [misled_number, *later_number],
        );
    }
    if ended_as(first) == Some("success") {
        let observed = format!("reported as success after the quotation {told}");
        let expected = "the operation does not end as a success";
        return finding(
            "nonsense-passed-on",
            operation,
            expected,
            observed,
            [misled_number],
        );
    }
    let alive = seen.iter().any(|(_, request)| {
        request.started >= second.started
            && request.call.writes()
            && request.status.is_some_and(|status| status < 300)
    });
    let ended = ended_as(second);
    if alive && matches!(ended, Some("success" | "pending")) {
        return passed();
    }
    finding(
        "no-recovery",
        rest.last().copied(),
        "the next operation, with a good quotation, runs",
        unreached(rest.last().copied()),
        [misled_number],
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{
        checks::samples::{bought, code, posted, record},
        transcript::record::{Event, Record},
    };

    fn quotation(number: u64, nonsense: bool) -> Arc<Record> {
        let good = posted(number, ApiCall::Quotation, &json!({}), 201);
        let Event::Seen(request) = &good.event else {
            panic!()
        };
        let mut request = request.as_ref().clone();
        request.fault = nonsense.then(|| Fault::Altered {
            replaced: serde_json::Map::new(),
            removed: Vec::new(),
        });
        record(number, Event::Seen(Box::new(request)))
    }

    fn judged(records: &[Arc<Record>]) -> String {
        code(nonsense_not_passed_on(View::new(records)))
    }

    #[test]
    fn nothing_is_sold_on_nonsense() {
        let (stopped, ran) = (bought(1, "failed", None), bought(10, "success", None));
        let policy = |number| posted(number, ApiCall::Policy, &json!({}), 201);
        let right = [
            stopped.clone(),
            quotation(2, true),
            ran.clone(),
            quotation(11, false),
            policy(12),
        ];
        assert_eq!(judged(&right), "passed");
        let sold = [
            stopped.clone(),
            quotation(2, true),
            policy(3),
            ran.clone(),
            quotation(11, false),
        ];
        assert_eq!(judged(&sold), "nonsense-passed-on");
        let claimed = [
            bought(1, "success", None),
            quotation(2, true),
            ran.clone(),
            quotation(11, false),
        ];
        assert_eq!(judged(&claimed), "nonsense-passed-on");
        let crashed = [stopped.clone(), quotation(2, true), bought(10, "failed", None)];
        assert_eq!(judged(&crashed), "no-recovery");
        assert_eq!(
            judged(&[stopped.clone(), ran, quotation(11, false)]),
            "inconclusive"
        );
        assert_eq!(judged(&[stopped]), "inconclusive");
    }
}
