//! Clients under a rate limit: no hot loops, a pause that all keep, callers that are told, and work that
//! gets done all the same.

use std::collections::BTreeSet;

use super::{
    api::{describe, finding, unreached},
    arrivals::{between, calls, is_limited, keys, most_within, numbers, since_disturbed},
    backoff::timed,
    outcome::{Grade, Outcome},
    retries::{names_rate_limit, pending, watched_short},
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::observation::{Operation, OperationEnd},
    wire::fault::ApiCall,
};

const SECOND: u64 = 1_000;

/// How fast a client may be that was given no usable pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Requests in any second.
    pub per_second: u32,
    /// Requests in the whole time.
    pub most: u32,
    /// The time, from the first refusal on.
    pub window_millis: u64,
}

/// Refusals with no or a nonsensical pause do not make the client loop.
pub fn no_hot_loop(view: View<'_>, limits: Loop) -> Outcome {
    let operation = view.operation();
    let seen = since_disturbed(view);
    let Some((_, first)) = seen.first().copied() else {
        return inconclusive(unreached(operation));
    };
    let inside = between(&seen, first.started, 0, limits.window_millis);
    let most = most_within(&inside, SECOND);
    let expected = format!(
        "at most {} requests in any second and {} in {} s",
        limits.per_second,
        limits.most,
        limits.window_millis / 1000
    );
    if most > limits.per_second as usize || inside.len() > limits.most as usize {
        let observed = format!("{} requests, up to {most} of them within a second", inside.len());
        return timed(finding(
            "hot-loop",
            operation,
            expected,
            observed,
            numbers(&inside),
        ));
    }
    if let Some(short) = watched_short(view, first.started, limits.window_millis) {
        return short;
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// A pause that concerns several operations at once. Times are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommonPause {
    /// Operations that run at the same time.
    pub operations: u32,
    /// What the first answer asked for.
    pub pause: u64,
    /// Time after that answer in which requests arrive that were under way.
    pub grace: u64,
    /// How much earlier a timer may fire.
    pub slack: u64,
    /// Requests that may come all the same.
    pub probes: u32,
}

/// While one answer asks for a pause, all operations that use the credential keep it.
pub fn all_pause(view: View<'_>, common: CommonPause) -> Outcome {
    let operation = view.operation();
    let seen = calls(view);
    let limiting = seen.iter().find(|(_, request)| is_limited(request));
    let Some((number, limiting)) = limiting.copied() else {
        return inconclusive(unreached(operation));
    };
    let over = common.pause.saturating_sub(common.slack);
    let during = between(&seen, limiting.answered, common.grace, over);
    if during.len() > common.probes as usize {
        let mut records = numbers(&during);
        records.push(number);
        return timed(finding(
            "too-early",
            operation,
            format!(
                "after {}, which asked for {} s, at most {} new request of all {} operations from {} ms after it until \
                 the pause is over",
                describe(limiting),
                common.pause / 1000,
                common.probes,
                common.operations,
                common.grace
            ),
            format!("{} requests, the first: {}", during.len(), described(&during)),
            records,
        ));
    }
    let gave_up = view
        .operations()
        .into_iter()
        .filter(|(_, operation)| ended(operation).is_some_and(|(_, category)| is_named(category)))
        .count();
    // Without a second request, or its open refusal, nobody was there to keep the pause.
    if calls(view).len() + gave_up <= 2 {
        return inconclusive(format!(
            "{} operations were started and {} request arrived, so none had to keep the pause of another; {}",
            common.operations,
            calls(view).len(),
            unreached(operation)
        ));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

fn described(arrivals: &[super::arrivals::Arrival<'_>]) -> String {
    arrivals
        .first()
        .map_or_else(String::new, |(_, request)| describe(request))
}

fn ended(operation: &Operation) -> Option<(&str, Option<&String>)> {
    match &operation.end {
        OperationEnd::Finished {
            outcome, category, ..
        } => Some((outcome, category.as_ref())),
        OperationEnd::Unusable(_) => None,
    }
}

fn is_named(category: Option<&String>) -> bool {
    category.is_some_and(|category| names_rate_limit(category))
}

/// A pause that is far too long to wait for: no request comes, and the caller is told in good time.
pub fn caller_told(view: View<'_>, quiet_millis: u64, within_millis: u64) -> Outcome {
    let operation = view.operation();
    let seen = since_disturbed(view);
    let Some((number, limiting)) = seen.first().copied() else {
        return inconclusive(unreached(operation));
    };
    let early = between(&seen[1..], limiting.answered, 0, quiet_millis);
    if let Some((next, request)) = early.first() {
        return timed(finding(
            "too-early",
            operation,
            format!(
                "no request for {} s after {}",
                quiet_millis / 1000,
                describe(limiting)
            ),
            describe(request),
            [number, *next],
        ));
    }
    if let Some(short) = watched_short(view, limiting.answered, quiet_millis) {
        return short;
    }
    let expected = format!(
        "an error, or the word that it is queued, within {} s",
        within_millis / 1000
    );
    let Some((_, told)) = operation else {
        let observed = "the caller had no answer when the watch was over";
        return finding("caller-kept-waiting", operation, expected, observed, [number]);
    };
    let took = told.ended.millis_since(limiting.answered);
    match ended(told) {
        None => inconclusive(unreached(operation)),
        Some(("success", _)) => finding(
            "not-reported-failed",
            operation,
            expected,
            format!("reported as success after {took} ms"),
            [number],
        ),
        Some(_) if took > within_millis => finding(
            "caller-kept-waiting",
            operation,
            expected,
            format!("the caller had an answer after {took} ms"),
            [number],
        ),
        Some(_) => Outcome::Passed {
            grade: Some(Grade::B),
        },
    }
}

/// Work that meets a limit which is really kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Operations that were started.
    pub operations: u32,
    /// Time in which all of them must be complete.
    pub within_millis: u64,
    /// Refused requests in a hundred that are allowed.
    pub refused_percent: u32,
}

/// Under a limit that is really kept all operations complete, few requests are refused, and none is done
/// twice.
pub fn lives_under_limit(view: View<'_>, demand: Demand) -> Outcome {
    let operation = view.operation();
    let calls = calls(view);
    let Some((_, first)) = calls.first().copied() else {
        return inconclusive(unreached(operation));
    };
    let refused: Vec<_> = calls
        .iter()
        .filter(|(_, request)| is_limited(request))
        .copied()
        .collect();
    if refused.len() * 100 > calls.len() * demand.refused_percent as usize {
        return finding(
            "limit-fought",
            operation,
            format!("at most {} % of the requests refused", demand.refused_percent),
            format!(
                "{} of {} requests refused, up to {} requests in a second",
                refused.len(),
                calls.len(),
                most_within(&calls, SECOND)
            ),
            numbers(&refused),
        );
    }
    let operations = view.operations();
    let with = |wanted: &str| {
        let found = operations
            .iter()
            .filter(|(_, operation)| ended(operation).is_some_and(|(outcome, _)| outcome == wanted))
            .filter(|(_, operation)| operation.ended.millis_since(first.started) <= demand.within_millis);
        found.count()
    };
    let (complete, left_open) = (with("success"), with("pending"));
    let wanted = demand.operations as usize;
    if complete + left_open < wanted {
        return finding(
            "not-completed",
            operation,
            format!(
                "{wanted} operations complete within {} s",
                demand.within_millis / 1000
            ),
            format!("{complete} complete, {left_open} pending"),
            numbers(&calls),
        );
    }
    if left_open > 0 {
        return inconclusive(pending());
    }
    for call in [
        ApiCall::Quotation,
        ApiCall::Customer,
        ApiCall::Policy,
        ApiCall::Payment,
    ] {
        let done: Vec<_> = calls
            .iter()
            .filter(|(_, request)| request.call == call && matches!(request.status, Some(200..=299)))
            .copied()
            .collect();
        let (with_key, without): (Vec<_>, Vec<_>) =
            done.iter().partition(|(_, request)| !keys(request).is_empty());
        let distinct: BTreeSet<_> = with_key.iter().map(|(_, request)| keys(request)).collect();
        let made = distinct.len() + without.len();
        if made > wanted {
            return finding(
                "duplicate-write",
                operation,
                format!("at most {wanted} successful requests of the kind {call:?}, one for each operation"),
                format!("{made}"),
                numbers(&done),
            );
        }
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// Refused requests, and all of them.
pub fn refusals(view: View<'_>) -> (usize, usize) {
    let calls = calls(view);
    let refused = calls.iter().filter(|(_, request)| is_limited(request)).count();
    (refused, calls.len())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{code, disturbed, operated, request, seen, watched},
        transcript::record::Record,
    };

    fn refused(moments: &[u64]) -> Vec<Arc<Record>> {
        let refused = (0..).zip(moments).map(|(n, at)| seen(n, disturbed(*at, 0, 429)));
        refused.collect()
    }

    #[test]
    fn a_loop_is_told_from_a_few_retries() {
        let judge = |moments: &[u64], watch| {
            let mut records = refused(moments);
            records.push(watched(90, watch));
            let limits = Loop {
                per_second: 3,
                most: 5,
                window_millis: 10_000,
            };
            code(no_hot_loop(View::new(&records), limits))
        };
        assert_eq!(judge(&[0, 300, 900, 3_000], 10_000), "passed");
        assert_eq!(judge(&[0, 300, 600, 900], 10_000), "hot-loop");
        assert_eq!(judge(&[0, 1_500, 3_000, 4_500, 6_000, 7_500], 10_000), "hot-loop");
        assert_eq!(judge(&[0], 9_000), "inconclusive");
        assert_eq!(judge(&[], 10_000), "inconclusive");
    }

    #[test]
    fn a_pause_is_kept_by_all_or_answered_openly() {
        let judge = |others: &[u64], category: Option<&str>| {
            let mut records = refused(&[0]);
            records.extend(
                (1..)
                    .zip(others)
                    .map(|(n, at)| seen(n, request(*at, 1, Some(200)))),
            );
            records.push(operated(80, "buy", 0, 100, "failed", category));
            records.push(operated(81, "buy", 0, 100, "failed", category));
            let common = CommonPause {
                operations: 8,
                pause: 4_000,
                grace: 500,
                slack: 50,
                probes: 1,
            };
            code(all_pause(View::new(&records), common))
        };
        assert_eq!(judge(&[10, 400, 2_000, 3_990, 4_200], None), "passed");
        assert_eq!(judge(&[10, 600, 2_000], None), "too-early");
        assert_eq!(judge(&[], None), "inconclusive");
        assert_eq!(judge(&[], Some("rate_limit")), "passed");
    }

    #[test]
    fn a_caller_is_told_and_nobody_asks_again() {
        let judge = |moments: &[u64], watch, end: Option<(u64, &str)>| {
            let mut records = refused(moments);
            records.push(watched(90, watch));
            records.extend(end.map(|(at, outcome)| operated(91, "buy", 0, at, outcome, None)));
            code(caller_told(View::new(&records), 24_000, 12_000))
        };
        assert_eq!(judge(&[0], 24_000, Some((100, "failed"))), "passed");
        assert_eq!(judge(&[0], 24_000, Some((100, "pending"))), "passed");
        assert_eq!(judge(&[0, 23_000], 24_000, Some((100, "failed"))), "too-early");
        assert_eq!(
            judge(&[0], 24_000, Some((13_000, "failed"))),
            "caller-kept-waiting"
        );
        assert_eq!(judge(&[0], 24_000, None), "caller-kept-waiting");
        assert_eq!(judge(&[0], 24_000, Some((100, "success"))), "not-reported-failed");
        assert_eq!(judge(&[0], 20_000, Some((100, "failed"))), "inconclusive");
        assert_eq!(judge(&[], 24_000, Some((100, "failed"))), "inconclusive");
    }

    #[test]
    fn work_is_done_with_few_refusals_and_once() {
        let judge = |statuses: &[u16], outcomes: &[&str], key: Option<&str>| {
            let mut records = Vec::new();
            for (number, status) in (0..).zip(statuses) {
                let mut one = request(number * 10, 1, Some(*status));
                one.call = ApiCall::Quotation;
                if let Some(key) = key {
                    one.headers.push("Idempotency-Key", key);
                }
                records.push(seen(number, one));
            }
            for (number, outcome) in (80..).zip(outcomes) {
                records.push(operated(number, "quote", 0, 1_000, outcome, None));
            }
            let demand = Demand {
                operations: 2,
                within_millis: 10_000,
                refused_percent: 20,
            };
            code(lives_under_limit(View::new(&records), demand))
        };
        let both: &[&str] = &["success"; 2];
        assert_eq!(judge(&[201, 201], both, None), "passed");
        assert_eq!(judge(&[201, 429, 201], both, None), "limit-fought");
        assert_eq!(judge(&[201, 201], &["success", "failed"], None), "not-completed");
        assert_eq!(judge(&[201, 201], &["success", "pending"], None), "inconclusive");
        assert_eq!(judge(&[201, 201, 201], both, None), "duplicate-write");
        assert_eq!(judge(&[201, 201, 201], both, Some("k")), "passed");
        assert_eq!(judge(&[], both, None), "inconclusive");
    }
}
