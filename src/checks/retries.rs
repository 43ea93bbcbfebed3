//! Attempts of one operation: how many there are, whether they end, and what the caller is told.

use super::{
    api::{describe, finding, unreached},
    arrivals::{attempts, between, keys, numbers, since_disturbed},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::observation::{Operation, OperationEnd},
    wire::{fault::ApiCall, moment::Micros},
};

/// How long and how often an operation may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persistence {
    /// Attempts within the window.
    pub most: u32,
    /// The window, from the first attempt on.
    pub window_millis: u64,
    /// Time after the window in which one further attempt is allowed.
    pub late_millis: u64,
}

const SEEN: Outcome = Outcome::Passed {
    grade: Some(Grade::B),
};

/// Under an error that does not go away the attempts become rare and the operation ends as failed.
/// With `rate_limited` it must say that a rate limit was the reason.
pub fn retries_end(view: View<'_>, persistence: Persistence, rate_limited: bool) -> Outcome {
    let operation = view.operation();
    let attempts = since_disturbed(view);
    let Some((number, first)) = attempts.first().copied() else {
        return inconclusive(unreached(operation));
    };
    let Persistence {
        most,
        window_millis,
        late_millis,
    } = persistence;
    let early = between(&attempts, first.started, 0, window_millis);
    if early.len() > most as usize {
        return finding(
            "retried",
            operation,
            format!("at most {most} attempts in {} s", window_millis / 1000),
            format!("{} attempts", early.len()),
            numbers(&early),
        );
    }
    let until = window_millis + late_millis;
    let late = between(&attempts, first.started, window_millis, until);
    if late.len() > 1 {
        return finding(
            "retried",
            operation,
            format!(
                "at most 1 attempt from {} s to {} s after the first",
                window_millis / 1000,
                until / 1000
            ),
            format!("{} attempts", late.len()),
            numbers(&late),
        );
    }
    if let Some(short) = watched_short(view, first.started, until) {
        return short;
    }
    ended_failed(operation, (number, first.started), rate_limited)
}

/// What to say when the sandbox was not watched for so long.
pub(super) fn watched_short(view: View<'_>, from: Micros, millis: u64) -> Option<Outcome> {
    let watched = view.watched_until().map_or(0, |until| until.millis_since(from));
    (watched < millis).then(|| {
        inconclusive(format!(
            "the sandbox was watched for {watched} ms after the first attempt instead of {millis} ms"
        ))
    })
}

/// Whether a category names a rate limit.
pub(super) fn names_rate_limit(category: &str) -> bool {
    category
        .to_ascii_lowercase()
        .replace(['-', ' '], "_")
        .contains("rate_limit")
}

fn ended_failed(
    operation: Option<(u64, &Operation)>,
    (number, first): (u64, Micros),
    rate_limited: bool,
) -> Outcome {
    let expected = if rate_limited {
        "the operation ends as failed, with the category rate_limit"
    } else {
        "the operation ends as failed"
    };
    let end = operation.map(|(_, operation)| &operation.end);
    match end {
        None => finding(
            "not-reported-failed",
            operation,
            expected,
            format!(
                "it had not ended when the watch was over; its first attempt was at {:.3} s",
                first.seconds()
            ),
            [number],
        ),
        Some(OperationEnd::Unusable(why)) => inconclusive(format!("the operation's end is not known: {why}")),
        Some(OperationEnd::Finished {
            outcome, category, ..
        }) => match (outcome.as_str(), category) {
            ("failed", _) if !rate_limited => SEEN,
            ("failed", Some(category)) if names_rate_limit(category) => SEEN,
            ("failed", None) => inconclusive(
                "the operation ends as failed and names no category, so nobody can tell a rate limit from another \
                 failure; say in [start.<operation>] with answer = { category = … } where it stands",
            ),
            ("failed", Some(category)) => finding(
                "misnamed-failure",
                operation,
                expected,
                format!("failed, with the category {category}"),
                [number],
            ),
            ("pending", _) => inconclusive(pending()),
            (other, _) => finding(
                "not-reported-failed",
                operation,
                expected,
                format!("reported as {other}"),
                [number],
            ),
        },
    }
}

/// What to say of an operation whose end lies beyond its answer.
pub(super) fn pending() -> &'static str {
    "the operation answered pending, so its end is not known; let [start.<operation>] wait until it has ended"
}

/// An error that goes away after a moment does not make the operation fail. A write is repeated only so
/// that the platform can recognise it, or after a look at what became of it; one that is not repeated and
/// fails openly is fine, too.
pub fn outage_survived(view: View<'_>, most: u32) -> Outcome {
    let operation = view.operation();
    let attempts = attempts(view);
    let Some((number, first)) = attempts.first().copied() else {
        return inconclusive(unreached(operation));
    };
    if attempts.len() > most as usize {
        return finding(
            "retried",
            operation,
            format!("at most {most} attempts"),
            format!("{} attempts", attempts.len()),
            numbers(&attempts),
        );
    }
    if first.call.writes()
        && let Some((number, blind)) = repeated_blindly(view, &attempts)
    {
        return finding(
            "repeated-without-key",
            operation,
            "a repeated write carries an Idempotency-Key, or comes after a look at what became of it",
            describe(blind),
            [number],
        );
    }
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) => match outcome.as_str() {
            "success" => SEEN,
            "failed" if first.call.writes() && attempts.len() == 1 => SEEN,
            "pending" => inconclusive(pending()),
            other => finding(
                "not-completed",
                operation,
                format!(
                    "the operation completes with at most {most} attempts at {}",
                    first.target
                ),
                format!("{other} after {} attempts", attempts.len()),
                numbers(&attempts),
            ),
        },
        Some(OperationEnd::Unusable(why)) => inconclusive(format!("the operation's end is not known: {why}")),
        None => finding(
            "not-completed",
            operation,
            "the operation completes",
            "it did not end",
            [number],
        ),
    }
}

fn repeated_blindly<'a>(
    view: View<'a>,
    attempts: &[super::arrivals::Arrival<'a>],
) -> Option<super::arrivals::Arrival<'a>> {
    let reads: Vec<Micros> = view
        .seen()
        .into_iter()
        .filter(|(_, request)| ApiCall::READS.contains(&request.call))
        .map(|(_, request)| request.started)
        .collect();
    attempts.windows(2).find_map(|pair| match pair {
        [(_, one), (number, next)] => {
            let looked = reads
                .iter()
                .any(|read| (one.answered..next.started).contains(read));
            (keys(next).is_empty() && !looked).then_some((*number, *next))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{code, disturbed, operated, request, seen, watched};

    const LIMITS: Persistence = Persistence {
        most: 3,
        window_millis: 10_000,
        late_millis: 5_000,
    };

    fn judge(moments: &[u64], watch: u64, end: Option<(&str, Option<&str>)>, rate_limited: bool) -> String {
        let mut records: Vec<_> = (0..)
            .zip(moments)
            .map(|(n, at)| seen(n, disturbed(*at, 1, 429)))
            .collect();
        records.push(watched(90, watch));
        records.extend(end.map(|(outcome, category)| operated(91, "buy", 0, 20_000, outcome, category)));
        code(retries_end(View::new(&records), LIMITS, rate_limited))
    }

    #[test]
    fn attempts_end_and_the_end_is_named() {
        let limited = Some(("failed", Some("Rate-Limit")));
        assert_eq!(judge(&[0, 1_000, 12_000], 16_000, limited, true), "passed");
        assert_eq!(judge(&[0, 1, 2, 3], 16_000, limited, true), "retried");
        assert_eq!(judge(&[0, 11_000, 12_000], 16_000, limited, true), "retried");
        assert_eq!(judge(&[0], 14_000, limited, true), "inconclusive");
        assert_eq!(judge(&[], 16_000, limited, true), "inconclusive");
        assert_eq!(
            judge(&[0], 16_000, Some(("failed", Some("server"))), true),
            "misnamed-failure"
        );
        assert_eq!(
            judge(&[0], 16_000, Some(("failed", Some("server"))), false),
            "passed"
        );
        assert_eq!(judge(&[0], 16_000, Some(("failed", None)), true), "inconclusive");
        assert_eq!(
            judge(&[0], 16_000, Some(("success", None)), false),
            "not-reported-failed"
        );
        assert_eq!(
            judge(&[0], 16_000, Some(("pending", None)), false),
            "inconclusive"
        );
        assert_eq!(judge(&[0], 16_000, None, false), "not-reported-failed");
    }

    fn survive(write: bool, key: Option<&str>, attempts: u64, outcome: &str) -> String {
        let mut records = Vec::new();
        for number in 0..attempts {
            let mut one = request(number * 100, 1, Some(503));
            if number < 2 {
                one = disturbed(number * 100, 1, 503);
            }
            one.call = if write { ApiCall::Policy } else { ApiCall::Products };
            if let Some(key) = key {
                one.headers.push("Idempotency-Key", key);
            }
            records.push(seen(number, one));
        }
        records.push(operated(90, "buy", 0, 900, outcome, None));
        code(outage_survived(View::new(&records), 4))
    }

    #[test]
    fn a_short_outage_is_survived_with_few_and_safe_attempts() {
        assert_eq!(survive(false, None, 3, "success"), "passed");
        assert_eq!(survive(false, None, 5, "success"), "retried");
        assert_eq!(survive(false, None, 1, "failed"), "not-completed");
        assert_eq!(survive(true, None, 1, "failed"), "passed");
        assert_eq!(survive(true, Some("k"), 3, "success"), "passed");
        assert_eq!(survive(true, None, 3, "success"), "repeated-without-key");
        assert_eq!(survive(true, Some("k"), 2, "failed"), "not-completed");
        assert_eq!(survive(false, None, 2, "pending"), "inconclusive");
        assert_eq!(survive(false, None, 0, "success"), "inconclusive");
    }
}
