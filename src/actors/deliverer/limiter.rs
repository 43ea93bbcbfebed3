//! How much the partner sees at once and per second.

use std::{collections::VecDeque, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

type Moment = <DefaultClock as governor::clock::Clock>::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// Bounds what is under way and what is started per second, over both deliverers and the probes that
/// read effects.
#[derive(Debug)]
pub struct Limiter {
    places: Arc<Semaphore>,
    in_flight: u32,
    per_second: usize,
    /// Spreads single starts over the second.
    pace: DefaultDirectRateLimiter,
    /// The starts of the last second, oldest first: the bound itself, for starts at the same moment too.
    starts: Mutex<VecDeque<Moment>>,
}

/// Leave to be under way; ends when it is dropped.
#[derive(Debug)]
pub struct Permit {
    _place: Option<OwnedSemaphorePermit>,
}

impl Limiter {
    /// A limiter that lets `in_flight` requests be under way at one time and `per_second` be started
    /// within any second, wherever that second begins.
    pub fn new(in_flight: NonZeroU32, per_second: NonZeroU32) -> Self {
        // A bucket of b that refills r times a second lets b + r - 1 through in a second.
        let together = (per_second.get() / 20).max(1);
        let refills = per_second.get() - together + 1;
        let period = Duration::from_nanos(1_000_000_000_u64.div_ceil(u64::from(refills)));
        let together = NonZeroU32::new(together).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(together);
        Self {
            places: Arc::new(Semaphore::new(in_flight.get() as usize)),
            in_flight: in_flight.get(),
            per_second: per_second.get() as usize,
            pace: RateLimiter::direct(quota),
            starts: Mutex::default(),
        }
    }

    /// Waits until one request may start.
    pub async fn enter(&self) -> Permit {
        let permit = self.places(1).await;
        while let Err(early) = self.pace.check() {
            tokio::time::sleep(early.wait_time_from(DefaultClock::default().now())).await;
        }
        self.start(1).await;
        permit
    }

    /// Waits for the places of several requests that will be under way together. More than may ever be
    /// under way take all places; whoever wants more asks [`Limiter::most_together`] first.
    pub async fn places(&self, requests: u32) -> Permit {
        let places = Arc::clone(&self.places)
            .acquire_many_owned(requests.min(self.in_flight))
            .await;
        Permit { _place: places.ok() }
    }

    /// Waits until several requests may start at this very moment, and counts them as started.
    pub async fn start(&self, requests: u32) {
        let requests = (requests as usize).min(self.per_second);
        // Held while waiting: whoever comes first starts first, however many it wants to start.
        let mut starts = self.starts.lock().await;
        let clock = DefaultClock::default();
        loop {
            let now = clock.now();
            let age = |moment: &Moment| now.duration_since(*moment);
            while starts.front().is_some_and(|first| age(first) >= SECOND) {
                starts.pop_front();
            }
            let room = self.per_second - starts.len().min(self.per_second);
            if requests <= room {
                starts.extend(std::iter::repeat_n(now, requests));
                return;
            }
            let leaves_last = starts.get(requests - room - 1).map(age);
            tokio::time::sleep(SECOND.saturating_sub(leaves_last.unwrap_or_default())).await;
        }
    }

    /// How many requests may be started at the same moment.
    pub fn most_together(&self) -> u32 {
        self.in_flight
            .min(u32::try_from(self.per_second).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::config::host::Clock;

    fn count(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    #[tokio::test]
    async fn no_more_than_allowed_are_under_way() {
        let limiter = Arc::new(Limiter::new(count(3), count(1_000_000)));
        let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (limiter, now, most) = (Arc::clone(&limiter), Arc::clone(&now), Arc::clone(&most));
                tokio::spawn(async move {
                    let _permit = limiter.enter().await;
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn no_second_sees_more_starts_than_allowed() {
        let clock = Clock::start();
        let limiter = Limiter::new(count(64), count(40));
        let mut starts = Vec::new();
        for _ in 0..60 {
            drop(limiter.enter().await);
            starts.push(clock.now().0);
        }
        assert!(
            starts.windows(41).all(|window| window[40] - window[0] >= 999_000),
            "{starts:?}"
        );
    }

    #[tokio::test]
    async fn starts_at_the_same_moment_count_for_the_second_that_follows() {
        let clock = Clock::start();
        let limiter = Limiter::new(count(64), count(40));
        let mut starts = Vec::new();
        for number in 0..4 {
            limiter.start(30).await;
            starts.extend([clock.now().0; 30]);
            for _ in 0..number {
                drop(limiter.enter().await);
                starts.push(clock.now().0);
            }
        }
        assert!(
            starts.windows(41).all(|window| window[40] - window[0] >= 999_000),
            "{starts:?}"
        );
    }

    #[tokio::test]
    async fn a_burst_larger_than_the_limit_does_not_wait_for_ever() {
        let limiter = Limiter::new(count(2), count(1_000_000));
        drop(limiter.places(10).await);
        limiter.start(10).await;
        drop(limiter.enter().await);
    }
}
