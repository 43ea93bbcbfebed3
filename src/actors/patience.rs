//! How long to wait for nothing to happen.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    transcript::{
        observation::{WaitKind, Waited},
        record::{Event, Record, Scope},
        recorder::Recorder,
    },
    wire::moment::Micros,
};

/// Longest wait for nothing to happen.
pub const CAP: Duration = Duration::from_secs(60);

/// The measure of a negative wait: the longer of a floor and three times the slowest positive effect
/// of the run so far, at most `cap`.
#[derive(Debug)]
pub struct Patience {
    floor: Duration,
    cap: Duration,
    slowest_micros: AtomicU64,
    recorder: Recorder,
}

impl Patience {
    /// Patience of a run that has seen nothing yet.
    pub fn new(floor: Duration, cap: Duration, recorder: Recorder) -> Self {
        Self {
            floor: floor.min(cap),
            cap,
            slowest_micros: AtomicU64::new(0),
            recorder,
        }
    }

    /// Learns how long a positive effect took.
    pub fn positive(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.slowest_micros.fetch_max(micros, Ordering::Relaxed);
    }

    /// The slowest positive effect so far.
    pub fn slowest(&self) -> Duration {
        Duration::from_micros(self.slowest_micros.load(Ordering::Relaxed)).min(self.cap)
    }

    /// How long nothing must happen, as of now.
    pub fn negative(&self) -> Duration {
        let slowest = Duration::from_micros(self.slowest_micros.load(Ordering::Relaxed));
        slowest.saturating_mul(3).max(self.floor).min(self.cap)
    }

    /// Waits for nothing to happen and records the wait. When the run turns out to be slower than
    /// was known at the start of the wait, the wait grows with it.
    pub async fn negative_wait(&self, scope: &Scope) -> Arc<Record> {
        let clock = self.recorder.clock();
        let from = clock.now();
        loop {
            let waited = since(from, clock.now());
            let Some(left) = self.negative().checked_sub(waited).filter(|left| !left.is_zero()) else {
                break;
            };
            tokio::time::sleep(left.max(Duration::from_millis(1))).await;
        }
        let waited = Waited {
            kind: WaitKind::Negative,
            from,
            to: clock.now(),
            satisfied: false,
        };
        self.recorder.record(Some(scope), Event::Waited(waited))
    }
}

/// Time between two moments of the run's clock.
pub(super) fn since(from: Micros, to: Micros) -> Duration {
    Duration::from_micros(to.0.saturating_sub(from.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::host::Clock;

    fn patience(floor: u64) -> Patience {
        Patience::new(
            Duration::from_millis(floor),
            CAP,
            Recorder::in_memory(Clock::start()),
        )
    }

    #[tokio::test]
    async fn the_wait_is_recorded_and_runs_to_its_end() {
        let patience = patience(20);
        patience.positive(Duration::from_millis(15));
        let scope = Scope {
            example: "WH-SIG-01/a".parse().unwrap(),
            attempt: 1,
        };
        let record = patience.negative_wait(&scope).await;
        let Event::Waited(waited) = &record.event else {
            panic!("{record:?}")
        };
        assert!(waited.to.millis_since(waited.from) >= 45, "{waited:?}");
        assert!(!waited.satisfied);
    }

    proptest! {
        #[test]
        fn patience_grows_only_and_stays_in_its_bounds(seen in proptest::collection::vec(0_u64..200_000, 0..20)) {
            let patience = patience(5_000);
            let mut last = patience.negative();
            for millis in seen {
                patience.positive(Duration::from_millis(millis));
                let now = patience.negative();
                prop_assert!(now >= last && now >= Duration::from_secs(5) && now <= CAP);
                prop_assert!(now == CAP || now >= Duration::from_millis(3 * millis));
                last = now;
            }
        }
    }
}
