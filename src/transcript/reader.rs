//! Reads a transcript line by line and checks the chain as it goes.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::Path,
};

use serde::Deserialize;

use super::{
    chain::{Break, Chain, Why, why_not},
    format::{self, LONGEST_LINE},
    line_parser,
    record::{Event, Record},
    sealed::Place,
};

/// A transcript could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be read.
    #[error("cannot read the transcript: {0}")]
    Io(#[from] std::io::Error),
    /// It does not hold.
    #[error("the transcript is broken at {0}")]
    Broken(#[from] Break),
}

/// How a transcript ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With `run-finished`.
    Complete,
    /// `interrupted` was recorded.
    Interrupted,
    /// With neither: the process was killed, or the end was cut off.
    Cut,
}

impl End {
    pub(super) fn of(finished: bool, interrupted: bool) -> Self {
        match (finished, interrupted) {
            (_, true) => Self::Interrupted,
            (true, false) => Self::Complete,
            (false, false) => Self::Cut,
        }
    }
}

/// The records of a transcript in order. After an error nothing more comes.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    chain: Chain,
    line: Vec<u8>,
    offset: u64,
    interrupted: bool,
    finished: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    AtEnd,
    Failed,
}

impl Reader<BufReader<File>> {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Ok(Self::new(BufReader::with_capacity(256 * 1024, File::open(path)?)))
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads from anything that has lines.
    pub fn new(input: R) -> Self {
        Self {
            input,
            chain: Chain::new(),
            line: Vec::new(),
            offset: 0,
            interrupted: false,
            finished: false,
            state: State::Reading,
        }
    }

    /// The chain behind the last record that was read.
    pub fn checked(&self) -> Chain {
        self.chain
    }

    /// Bytes of all lines that were read.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How the transcript ends; none until it was read to its end without an error.
    pub fn end(&self) -> Option<End> {
        (self.state == State::AtEnd).then_some(End::of(self.finished, self.interrupted))
    }

    /// The next record; none at the end.
    pub fn next_record(&mut self) -> Result<Option<Record>, ReadError> {
        Ok(self.next_placed()?.map(|(record, _)| record))
    }

    /// The next record and where it stands.
    pub(super) fn next_placed(&mut self) -> Result<Option<(Record, Place)>, ReadError> {
        if self.state != State::Reading {
            return Ok(None);
        }
        let next = self.read_next();
        match &next {
            Ok(None) => self.state = State::AtEnd,
            Ok(Some(_)) => {}
            Err(_) => self.state = State::Failed,
        }
        next
    }

    fn read_next(&mut self) -> Result<Option<(Record, Place)>, ReadError> {
        self.line.clear();
        let most = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
        self.input
            .by_ref()
            .take(most + 1)
            .read_until(b'\n', &mut self.line)?;
        if self.line.is_empty() {
            return Ok(None);
        }
        match self.record() {
            Ok(record) => {
                let place = Place::new(self.offset, self.line.len());
                self.offset += place.length();
                self.finished |= record.event == Event::RunFinished;
                self.interrupted |= record.event == Event::Interrupted;
                Ok(Some((record, place)))
            }
            Err(why) => Err(Break {
                line: self.chain.length() + 1,
                why,
            }
            .into()),
        }
    }

    /// The bytes of the line that was read last.
    pub(super) fn take_line(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.line)
    }

    fn record(&mut self) -> Result<Record, Why> {
        if self.line.len() > LONGEST_LINE {
            return Err(Why::TooLong);
        }
        if self.finished {
            return Err(Why::AfterEnd);
        }
        let line = self.line.strip_suffix(b"\n").ok_or(Why::Torn)?;
        if self.chain.length() == 0 {
            check_start(line)?;
        }
        // On a copy, so that a line that is no record leaves the chain where it was.
        let mut chain = self.chain;
        chain.check(line)?;
        let record = line_parser::record(line).map_err(|error| why_not(&error))?;
        self.chain = chain;
        Ok(record)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}

#[derive(Deserialize)]
struct Start {
    kind: String,
    #[serde(default)]
    what: Option<Format>,
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// Says that a format is unknown before its lines are called broken.
fn check_start(line: &[u8]) -> Result<(), Why> {
    let start: Start = serde_json::from_slice(line).map_err(|error| {
        if error.is_data() {
            Why::NoStart
        } else {
            why_not(&error)
        }
    })?;
    match start.what {
        Some(Format { format }) if start.kind == "run-started" => {
            if format::is_readable(format) {
                Ok(())
            } else {
                Err(Why::FormatUnknown(format))
            }
        }
        _ => Err(Why::NoStart),
    }
}
