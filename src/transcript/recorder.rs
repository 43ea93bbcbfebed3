//! The recorder: the only way into a transcript.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use super::{
    line_writer::LineWriter,
    mask::{Leak, Learned, Masked, Masker, Unmaskable},
    record::{Event, Record, RunStarted, Scope},
    recorder_error::RecorderError,
    sealed::Transcript,
};
use crate::config::host::Clock;

/// A handle on the transcript of a run; cheap to clone.
///
/// Every record is in the hands of the operating system when [`Recorder::record`] returns, so a killed
/// process loses none. What was recorded can be judged only once it is sealed:
///
/// ```compile_fail,E0308
/// use senang_conformance::transcript::{recorder::Recorder, sealed::Transcript};
///
/// fn judge(_: &Transcript) {}
///
/// fn too_early(recorder: &Recorder) {
///     judge(recorder);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Recorder {
    inner: Arc<Mutex<Inner>>,
    masker: Arc<RwLock<Masker>>,
    clock: Clock,
}

#[derive(Debug)]
struct Inner {
    writer: LineWriter,
    open: HashMap<Scope, Vec<Arc<Record>>>,
}

/// A record without its place in the chain: this is what is masked.
#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    #[serde(flatten)]
    event: Event,
}

enum Trouble {
    Json(serde_json::Error),
    Unmaskable,
}

impl Recorder {
    /// A recorder that writes no file, for tests of the rooms below.
    pub fn in_memory(clock: Clock) -> Self {
        Self::new(LineWriter::in_memory(), clock)
    }

    /// A recorder that masks and forgets, for a program that shows what happens and keeps no evidence.
    pub fn forgetful(clock: Clock) -> Self {
        Self::new(LineWriter::nowhere(), clock)
    }

    /// Begins a transcript in a new file with its first record.
    pub fn create(path: &Path, clock: Clock, first: RunStarted) -> Result<Self, RecorderError> {
        let recorder = Self::new(LineWriter::create(path)?, clock);
        recorder.record(None, Event::RunStarted(Box::new(first)));
        recorder
            .failed()
            .map_or(Ok(recorder), |failure| Err(RecorderError::Failed(failure)))
    }

    /// Continues a transcript that a killed process left without an end. The chain is checked; nothing
    /// recorded is dropped. A torn last line goes to `transcript.torn` beside the transcript. Secrets
    /// have to be taught again.
    pub fn resume(path: &Path, clock: Clock) -> Result<Self, RecorderError> {
        Ok(Self::new(LineWriter::resume(path)?, clock))
    }

    fn new(writer: LineWriter, clock: Clock) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                writer,
                open: HashMap::new(),
            })),
            masker: Arc::default(),
            clock,
        }
    }

    /// The clock that stamps the records.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Writes one record and returns it as it was written, masked.
    ///
    /// It never fails for the caller: a record that could not be written shows in [`Recorder::failed`].
    ///
    /// What belongs to an attempt 0 happened before the first example and is recorded for the run as a
    /// whole.
    pub fn record(&self, scope: Option<&Scope>, event: Event) -> Arc<Record> {
        let scope = scope.filter(|scope| scope.attempt > 0);
        let mut content = Content {
            scope: scope.cloned(),
            event,
        };
        // Outside the lock: writers wait for each other only to get a number and to write.
        let mut json = serde_json::to_string(&content).map_err(Trouble::Json);
        if let Ok(text) = &json {
            match self.masked(text) {
                Ok(None) => {}
                Ok(Some((text, masked))) => {
                    json = Ok(text);
                    content = masked;
                }
                Err(Unmaskable) => {
                    json = Err(Trouble::Unmaskable);
                    content.event = Event::Note {
                        text: "a record that could not be masked".to_owned(),
                    };
                }
            }
        }
        let mut inner = self.inner();
        let (number, at) = inner.writer.next(self.clock.now());
        let record = Arc::new(Record {
            number,
            at,
            scope: content.scope,
            event: content.event,
        });
        match json {
            Ok(json) => inner.writer.write(&record, &json),
            Err(Trouble::Json(source)) => inner.writer.fail(RecorderError::Json { number, source }),
            Err(Trouble::Unmaskable) => inner.writer.fail(RecorderError::Unmaskable { number }),
        }
        if let Some(scope) = scope {
            inner
                .open
                .entry(scope.clone())
                .or_default()
                .push(Arc::clone(&record));
        }
        record
    }

    /// The content as it may be written, if that differs from what was given.
    fn masked(&self, json: &str) -> Result<Option<(String, Content)>, Unmaskable> {
        let known = self.masker.read().unwrap_or_else(PoisonError::into_inner);
        let read = |text: &str| serde_json::from_str::<Content>(text);
        let Some(masked) = known.mask_json_line(json, |text| read(text).is_ok())? else {
            return Ok(None);
        };
        let content = read(&masked.text).map_err(|_| Unmaskable)?;
        Ok(Some((masked.text, content)))
    }

    /// The records of an attempt so far.
    pub fn of(&self, scope: &Scope) -> Vec<Arc<Record>> {
        self.inner().open.get(scope).cloned().unwrap_or_default()
    }

    /// The records of an attempt, which the recorder then forgets (the file keeps them).
    pub fn take(&self, scope: &Scope) -> Vec<Arc<Record>> {
        self.inner().open.remove(scope).unwrap_or_default()
    }

    /// Teaches the recorder a secret; from now on no record shows it in any encoding. What comes back
    /// says whether that can be promised; a report should name what was refused.
    pub fn learn(&self, label: &str, secret: &[u8]) -> Learned {
        self.masker
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .learn(label, secret)
    }

    /// Masks a text that is not a record.
    pub fn mask(&self, text: &str) -> Masked {
        self.masker
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .mask(text)
    }

    /// Everything in a file that shows what was taught; see [`Masker::leaks`].
    pub fn leaks(&self, bytes: &[u8]) -> Vec<Leak> {
        self.masker
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .leaks(bytes)
    }

    /// The labels of everything that was taught.
    pub fn labels(&self) -> Vec<String> {
        self.masker
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .labels()
    }

    /// Why the transcript is incomplete, if it is: the first thing that went wrong. After it nothing
    /// more is written.
    pub fn failed(&self) -> Option<Arc<RecorderError>> {
        self.inner().writer.failure()
    }

    /// Ends the transcript: writes `run-finished` unless the run was interrupted, and waits until the
    /// file is on the disk. Other handles can no longer record.
    pub fn seal(self) -> Result<Transcript, RecorderError> {
        if !self.inner().writer.has_end() {
            self.record(None, Event::RunFinished);
        }
        self.inner().writer.seal()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
