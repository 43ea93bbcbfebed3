//! A rate limit that is really kept: so many requests a second, with a burst (GCRA).

use crate::wire::{header::Headers, moment::Micros};

/// How many requests a mount takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a second, at least 1.
    pub per_second: u32,
    /// Requests that may come at once, at least 1.
    pub burst: u32,
}

/// What a limit says to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whether the request is taken.
    pub taken: bool,
    /// Requests that may follow at once.
    pub remaining: u64,
    /// Seconds, rounded up, until the next request is taken; 0 when it is taken at once.
    pub retry_after: u64,
    /// Seconds, rounded up, until the whole burst is there again.
    pub reset: u64,
    limit: u32,
}

/// The meter behind a limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    full_at: u64,
}

impl Meter {
    /// Counts a request, unless it is over the limit.
    pub fn ask(&mut self, limit: RateLimit, now: Micros) -> Grant {
        let interval = 1_000_000 / u64::from(limit.per_second.max(1)).min(1_000_000);
        let burst = u64::from(limit.burst.max(1));
        let room = interval.saturating_mul(burst);
        let full_at = self.full_at.max(now.0);
        let after = full_at.saturating_add(interval);
        let taken = after.saturating_sub(now.0) <= room;
        if taken {
            self.full_at = after;
        }
        let debt = self.full_at.max(now.0) - now.0;
        let room_left = room.saturating_sub(debt);
        let wait = interval.saturating_sub(room_left);
        Grant {
            taken,
            remaining: room_left / interval,
            retry_after: wait.div_ceil(1_000_000),
            reset: debt.div_ceil(1_000_000),
            limit: limit.burst.max(1),
        }
    }
}

impl Grant {
    /// The fields that tell the client (`RateLimit-*`, and `Retry-After` for a refusal).
    pub fn headers(&self) -> Headers {
        let headers = Headers::new()
            .with("RateLimit-Limit", self.limit.to_string())
            .with("RateLimit-Remaining", self.remaining.to_string())
            .with("RateLimit-Reset", self.reset.to_string());
        if self.taken {
            headers
        } else {
            headers.with("Retry-After", self.retry_after.max(1).to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let limit = RateLimit {
            per_second: 5,
            burst: 10,
        };
        let mut meter = Meter::default();
        let taken = (0..12)
            .filter(|_| meter.ask(limit, Micros(1_000_000)).taken)
            .count();
        assert_eq!(taken, 10);
        let refused = meter.ask(limit, Micros(1_199_999));
        assert_eq!(
            (refused.taken, refused.retry_after, refused.remaining),
            (false, 1, 0)
        );
        assert!(meter.ask(limit, Micros(1_200_000)).taken);
        assert!(!meter.ask(limit, Micros(1_200_001)).taken);
        let rested = meter.ask(limit, Micros(60_000_000));
        assert_eq!((rested.taken, rested.remaining, rested.reset), (true, 9, 1));
    }

    #[test]
    fn nonsense_limits_still_work() {
        let mut meter = Meter::default();
        assert!(
            meter
                .ask(
                    RateLimit {
                        per_second: 0,
                        burst: 0
                    },
                    Micros(u64::MAX)
                )
                .taken
        );
        let many = RateLimit {
            per_second: u32::MAX,
            burst: u32::MAX,
        };
        assert!(Meter::default().ask(many, Micros(0)).taken);
    }
}
