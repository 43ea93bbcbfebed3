//! How many examples work at once. A waiting example gives its slot back; one that delivers keeps it,
//! so that no more examples are under way than deliveries can be made for.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A slot, free again when it is dropped. None is given out only if the semaphore is closed, which
/// never happens.
pub type Slot = Option<OwnedSemaphorePermit>;

/// The slots of a run.
#[derive(Clone, Debug)]
pub struct Slots(Arc<Semaphore>);

impl Slots {
    /// So many examples at work at once.
    pub fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.max(1))))
    }

    /// Waits for a slot.
    pub async fn take(&self) -> Slot {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}
