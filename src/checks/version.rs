//! The version of the API that calls name, and what a partner makes of its end.

use std::collections::BTreeSet;

use super::{
    api::{describe, finding, unreached},
    counterpart::asked,
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::{exchange::SeenRequest, observation::OperationEnd},
    wire::{
        fault::{ApiCall, Fault},
        growth::Growth,
        moment::Micros,
    },
};

/// The status of a version that is no more.
const GONE: u16 = 410;

/// The version that a request names: the first segment of its path, if it is `v` and a number.
fn version(request: &SeenRequest) -> Option<&str> {
    let path = request.target.split('?').next()?;
    let first = path.strip_prefix('/')?.split('/').next()?;
    let number = first.strip_prefix('v')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(first)
}

/// Every call names the same version, explicitly.
pub fn version_pinned(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let seen = view.seen();
    if asked(view, Micros(0)).is_empty() {
        return inconclusive(unreached(operation));
    }
    let without = seen.iter().find(|(_, request)| version(request).is_none());
    if let Some((number, request)) = without {
        let expected = "a version in the path of every call, such as /v1";
        return finding("unpinned", operation, expected, describe(request), [*number]);
    }
    let versions: BTreeSet<&str> = seen.iter().filter_map(|(_, request)| version(request)).collect();
    if versions.len() > 1 {
        let observed = versions.into_iter().collect::<Vec<_>>().join(", ");
        let numbers = seen.iter().map(|(number, _)| *number);
        return finding(
            "mixed-versions",
            operation,
            "one version",
            observed,
            numbers.take(50),
        );
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// A retired version is asked once, and the operation ends as failed for a reason that it names.
pub fn retirement_accepted(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let refused: Vec<_> = asked(view, Micros(0))
        .into_iter()
        .filter(|(_, request)| request.status == Some(GONE))
        .collect();
    let numbers = || refused.iter().map(|(number, _)| *number);
    match refused.as_slice() {
        [] => return inconclusive(unreached(operation)),
        [_] => {}
        [_, second, ..] => {
            let observed = format!("{} calls; the second: {}", refused.len(), describe(second.1));
            let expected = "1 call, answered 410: this version is retired";
            return finding("retried", operation, expected, observed, numbers().take(50));
        }
    }
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished {
            outcome, category, ..
        }) if outcome == "failed" => {
            if category
                .as_ref()
                .is_some_and(|category| !category.trim().is_empty())
            {
                Outcome::Passed {
                    grade: Some(Grade::B),
                }
            } else {
                inconclusive(
                    "the operation's answer shows no reason: say with answer.category in [start.buy] where the reason of \
                     a failure stands",
                )
            }
        }
        Some(OperationEnd::Finished { outcome, .. }) => finding(
            "not-reported-failed",
            operation,
            "the operation ends as failed",
            format!("reported as {outcome}"),
            numbers(),
        ),
        _ => inconclusive(format!(
            "the operation's end is not known ({})",
            unreached(operation)
        )),
    }
}

/// The partner got answers that have grown so. A new product is only met by who lists products.
pub fn met_growth(view: View<'_>, growth: Growth) -> Outcome {
    let met: Vec<_> = view
        .seen()
        .into_iter()
        .filter(|(_, request)| request.fault == Some(Fault::Grown { growth }))
        .collect();
    if met.is_empty() {
        return inconclusive(unreached(view.operation()));
    }
    let listed = met.iter().any(|(_, request)| request.call == ApiCall::Products);
    if growth == Growth::NewValue && !listed {
        return Outcome::NotApplicable {
            reason: "the operation never asks for the list of products, so it cannot meet a new one there"
                .to_owned(),
        };
    }
    Outcome::Passed { grade: None }
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
        transcript::record::Event,
    };

    #[test]
    fn every_call_names_one_version() {
        let judged = |lines: &[&str]| {
            let records: Vec<_> = (1..)
                .zip(lines)
                .map(|(number, line)| call(number, number, line, "", 200, "{}"))
                .collect();
            code(version_pinned(View::new(&records)))
        };
        assert_eq!(judged(&["GET /v1/products", "POST /v1/quotations"]), "passed");
        assert_eq!(judged(&["POST /v1/oauth/token", "GET /products"]), "unpinned");
        assert_eq!(judged(&["GET /vouchers/products"]), "unpinned");
        assert_eq!(
            judged(&["GET /v1/products", "GET /v2/products"]),
            "mixed-versions"
        );
        assert_eq!(judged(&[]), "inconclusive");
    }

    #[test]
    fn a_dead_version_is_asked_once() {
        let judged = |calls: u64, outcome: &str| {
            let mut records: Vec<_> = (1..=calls)
                .map(|number| call(number, number, "GET /v1/products", "", 410, "{}"))
                .collect();
            records.push(ended(90, "buy", outcome));
            code(retirement_accepted(View::new(&records)))
        };
        assert_eq!(judged(1, "failed"), "passed");
        assert_eq!(judged(3, "failed"), "retried");
        assert_eq!(judged(1, "success"), "not-reported-failed");
        assert_eq!(judged(0, "failed"), "inconclusive");
    }

    #[test]
    fn who_never_lists_products_meets_no_new_one() {
        let judged = |line: &str, met: Growth| {
            let mut record = (*call(1, 1, line, "", 200, "{}")).clone();
            if let Event::Seen(request) = &mut record.event {
                request.fault = Some(Fault::Grown { growth: met });
            }
            let records = [Arc::new(record)];
            code(met_growth(View::new(&records), Growth::NewValue))
        };
        assert_eq!(judged("POST /v1/quotations", Growth::NewValue), "not-applicable");
        assert_eq!(judged("GET /v1/products", Growth::NewValue), "passed");
        assert_eq!(judged("GET /v1/products", Growth::Members), "inconclusive");
    }
}
