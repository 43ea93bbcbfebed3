//! What outlives a single request: maintenance, and the memory of defects.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::clock;
use super::defect::{Defect, Defects};

/// Workers of a partner that loses them.
const WORKERS: usize = 3;
/// How long a lost worker hangs on its dead connection, in seconds.
const HANGS_SECONDS: i64 = 17;
/// How long a worker of such a partner takes for a delivery.
const WORK: Duration = Duration::from_millis(50);
const LOOK: Duration = Duration::from_millis(50);

/// The state behind the defects that need one.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Only a maintenance page is shown.
    pub maintenance: bool,
    /// Deliveries wait for somebody who repairs something.
    pub awaits_repair: bool,
    leaks: bool,
    /// Ids of deliveries, for the partner that keeps them in memory only.
    seen: Arc<Mutex<HashSet<String>>>,
    /// When workers were lost, UNIX seconds.
    lost: Arc<Mutex<Vec<i64>>>,
}

impl Faults {
    /// The state at the start. `known_books` says that the books were there already, so that this is no
    /// first start.
    pub fn new(defects: Defects, known_books: bool, maintenance: bool) -> Self {
        Self {
            maintenance,
            awaits_repair: known_books && defects.has(Defect::NoRestartRecovery),
            leaks: defects.has(Defect::WorkerLeak),
            ..Self::default()
        }
    }

    /// Remembers an id in memory; whether it was new.
    pub fn first_time(&self, id: &str) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(id.to_owned())
    }

    /// Waits for a worker where workers can be lost.
    pub async fn worker(&self) {
        if !self.leaks {
            return;
        }
        while self.missing() >= WORKERS {
            tokio::time::sleep(LOOK).await;
        }
        tokio::time::sleep(WORK).await;
    }

    /// Watches whether the sender stays until it is answered. Dropped at once, it is a connection that broke.
    pub fn watch(&self) -> Connection {
        Connection {
            lost: self.leaks.then(|| Arc::clone(&self.lost)),
        }
    }

    fn missing(&self) -> usize {
        let now = clock::unix_seconds();
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.retain(|since| now - since < HANGS_SECONDS);
        lost.len()
    }
}

/// A connection on which an answer is due. Dropped before that, it costs a worker.
#[derive(Debug)]
pub struct Connection {
    lost: Option<Arc<Mutex<Vec<i64>>>>,
}

impl Connection {
    /// The sender was still there.
    pub fn answered(mut self) {
        self.lost = None;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(lost) = &self.lost {
            lost.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(clock::unix_seconds());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn broken_connections_use_up_the_workers() {
        let faults = Faults::new([Defect::WorkerLeak].into_iter().collect(), false, false);
        let soon = Duration::from_millis(400);
        for _ in 0..WORKERS {
            faults.worker().await;
            faults.watch().answered();
            drop(faults.watch());
        }
        assert!(tokio::time::timeout(soon, faults.worker()).await.is_err());
        let clean = Faults::default();
        drop(clean.watch());
        assert_eq!(clean.missing(), 0);
    }
}
