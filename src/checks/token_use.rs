//! Access tokens: shared by operations, renewed once when they end.

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        observation::{Operation, OperationEnd},
    },
    wire::{
        fault::{ApiCall, Fault},
        moment::Micros,
    },
};

fn token_requests(view: View<'_>, since: Micros) -> Vec<(u64, &SeenRequest)> {
    let mut seen = view.seen();
    seen.retain(|(_, request)| request.call == ApiCall::Token && request.started >= since);
    seen
}

fn succeeded(operation: &Operation) -> bool {
    matches!(&operation.end, OperationEnd::Finished { outcome, .. } if outcome == "success")
}

/// The first operation that did not come to a good end, in words; none when all did.
fn unfinished(operations: &[(u64, &Operation)], due: usize) -> Option<String> {
    if let Some(failed) = operations.iter().find(|(_, operation)| !succeeded(operation)) {
        return Some(unreached(Some(*failed)));
    }
    (operations.len() < due).then(|| format!("{} of {due} operations ended", operations.len()))
}

/// So many operations within the life of one token ask for at most so many tokens.
pub fn tokens_reused(view: View<'_>, operations: usize, most: usize) -> Outcome {
    let ended = view.operations();
    let tokens = token_requests(view, Micros(0));
    if tokens.len() > most {
        return finding(
            "token-for-each-call",
            ended.last().copied(),
            format!("at most {most} token requests in {operations} operations"),
            format!(
                "{} token requests among {} requests",
                tokens.len(),
                view.seen().len()
            ),
            tokens.iter().map(|(number, _)| *number),
        );
    }
    match unfinished(&ended, operations) {
        None if tokens.is_empty() => inconclusive(
            "the sandbox saw no token request, so nothing shows that a token was used; does the partner's client call \
             {api_base_url}?",
        ),
        None => passed(),
        Some(why) => inconclusive(format!("not every operation was seen to its end: {why}")),
    }
}

fn passed() -> Outcome {
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// After a 401 in the middle of an operation there is one token request, the same call comes again with
/// the new token, and the operation completes.
pub fn token_renewed_once(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let seen = view.seen();
    let refused = seen
        .iter()
        .find(|(_, request)| request.fault == Some(Fault::ExpireTokens) && request.status == Some(401));
    let Some((number, refused)) = refused.copied() else {
        return inconclusive(unreached(operation));
    };
    let renewals = token_requests(view, refused.started);
    let after = || format!("after {}", describe(refused));
    match renewals.as_slice() {
        [_] => {}
        [] => {
            let expected = format!("one token request {}", after());
            return finding("not-renewed", operation, expected, "none", [number]);
        }
        several => {
            let expected = format!("one token request {}", after());
            let observed = format!("{} of them", several.len());
            let records = several.iter().map(|(renewal, _)| *renewal).chain([number]);
            return finding("renewed-again", operation, expected, observed, records);
        }
    }
    let repeated = seen.iter().any(|(_, request)| {
        request.started > refused.started
            && request.call == refused.call
            && request.target == refused.target
            && is_success(request.status)
    });
    if !repeated {
        let expected = format!("the same call again with the new token {}", after());
        return finding(
            "not-repeated",
            operation,
            expected,
            "it never succeeded",
            [number],
        );
    }
    match operation {
        Some((_, ended)) if succeeded(ended) => passed(),
        _ => finding(
            "did-not-complete",
            operation,
            "the operation completes with the new token",
            unreached(operation),
            [number],
        ),
    }
}

/// Of operations that begin at once with an expired token, at most so many renew it, and all complete.
pub fn tokens_not_stampeded(view: View<'_>, operations: usize, most: usize) -> Outcome {
    let ended = view.operations();
    let seen = view.seen();
    let refused: Vec<_> = seen
        .iter()
        .filter(|(_, request)| request.call != ApiCall::Token && request.status == Some(401))
        .collect();
    let Some((first_number, first)) = refused.first() else {
        return inconclusive(
            "no call came with the expired token, so nothing had to be renewed; does the partner keep its token from \
             one operation to the next?",
        );
    };
    let renewals = token_requests(view, first.started);
    if renewals.len() > most {
        return finding(
            "stampede",
            ended.last().copied(),
            format!("at most {most} token requests after {}", describe(first)),
            format!(
                "{} token requests; {} calls had come with the expired token",
                renewals.len(),
                refused.len()
            ),
            renewals.iter().map(|(number, _)| *number).chain([*first_number]),
        );
    }
    match unfinished(&ended, operations) {
        None => passed(),
        Some(why) => finding(
            "did-not-complete",
            ended.last().copied(),
            format!("all {operations} operations complete with the new token"),
            why,
            [*first_number],
        ),
    }
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
        transcript::record::Record,
    };

    fn tokens(count: u64) -> Vec<Arc<Record>> {
        (0..count)
            .map(|number| call(number, number, "POST /v1/oauth/token", "{}", 200, "{}"))
            .collect()
    }

    #[test]
    fn a_token_for_each_call_is_too_many() {
        for (count, outcome, expected) in [
            (1, "success", "passed"),
            (3, "success", "token-for-each-call"),
            (1, "failed", "inconclusive"),
            (0, "success", "inconclusive"),
        ] {
            let mut records = tokens(count);
            records.push(ended(90, "buy", outcome));
            assert_eq!(
                code(tokens_reused(View::new(&records), 1, 2)),
                expected,
                "{count}"
            );
        }
    }

    fn expired(number: u64, at: u64) -> Arc<Record> {
        let mut record = (*call(number, at, "POST /v1/customers", "{}", 401, "{}")).clone();
        if let crate::transcript::record::Event::Seen(request) = &mut record.event {
            request.fault = Some(Fault::ExpireTokens);
        }
        Arc::new(record)
    }

    #[test]
    fn one_renewal_and_the_call_again() {
        let renewed = |renewals: u64, again: u16, outcome: &str| {
            let mut records = vec![expired(1, 1)];
            records
                .extend((0..renewals).map(|n| call(2 + n, 2 + n, "POST /v1/oauth/token", "{}", 200, "{}")));
            records.push(call(20, 20, "POST /v1/customers", "{}", again, "{}"));
            records.push(ended(90, "buy", outcome));
            code(token_renewed_once(View::new(&records)))
        };
        assert_eq!(renewed(1, 201, "success"), "passed");
        assert_eq!(renewed(0, 201, "success"), "not-renewed");
        assert_eq!(renewed(2, 201, "success"), "renewed-again");
        assert_eq!(renewed(1, 401, "success"), "not-repeated");
        assert_eq!(renewed(1, 201, "failed"), "did-not-complete");
        assert_eq!(
            code(token_renewed_once(View::new(&[ended(1, "buy", "success")]))),
            "inconclusive"
        );
    }

    #[test]
    fn ten_that_renew_are_a_stampede() {
        let many = |renewals: u64, outcome: &str| {
            let mut records = vec![expired(1, 1)];
            records
                .extend((0..renewals).map(|n| call(2 + n, 2 + n, "POST /v1/oauth/token", "{}", 200, "{}")));
            records.push(ended(90, "buy", outcome));
            code(tokens_not_stampeded(View::new(&records), 1, 2))
        };
        assert_eq!(many(1, "success"), "passed");
        assert_eq!(many(3, "success"), "stampede");
        assert_eq!(many(1, "failed"), "did-not-complete");
        assert_eq!(
            code(tokens_not_stampeded(
                View::new(&[ended(1, "buy", "success")]),
                1,
                2
            )),
            "inconclusive"
        );
    }
}
