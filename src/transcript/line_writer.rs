//! Puts records into the chain and onto the disk, and finds the place to go on after a kill.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Arc, Mutex},
};

use super::{
    chain::{Break, Chain, Why},
    format::{self, LONGEST_LINE},
    line_parser,
    reader::{End, ReadError, Reader},
    record::{Event, Record},
    recorder_error::RecorderError,
    sealed::{Index, Place, Source, Transcript},
};
use crate::wire::moment::Micros;

/// The only writer of a transcript.
#[derive(Debug)]
pub(super) struct LineWriter {
    sink: Sink,
    chain: Chain,
    length: u64,
    last_at: Micros,
    index: Index,
    interrupted: bool,
    finished: bool,
    sealed: bool,
    failure: Option<Arc<RecorderError>>,
}

#[derive(Debug)]
enum Sink {
    Nowhere,
    Memory(Vec<u8>),
    File(File),
}

impl LineWriter {
    /// Nowhere: records get their numbers and are forgotten.
    pub(super) fn nowhere() -> Self {
        Self::new(Sink::Nowhere)
    }

    /// Into memory.
    pub(super) fn in_memory() -> Self {
        Self::new(Sink::Memory(Vec::new()))
    }

    /// Into a new file.
    pub(super) fn create(path: &Path) -> Result<Self, RecorderError> {
        let opened = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(path);
        let file = opened.map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => RecorderError::Exists(path.to_owned()),
            _ => RecorderError::Open {
                path: path.to_owned(),
                source,
            },
        })?;
        lock(&file, path)?;
        Ok(Self::new(Sink::File(file)))
    }

    /// Behind the last whole line of a file.
    pub(super) fn resume(path: &Path) -> Result<Self, RecorderError> {
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
        let mut writer = Self::in_memory();
        let mut reader = Reader::new(BufReader::with_capacity(256 * 1024, &file));
        let torn = loop {
            match reader.next_placed() {
                Ok(Some((record, place))) => writer.took(&record, place),
                Ok(None) => break None,
                Err(ReadError::Broken(broken)) if broken.why == Why::Torn => break Some(reader.take_line()),
                Err(error) => return Err(unsound(error)),
            }
        };
        writer.chain = reader.checked();
        if writer.finished {
            return Err(RecorderError::Complete(path.to_owned()));
        }
        if writer.chain.length() == 0 {
            return Err(unsound(
                Break {
                    line: 1,
                    why: Why::NoStart,
                }
                .into(),
            ));
        }
        writer.sink = Sink::File(file);
        if let Some(line) = torn {
            writer.mend(path, &line)?;
        }
        Ok(writer)
    }

    fn new(sink: Sink) -> Self {
        Self {
            sink,
            chain: Chain::new(),
            length: 0,
            last_at: Micros::default(),
            index: Index::default(),
            interrupted: false,
            finished: false,
            sealed: false,
            failure: None,
        }
    }

    /// Number and moment of the next record. The moments of a transcript never run backwards, also
    /// where a new clock continues it.
    pub(super) fn next(&self, now: Micros) -> (u64, Micros) {
        (self.chain.length(), now.max(self.last_at))
    }

    /// What went wrong first.
    pub(super) fn failure(&self) -> Option<Arc<RecorderError>> {
        self.failure.clone()
    }

    /// Whether a record has said how the run ended.
    pub(super) fn has_end(&self) -> bool {
        self.finished || self.interrupted
    }

    /// Waits for the disk and hands over what was written.
    pub(super) fn seal(&mut self) -> Result<Transcript, RecorderError> {
        let number = self.chain.length();
        if self.sealed {
            self.fail(RecorderError::Late { number });
        }
        self.sealed = true;
        if let Some(failure) = &self.failure {
            return Err(RecorderError::Failed(Arc::clone(failure)));
        }
        let source = match &mut self.sink {
            Sink::Nowhere => Source::Memory(Vec::new()),
            Sink::Memory(bytes) => Source::Memory(std::mem::take(bytes)),
            Sink::File(file) => {
                let synced = file.sync_all().and_then(|()| file.try_clone());
                Source::File(Mutex::new(
                    synced.map_err(|source| RecorderError::Write { number, source })?,
                ))
            }
        };
        let index = std::mem::take(&mut self.index);
        Ok(Transcript::new(
            source,
            index,
            self.chain,
            End::of(self.finished, self.interrupted),
        )?)
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
            .and_then(|()| line_parser::record(line).ok());
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
        if !matches!(self.sink, Sink::Nowhere) {
            self.index.add(record, place);
        }
        self.finished |= record.event == Event::RunFinished;
        self.interrupted |= record.event == Event::Interrupted;
    }

    /// Notes that the transcript is incomplete; nothing is written any more.
    pub(super) fn fail(&mut self, error: RecorderError) {
        self.failure.get_or_insert_with(|| Arc::new(error));
    }

    /// Writes a line with one call, so that no line is ever half in a buffer of ours.
    pub(super) fn write(&mut self, record: &Record, content: &str) {
        let number = record.number;
        if self.sealed || self.finished {
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
            Sink::Nowhere => Ok(()),
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
        Err(std::fs::TryLockError::WouldBlock) => Err(RecorderError::InUse(path.to_owned())),
        // Some file systems have no locks; there, a new file alone keeps two runs apart.
        Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_remembered() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut writer = LineWriter::new(Sink::File(full));
        let record = Record {
            number: 0,
            at: Micros(0),
            scope: None,
            event: Event::RunFinished,
        };
        writer.write(&record, r#"{"kind":"run-finished"}"#);
        assert!(matches!(
            writer.failure().as_deref(),
            Some(RecorderError::Write { number: 0, .. })
        ));
        assert!(matches!(writer.seal(), Err(RecorderError::Failed(_))));
    }
}
