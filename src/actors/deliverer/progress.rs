//! How far a delivery got, readable also after it was given up.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::failure::Failure;
use crate::{
    config::host::Clock,
    transcript::exchange::{Answer, NoAnswer},
    wire::moment::Micros,
};

/// The moments of one delivery.
#[derive(Debug)]
pub(super) struct Progress {
    clock: Clock,
    started: Micros,
    written: AtomicU64,
    head: AtomicU64,
}

impl Progress {
    /// A delivery that starts now.
    pub(super) fn start(clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            started: clock.now(),
            written: AtomicU64::new(0),
            head: AtomicU64::new(0),
        }
    }

    /// The last request byte has been written.
    pub(super) fn note_written(&self) {
        self.written.store(self.clock.now().0.max(1), Ordering::Relaxed);
    }

    /// The head of the answer is here.
    pub(super) fn note_head(&self) {
        self.head.store(self.clock.now().0.max(1), Ordering::Relaxed);
    }

    /// Start of the delivery.
    pub(super) fn started(&self) -> Micros {
        self.started
    }

    /// When the last request byte was written, if it was.
    pub(super) fn written(&self) -> Option<Micros> {
        noted(&self.written)
    }

    /// When the head of the answer came, if it did.
    pub(super) fn head(&self) -> Option<Micros> {
        noted(&self.head)
    }

    /// Now.
    pub(super) fn now(&self) -> Micros {
        self.clock.now()
    }

    /// Runs an exchange under its time limit.
    pub(super) async fn within(
        &self,
        limit: Duration,
        exchange: impl Future<Output = Result<Answer, Failure>>,
    ) -> Result<Answer, Failure> {
        tokio::time::timeout(limit, exchange).await.unwrap_or_else(|_| {
            let what = if self.head().is_some() {
                "the answer was not whole"
            } else {
                "no answer"
            };
            Err(Failure::new(
                NoAnswer::Timeout,
                &format!("{what} within {} ms", limit.as_millis()),
            ))
        })
    }
}

fn noted(moment: &AtomicU64) -> Option<Micros> {
    match moment.load(Ordering::Relaxed) {
        0 => None,
        micros => Some(Micros(micros)),
    }
}
