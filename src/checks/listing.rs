//! Reading the platform's books: the status of one thing, and lists to their end.

use std::collections::BTreeMap;

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::{asked, text_of, unobservable},
    effect::{Target, took_effect},
    flow::{PAID, id_in_path, is_status, value, wrong_id},
    outcome::{Grade, Outcome},
    state::in_state,
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        observation::{Operation, OperationEnd},
    },
    wire::{fault::ApiCall, moment::Micros},
};

/// An operation and its requests, each with the number of its record.
type Numbered<'a> = (Option<(u64, &'a Operation)>, Vec<(u64, &'a SeenRequest)>);

/// The last operation.
fn of_last(view: View<'_>) -> Numbered<'_> {
    let operation = view.operation();
    let since = operation.map_or(Micros(0), |(_, operation)| operation.started);
    (operation, asked(view, since))
}

fn failed_or_unknown(operation: Option<(u64, &Operation)>, numbers: Vec<u64>) -> Option<Outcome> {
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) if outcome == "failed" => Some(finding(
            "did-not-complete",
            operation,
            "the operation completes",
            unreached(operation),
            numbers,
        )),
        Some(OperationEnd::Finished { .. }) => None,
        _ => Some(inconclusive(format!(
            "the operation's end is not known ({})",
            unreached(operation)
        ))),
    }
}

/// The operation asked for the right policy or payment, and what it is about shows the sandbox's state.
pub fn status_read(view: View<'_>, target: &Target) -> Outcome {
    let (operation, requests) = of_last(view);
    if let Some((
        _,
        Operation {
            end: OperationEnd::Unusable(_),
            ..
        },
    ))
    | None = operation
    {
        return inconclusive(unreached(operation));
    }
    let status: Vec<_> = requests
        .iter()
        .filter(|(_, request)| is_status(request))
        .collect();
    let Some((number, request)) = status.first().copied().copied() else {
        let observed = format!("{} requests, none of them about that", requests.len());
        let expected = "a question for the status of the policy or the payment";
        let records = requests.iter().map(|(number, _)| *number);
        return finding("not-asked", operation, expected, observed, records);
    };
    if let Some((known, id)) = wrong_id(view, request) {
        let expected = format!("the status of {}", known.join(" or "));
        return finding("wrong-id", operation, expected, id, [number]);
    }
    if let Some(outcome) = failed_or_unknown(operation, vec![number]) {
        return outcome;
    }
    if unobservable(view, target) {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    let said = value(request.answer.as_ref(), "status").unwrap_or_default();
    let mut words: Vec<String> = PAID.map(str::to_owned).to_vec();
    words.push(said);
    match in_state(view, target, &words) {
        Outcome::Failed(mut found) => {
            found.expected = format!(
                "{}, as the sandbox says of {}",
                found.expected,
                id_in_path(request)
            );
            Outcome::Failed(found)
        }
        other => other,
    }
}

/// Each page of the list was fetched once, in order, to the end and no further; the operation does not
/// end as failed. `least` is how many pages there are.
pub fn pages_read_once(view: View<'_>, least: usize) -> Outcome {
    let (operation, requests) = of_last(view);
    let pages: Vec<_> = requests
        .iter()
        .filter(|(_, request)| request.call == ApiCall::Transactions)
        .collect();
    let Some((_, first)) = pages.first() else {
        return inconclusive(unreached(operation));
    };
    let numbers = || pages.iter().map(|(number, _)| *number);
    let mut fetched: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, page) in pages.iter().filter(|(_, page)| is_success(page.status)) {
        *fetched.entry(page.target.as_str()).or_default() += 1;
    }
    if let Some((target, times)) = fetched.iter().find(|(_, times)| **times > 1) {
        let observed = format!("GET {target} {times} times; {} requests in all", pages.len());
        return finding(
            "page-repeated",
            operation,
            "each page fetched once, and nothing after the last",
            observed,
            numbers().take(50),
        );
    }
    for (number, page) in &pages {
        let Some(next) = value(page.answer.as_ref(), "next_cursor") else {
            continue;
        };
        let followed = pages
            .iter()
            .any(|(_, later)| later.started > page.started && cursor(later) == Some(next.clone()));
        if !followed {
            let expected = format!("the page behind the mark {next}");
            let observed = format!("it was not fetched after {}", describe(page));
            return finding("page-missing", operation, expected, observed, [*number]);
        }
    }
    if let Some(outcome) = failed_or_unknown(operation, numbers().collect()) {
        return outcome;
    }
    if fetched.len() < least {
        return inconclusive(format!(
            "the list had {} pages under {}, not {least}: let the operation ask for the whole of the last day",
            fetched.len(),
            first.target
        ));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

fn cursor(request: &SeenRequest) -> Option<String> {
    let (_, query) = request.target.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "cursor")
        .map(|(_, value)| value.into_owned())
}

/// Everything on the list is booked once. Where no channel shows it, that it was on a page that was
/// fetched must do (grade B).
pub fn list_booked(view: View<'_>, targets: &[Target]) -> Outcome {
    let (operation, requests) = of_last(view);
    let answers: String = requests
        .iter()
        .filter(|(_, request)| request.call == ApiCall::Transactions)
        .map(|(_, request)| text_of(request.answer.as_ref()))
        .collect();
    let mut worst = None;
    for target in targets {
        let outcome = took_effect(view, target, 1, false);
        match outcome {
            Outcome::Passed { grade } => worst = worst.max(grade),
            Outcome::Inconclusive { .. }
                if unobservable(view, target) && answers.contains(&target.reference) =>
            {
                worst = worst.max(Some(Grade::B));
            }
            Outcome::Failed(mut found) => {
                let on_page = answers.contains(&target.reference);
                found.observed = format!(
                    "{}; it {} on a page that was fetched",
                    found.observed,
                    if on_page { "stood" } else { "did not stand" }
                );
                found.records.extend(operation.map(|(number, _)| number));
                return Outcome::Failed(found);
            }
            other => return other,
        }
    }
    if worst.is_none() {
        return nothing_to_judge("what was on the list");
    }
    Outcome::Passed { grade: worst }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::{
            flow::samples::{call, ended},
            samples::{code, observed, reading},
        },
        transcript::{
            observation::{EffectKind, Moment, Read},
            record::Record,
        },
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn page(number: u64, cursor: &str, next: &str) -> Arc<Record> {
        let line = format!("GET /v1/transactions?from=a&to=b{cursor}");
        let answer = format!("{{\"items\":[{{\"order_id\":\"ORD-1\"}}],\"next_cursor\":{next}}}");
        call(number, number, &line, "", 200, &answer)
    }

    #[test]
    fn a_list_is_read_to_its_end_and_no_further() {
        let judged = |pages: &[Arc<Record>], outcome: &str| {
            let records = [pages, &[ended(90, "reconcile", outcome)]].concat();
            code(pages_read_once(View::new(&records), 2))
        };
        let (one, two) = (page(1, "", "\"c\""), page(2, "&cursor=c", "null"));
        assert_eq!(judged(&[one.clone(), two.clone()], "success"), "passed");
        assert_eq!(judged(std::slice::from_ref(&one), "success"), "page-missing");
        assert_eq!(
            judged(
                &[one.clone(), two.clone(), page(3, "&cursor=c", "null")],
                "success"
            ),
            "page-repeated"
        );
        assert_eq!(judged(&[one, two], "failed"), "did-not-complete");
        assert_eq!(judged(&[page(1, "", "null")], "success"), "inconclusive");
        assert_eq!(judged(&[], "success"), "inconclusive");
    }

    #[test]
    fn the_right_thing_is_asked_for() {
        let policy = call(1, 1, "POST /v1/policies", "{}", 201, r#"{"policy_id":"P"}"#);
        let judged = |line: &str, state: &str| {
            let records = [
                policy.clone(),
                call(2, 2, line, "", 200, r#"{"status":"issued"}"#),
                ended(3, "status", "success"),
                reading(4, Moment::After, 1, state),
            ];
            code(status_read(View::new(&records), &target()))
        };
        assert_eq!(judged("GET /v1/policies/P", "issued"), "passed");
        assert_eq!(judged("GET /v1/policies/P", "cancelled"), "wrong-state");
        assert_eq!(judged("GET /v1/policies/Q", "issued"), "wrong-id");
        assert_eq!(judged("GET /v1/products", "issued"), "not-asked");
        assert_eq!(code(status_read(View::new(&[]), &target())), "inconclusive");
    }

    #[test]
    fn what_is_on_the_list_is_booked_once() {
        let judged = |after: Arc<Record>| {
            let records = [page(1, "", "null"), ended(2, "reconcile", "success"), after];
            code(list_booked(View::new(&records), &[target()]))
        };
        assert_eq!(judged(reading(3, Moment::After, 1, "paid")), "passed");
        assert_eq!(judged(reading(3, Moment::After, 0, "pending")), "no-effect");
        assert_eq!(judged(reading(3, Moment::After, 2, "paid")), "duplicate-effect");
        assert_eq!(judged(observed(3, Moment::After, Read::NoChannel)), "passed");
        assert_eq!(code(list_booked(View::new(&[]), &[])), "inconclusive");
    }
}
