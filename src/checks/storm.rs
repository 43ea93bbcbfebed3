//! Many operations during an outage: the sum of their retries stays bounded.

use super::{
    api::{finding, unreached},
    arrivals::{between, most_within, numbers, since_disturbed},
    backoff::timed,
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};

/// How much traffic an outage may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storm {
    /// Operations that were started.
    pub operations: u32,
    /// Attempts of each.
    pub attempts: u32,
    /// Requests of all of them within the rate window.
    pub rate: u32,
    /// The rate window in milliseconds.
    pub rate_window: u64,
}

/// The operations together make no more requests than each may make by itself, and never many at once.
pub fn no_retry_storm(view: View<'_>, storm: Storm) -> Outcome {
    let operation = view.operation();
    let seen = since_disturbed(view);
    if seen.is_empty() {
        return inconclusive(unreached(operation));
    }
    let most = u64::from(storm.operations) * u64::from(storm.attempts);
    if seen.len() as u64 > most {
        return finding(
            "retry-storm",
            operation,
            format!(
                "at most {most} requests, {} for each of {} operations",
                storm.attempts, storm.operations
            ),
            format!("{} requests", seen.len()),
            numbers(&seen),
        );
    }
    let at_once = most_within(&seen, storm.rate_window);
    if at_once > storm.rate as usize {
        return timed(finding(
            "retry-storm",
            operation,
            format!(
                "at most {} requests within any {} ms",
                storm.rate, storm.rate_window
            ),
            format!("{at_once} requests"),
            numbers(&seen),
        ));
    }
    let ended = view.operations().len();
    if ended < storm.operations as usize {
        return inconclusive(format!(
            "only {ended} of {} operations ended while the sandbox was watched, so more requests may have followed",
            storm.operations
        ));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// Whether fewer requests came in the last part of an outage than in the part before it: the client breaks
/// the circuit.
pub fn calms_down(view: View<'_>, spread_millis: u64, tail_millis: u64) -> bool {
    let seen = since_disturbed(view);
    let Some((_, first)) = seen.first() else {
        return false;
    };
    let turn = spread_millis.saturating_sub(tail_millis);
    let before = between(&seen, first.started, turn.saturating_sub(tail_millis), turn);
    let tail = between(&seen, first.started, turn, spread_millis);
    tail.len() < before.len()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{code, disturbed, operated, seen},
        transcript::record::Record,
    };

    fn records(moments: &[u64], operations: u64) -> Vec<Arc<Record>> {
        let mut records: Vec<_> = (0..)
            .zip(moments)
            .map(|(n, at)| seen(n, disturbed(*at, 0, 503)))
            .collect();
        records.extend((0..operations).map(|n| operated(90 + n, "buy", 0, 9_000, "failed", None)));
        records
    }

    #[test]
    fn the_sum_and_the_rate_are_bounded() {
        let judge = |moments: &[u64], operations| {
            let storm = Storm {
                operations: 2,
                attempts: 2,
                rate: 3,
                rate_window: 1_000,
            };
            code(no_retry_storm(View::new(&records(moments, operations)), storm))
        };
        assert_eq!(judge(&[0, 100, 2_000, 2_100], 2), "passed");
        assert_eq!(judge(&[0, 1_000, 2_000, 3_000, 4_000], 2), "retry-storm");
        assert_eq!(judge(&[0, 100, 200, 300], 2), "retry-storm");
        assert_eq!(judge(&[0, 100], 1), "inconclusive");
        assert_eq!(judge(&[], 2), "inconclusive");
    }

    #[test]
    fn a_client_that_breaks_the_circuit_is_noticed() {
        let calm = |moments: &[u64]| calms_down(View::new(&records(moments, 0)), 60_000, 20_000);
        assert!(calm(&[0, 21_000, 22_000, 41_000]));
        assert!(!calm(&[0, 21_000, 41_000]));
        assert!(!calm(&[]));
    }
}
