//! A listener whose certificate no client may accept.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::task::AbortHandle;

use super::mount::Mount;

/// An address with a flawed certificate. Dropping it closes the address.
#[derive(Debug)]
#[must_use = "a flawed listener that is dropped is closed"]
pub struct Flawed {
    origin: String,
    attempts: Arc<AtomicU64>,
    listening: AbortHandle,
}

impl Flawed {
    pub(super) fn new(origin: String, attempts: Arc<AtomicU64>, listening: AbortHandle) -> Self {
        Self {
            origin,
            attempts,
            listening,
        }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The base URL of a mount at this address.
    pub fn base_url(&self, mount: &Mount) -> String {
        match mount.owner() {
            Some(owner) => format!("{}/e/{owner}", self.origin),
            None => self.origin.clone(),
        }
    }

    /// Connections that were opened. Without one, that no request came proves nothing.
    pub fn attempts(&self) -> u64 {
        self.attempts.load(Ordering::Relaxed)
    }
}

impl Drop for Flawed {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
