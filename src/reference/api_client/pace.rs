//! Keeps everybody who uses one API to the pauses it asks for, and slows down under a real limiter.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// This many refusals within [`SHORTLY`] mean that a limiter is at work.
const REFUSALS: usize = 4;
const SHORTLY_MILLIS: i64 = 5_000;
const SLOW_FOR_MILLIS: i64 = 60_000;
const SLOT_MILLIS: i64 = 250;
/// Once no more than one in so many requests of a limit is left, there is reason to slow down.
const SCARCE: u64 = 3;
const SCARCE_FOR_MILLIS: i64 = 5_000;

/// The shared pace. Times are UNIX milliseconds.
#[derive(Debug, Default)]
pub struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    not_before: i64,
    refusals: Vec<i64>,
    slow_until: i64,
    next_slot: i64,
}

impl Pace {
    /// Notes a refusal that asks for a pause.
    pub fn pause(&self, now: i64, pause: Duration) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        state.not_before = state.not_before.max(now.saturating_add(pause));
        state.refusals.retain(|refusal| now - refusal < SHORTLY_MILLIS);
        state.refusals.push(now);
        if state.refusals.len() >= REFUSALS {
            state.slow_until = now + SLOW_FOR_MILLIS;
        }
    }

    /// Notes how many requests of its limit the platform still takes at once.
    pub fn room(&self, now: i64, limit: u64, left: u64) {
        if left <= limit / SCARCE {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.slow_until = state.slow_until.max(now + SCARCE_FOR_MILLIS);
        }
    }

    /// Reserves a moment to send; how long to wait for it.
    pub fn reserve(&self, now: i64) -> Duration {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = now.max(state.not_before);
        if at < state.slow_until {
            at = at.max(state.next_slot);
            state.next_slot = at + SLOT_MILLIS;
        }
        Duration::from_millis(u64::try_from(at - now).unwrap_or(0))
    }

    /// How long the common pause still lasts.
    pub fn remaining(&self, now: i64) -> Duration {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_millis(u64::try_from(state.not_before - now).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_wait_for_the_end_of_a_pause() {
        let pace = Pace::default();
        assert_eq!(pace.reserve(0), Duration::ZERO);
        pace.pause(0, Duration::from_secs(4));
        assert_eq!(pace.reserve(500), Duration::from_millis(3_500));
        assert_eq!(pace.reserve(500), Duration::from_millis(3_500));
        assert_eq!(pace.reserve(5_000), Duration::ZERO);
    }

    #[test]
    fn little_room_is_a_reason_to_slow_down() {
        let waits = |left| {
            let pace = Pace::default();
            pace.room(0, 10, left);
            [pace.reserve(0).as_millis(), pace.reserve(0).as_millis()]
        };
        assert_eq!(waits(4), [0, 0]);
        assert_eq!(waits(3), [0, 250]);
    }

    #[test]
    fn a_real_limiter_spreads_the_requests() {
        let pace = Pace::default();
        (0..4).for_each(|_| pace.pause(0, Duration::from_secs(1)));
        let waits: Vec<_> = (0..3).map(|_| pace.reserve(0).as_millis()).collect();
        assert_eq!(waits, [1_000, 1_250, 1_500]);
    }
}
