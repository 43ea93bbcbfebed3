//! How much the partner sees at once and per second.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bounds the deliveries under way and the deliveries started per second, over both deliverers.
#[derive(Debug)]
pub struct Limiter {
    places: Arc<Semaphore>,
    in_flight: u32,
    pace: DefaultDirectRateLimiter,
}

/// Leave to be under way; ends when it is dropped.
#[derive(Debug)]
pub struct Permit {
    _place: Option<OwnedSemaphorePermit>,
}

impl Limiter {
    /// A limiter that lets `in_flight` deliveries be under way at one time and `per_second` be
    /// started within any second, wherever that second begins.
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
            pace: RateLimiter::direct(quota),
        }
    }

    /// Waits until one delivery may start.
    pub async fn enter(&self) -> Permit {
        self.enter_together(1).await
    }

    /// Waits until several deliveries may start at the same moment. They pay for the pace one by one
    /// beforehand. More than may ever be under way take all places.
    pub async fn enter_together(&self, deliveries: u32) -> Permit {
        let places = Arc::clone(&self.places)
            .acquire_many_owned(deliveries.min(self.in_flight))
            .await;
        for _ in 0..deliveries {
            while let Err(early) = self.pace.check() {
                tokio::time::sleep(early.wait_time_from(DefaultClock::default().now())).await;
            }
        }
        Permit { _place: places.ok() }
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
    async fn a_burst_larger_than_the_limit_does_not_wait_for_ever() {
        let limiter = Limiter::new(count(2), count(1_000_000));
        drop(limiter.enter_together(10).await);
        drop(limiter.enter().await);
    }
}
