//! The recorder: the only way into a transcript.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use super::{
    chain::{Break, Chain, Why},
    format::{self, LONGEST_LINE},
    mask::{Learned, Masked, Masker},
    reader::{End, ReadError, Reader},
    record::{Event, Record, RunStarted, Scope},
    sealed::{Index, Place, Source, Transcript},
};
use crate::{config::host::Clock, wire::moment::Micros};

/// The transcript could not be written; a run that meets one of these ends undetermined.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// There is one already.
    #[error("{0} exists; a run never writes into the transcript of another")]
    Exists(PathBuf),
    /// It could not be opened.
    #[error("cannot open {path}: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process is writing it.
    #[error("{0} is being written by another process; wait for it or stop it")]
    InUse(PathBuf),
    /// A transcript that is to be continued does not hold.
    #[error("{path} cannot be continued: {source}")]
    Unsound {
        /// The file.
        path: PathBuf,
        /// Where it breaks.
        source: ReadError,
    },
    /// A transcript that is to be continued is complete.
    #[error("{0} is complete; there is nothing to continue")]
    Complete(PathBuf),
    /// The torn last line could not be moved aside.
    #[error("cannot move the torn last line to {path}: {source}")]
    TornLine {
        /// Where it should have gone.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A record could not be written.
    #[error("record {number} could not be written: {source}")]
    Write {
        /// The record.
        number: u64,
        /// Why.
        source: std::io::Error,
    },
    /// A record has no JSON.
    #[error("record {number} has no JSON: {source}")]
    Json {
        /// The record.
        number: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// A record is longer than a line may be.
    #[error("record {number} has {bytes} bytes; a line holds at most {LONGEST_LINE}")]
    TooLong {
        /// The record.
        number: u64,
        /// Its length.
        bytes: usize,
    },
    /// A record could not be masked and was replaced by a note.
    #[error("record {number} could not be masked without losing its form; a note stands in its place")]
    Unmaskable {
        /// The record.
        number: u64,
    },
    /// Something was recorded after the transcript was sealed.
    #[error("record {number} came after the transcript was sealed and is not in it")]
    Late {
        /// The record.
        number: u64,
    },
    /// Writing failed before.
    #[error("the transcript is incomplete: {0}")]
    Failed(Arc<RecorderError>),
    /// What was written cannot be read again.
    #[error("the sealed transcript cannot be read: {0}")]
    Unreadable(#[from] ReadError),
}

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
    sink: Sink,
    chain: Chain,
    length: u64,
    last_at: Micros,
    index: Index,
    end: Option<End>,
    sealed: bool,
    failure: Option<Arc<RecorderError>>,
    open: HashMap<Scope, Vec<Arc<Record>>>,
}

#[derive(Debug)]
enum Sink {
    Memory(Vec<u8>),
    File(File),
}

/// A record without its place in the chain: this is what is masked.
#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    #[serde(flatten)]
    event: Event,
}

impl Recorder {
    /// A recorder that writes no file, for tests of the rooms below.
    pub fn in_memory(clock: Clock) -> Self {
        Self::new(Inner::new(Sink::Memory(Vec::new())), clock)
    }

    /// Begins a transcript in a new file with its first record.
    pub fn create(path: &Path, clock: Clock, first: RunStarted) -> Result<Self, RecorderError> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(path)
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => RecorderError::Exists(path.to_owned()),
                _ => RecorderError::Open {
                    path: path.to_owned(),
                    source,
                },
            })?;
        lock(&file, path)?;
        let recorder = Self::new(Inner::new(Sink::File(file)), clock);
        recorder.record(None, Event::RunStarted(Box::new(first)));
        recorder
            .failed()
            .map_or(Ok(recorder), |failure| Err(RecorderError::Failed(failure)))
    }

    /// Continues a transcript that a killed process left without an end. The chain is checked; nothing
    /// recorded is dropped. A torn last line goes to `transcript.torn` beside the transcript. Secrets
    /// have to be taught again.
    pub fn resume(path: &Path, clock: Clock) -> Result<Self, RecorderError> {
        let open = |source| RecorderError::Open {
            path: path.to_owned(),
            source,
        };
        let unsound = |source| RecorderError::Unsound {
            path: path.to_owned(),
            source,
        };
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(path)
            .map_err(open)?;
        lock(&file, path)?;
        let mut inner = Inner::new(Sink::Memory(Vec::new()));
        let mut reader = Reader::new(std::io::BufReader::new(&file));
        let mut torn = None;
        loop {
            match reader.next_placed() {
                Ok(Some((record, place))) => inner.took(&record, place),
                Ok(None) => break,
                Err(ReadError::Broken(broken)) if is_torn(&broken) => {
                    torn = Some(reader.take_line());
                    break;
                }
                Err(error) => return Err(unsound(error)),
            }
        }
        inner.chain = reader.checked();
        if inner.end == Some(End::Complete) {
            return Err(RecorderError::Complete(path.to_owned()));
        }
        drop(reader);
        inner.sink = Sink::File(file);
        if let Some(bytes) = torn {
            inner.mend(path, &bytes)?;
        }
        if inner.chain.length() == 0 {
            return Err(unsound(ReadError::Broken(Break {
                line: 1,
                why: Why::NoStart,
            })));
        }
        Ok(Self::new(inner, clock))
    }

    fn new(inner: Inner, clock: Clock) -> Self {
        Self {
            inner: Arc::new(Mutex::new(inner)),
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
    pub fn record(&self, scope: Option<&Scope>, event: Event) -> Arc<Record> {
        let mut content = Content {
            scope: scope.cloned(),
            event,
        };
        let mut trouble = None;
        // Outside the lock: writers wait for each other only to get a number and to write.
        let mut json = serde_json::to_string(&content);
        if let Ok(text) = &json {
            match self.masked_content(text) {
                Ok(None) => {}
                Ok(Some((text, masked))) => {
                    json = Ok(text);
                    content = masked;
                }
                Err(_) => {
                    content.event = Event::Note {
                        text: "a record could not be masked and is left out".to_owned(),
                    };
                    json = serde_json::to_string(&content);
                    trouble = Some(());
                }
            }
        }
        let mut inner = self.inner();
        let number = inner.chain.length();
        let at = self.clock.now().max(inner.last_at);
        let record = Arc::new(Record {
            number,
            at,
            scope: content.scope,
            event: content.event,
        });
        match json {
            Ok(json) => inner.write(&record, &json),
            Err(source) => inner.fail(RecorderError::Json { number, source }),
        }
        if trouble.is_some() {
            inner.fail(RecorderError::Unmaskable { number });
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

    fn masked_content(&self, json: &str) -> Result<Option<(String, Content)>, super::mask::Unmaskable> {
        let masker = self.masker.read().unwrap_or_else(PoisonError::into_inner);
        let read = |text: &str| serde_json::from_str::<Content>(text);
        let Some(masked) = masker.mask_json_line(json, |text| read(text).is_ok())? else {
            return Ok(None);
        };
        let content = read(&masked.text).map_err(|_| super::mask::Unmaskable)?;
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
        self.inner().failure.clone()
    }

    /// Ends the transcript: writes `run-finished` unless the run was interrupted, and waits until the
    /// file is on the disk. Other handles can no longer record.
    pub fn seal(self) -> Result<Transcript, RecorderError> {
        if self.inner().end.is_none() {
            self.record(None, Event::RunFinished);
        }
        let mut inner = self.inner();
        if let Some(failure) = &inner.failure {
            return Err(RecorderError::Failed(Arc::clone(failure)));
        }
        let number = inner.chain.length();
        if inner.sealed {
            return Err(RecorderError::Late { number });
        }
        inner.sealed = true;
        let source = match &mut inner.sink {
            Sink::Memory(bytes) => Source::Memory(std::mem::take(bytes)),
            Sink::File(file) => {
                let written = file.sync_all().and_then(|()| file.try_clone());
                Source::File(Mutex::new(
                    written.map_err(|source| RecorderError::Write { number, source })?,
                ))
            }
        };
        let end = inner.end.unwrap_or(End::Cut);
        Ok(Transcript::new(
            source,
            std::mem::take(&mut inner.index),
            inner.chain,
            end,
        )?)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn new(sink: Sink) -> Self {
        Self {
            sink,
            chain: Chain::new(),
            length: 0,
            last_at: Micros::default(),
            index: Index::default(),
            end: None,
            sealed: false,
            failure: None,
            open: HashMap::new(),
        }
    }

    /// Deals with a last line that has no newline: whole but for that it is a record, else it is moved.
    fn mend(&mut self, path: &Path, line: &[u8]) -> Result<(), RecorderError> {
        let open = |source| RecorderError::Open {
            path: path.to_owned(),
            source,
        };
        let Sink::File(file) = &mut self.sink else {
            return Ok(());
        };
        let mut chain = self.chain;
        let record = chain
            .check(line)
            .ok()
            .and_then(|()| serde_json::from_slice::<Record>(line).ok());
        let Some(record) = record else {
            keep_torn_line(path, line)?;
            return file.set_len(self.length).map_err(open);
        };
        file.write_all(b"\n").map_err(open)?;
        let place = Place::new(self.length, line.len() + 1);
        self.chain = chain;
        self.took(&record, place);
        Ok(())
    }

    fn took(&mut self, record: &Record, place: Place) {
        self.length += place.length();
        self.last_at = record.at;
        self.index.add(record, place);
        match record.event {
            Event::RunFinished => self.end = Some(End::Complete),
            Event::Interrupted => self.end = Some(End::Interrupted),
            _ => {}
        }
    }

    fn fail(&mut self, error: RecorderError) {
        self.failure.get_or_insert_with(|| Arc::new(error));
    }

    /// Writes a line with one call, so that no line is ever half in a buffer of ours.
    fn write(&mut self, record: &Record, content: &str) {
        let number = record.number;
        if self.sealed || self.end == Some(End::Complete) {
            self.fail(RecorderError::Late { number });
        }
        if self.failure.is_some() {
            return;
        }
        let mut line = self.chain.begin_line();
        line.reserve(content.len() + 32);
        line.push_str(",\"at\":");
        line.push_str(&record.at.0.to_string());
        line.push(',');
        line.push_str(content.strip_prefix('{').unwrap_or(content));
        line.push('\n');
        if line.len() > LONGEST_LINE {
            self.fail(RecorderError::TooLong {
                number,
                bytes: line.len(),
            });
            return;
        }
        let written = match &mut self.sink {
            Sink::Memory(bytes) => {
                bytes.extend_from_slice(line.as_bytes());
                Ok(())
            }
            Sink::File(file) => file.write_all(line.as_bytes()),
        };
        if let Err(source) = written {
            self.fail(RecorderError::Write { number, source });
            return;
        }
        self.chain.append(line.trim_end_matches('\n').as_bytes());
        let place = Place::new(self.length, line.len());
        self.took(record, place);
    }
}

fn lock(file: &File, path: &Path) -> Result<(), RecorderError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(std::fs::TryLockError::WouldBlock) => Err(RecorderError::InUse(path.to_owned())),
        // Some file systems have no locks; create_new already keeps two runs apart.
        Err(std::fs::TryLockError::Error(_)) => Ok(()),
    }
}

fn is_torn(broken: &Break) -> bool {
    broken.why == Why::Torn
}

fn keep_torn_line(transcript: &Path, bytes: &[u8]) -> Result<(), RecorderError> {
    let path = transcript.with_file_name(format::TORN_LINE);
    let keep = || {
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        if file.seek(SeekFrom::End(0))? > 0 {
            file.write_all(b"\n")?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    };
    keep().map_err(|source| RecorderError::TornLine {
        path: path.clone(),
        source,
    })
}
