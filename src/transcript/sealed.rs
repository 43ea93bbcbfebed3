//! A transcript that nobody writes any more: the only kind that can be judged.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::{
    chain::{Break, Chain, Why, why_not},
    line_parser,
    reader::{End, ReadError, Reader},
    record::{Event, Record, RunStarted, Scope},
};
use crate::contract::id::{AreaId, ExampleId};

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    offset: u64,
    length: u32,
}

impl Place {
    pub(super) fn new(offset: u64, length: usize) -> Self {
        Self {
            offset,
            length: u32::try_from(length).unwrap_or(u32::MAX),
        }
    }

    /// Bytes, newline included.
    pub(super) fn length(self) -> u64 {
        u64::from(self.length)
    }
}

/// Which lines belong to which attempt: sixteen bytes for each record, whatever its size.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    order: Vec<Scope>,
    scoped: HashMap<Scope, Vec<Place>>,
    run: Vec<Place>,
}

impl Index {
    pub(super) fn add(&mut self, record: &Record, place: Place) {
        let Some(scope) = &record.scope else {
            self.run.push(place);
            return;
        };
        if let Some(places) = self.scoped.get_mut(scope) {
            places.push(place);
        } else {
            self.order.push(scope.clone());
            self.scoped.insert(scope.clone(), vec![place]);
        }
    }
}

#[derive(Debug)]
pub(super) enum Source {
    Memory(Vec<u8>),
    File(Mutex<File>),
}

impl Source {
    fn read(&self, place: Place) -> Result<Vec<u8>, ReadError> {
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(place.offset).unwrap_or(usize::MAX);
                let line = bytes
                    .get(start..)
                    .and_then(|rest| rest.get(..place.length as usize));
                Ok(line.ok_or_else(cut)?.to_vec())
            }
            Self::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let mut line = vec![0; place.length as usize];
                file.seek(SeekFrom::Start(place.offset))?;
                file.read_exact(&mut line)?;
                Ok(line)
            }
        }
    }
}

/// A sealed transcript. It keeps an index; records are read when they are asked for.
#[derive(Debug)]
pub struct Transcript {
    source: Source,
    index: Index,
    chain: Chain,
    end: End,
    started: RunStarted,
}

impl Transcript {
    pub(super) fn new(source: Source, index: Index, chain: Chain, end: End) -> Result<Self, ReadError> {
        let no_start = || Break {
            line: 1,
            why: Why::NoStart,
        };
        let first = index
            .run
            .first()
            .filter(|place| place.offset == 0)
            .ok_or_else(no_start)?;
        let Event::RunStarted(started) = parse(&source.read(*first)?)?.event else {
            return Err(no_start().into());
        };
        Ok(Self {
            source,
            index,
            chain,
            end,
            started: *started,
        })
    }

    /// Opens a transcript that a run has ended, and checks its whole chain.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let file = File::open(path)?;
        let mut reader = Reader::new(BufReader::with_capacity(256 * 1024, &file));
        let mut index = Index::default();
        while let Some((record, place)) = reader.next_placed()? {
            index.add(&record, place);
        }
        let chain = reader.checked();
        match reader.end() {
            Some(end @ (End::Complete | End::Interrupted)) => {
                drop(reader);
                Self::new(Source::File(Mutex::new(file)), index, chain, end)
            }
            Some(End::Cut) | None => Err(Break {
                line: chain.length(),
                why: Why::Cut,
            }
            .into()),
        }
    }

    /// What the run was made with.
    pub fn started(&self) -> &RunStarted {
        &self.started
    }

    /// How it ended.
    pub fn end(&self) -> End {
        self.end
    }

    /// SHA-256 of the last line, in lower-case hex; it stands for the whole transcript.
    pub fn head(&self) -> String {
        self.chain.head()
    }

    /// How many records there are.
    pub fn records(&self) -> u64 {
        self.chain.length()
    }

    /// All attempts, in the order of their first record.
    pub fn scopes(&self) -> &[Scope] {
        &self.index.order
    }

    /// How many attempts an example has; 0 when it never began.
    pub fn attempts(&self, example: &ExampleId) -> u8 {
        (1..=u8::MAX)
            .take_while(|attempt| {
                self.index.scoped.contains_key(&Scope {
                    example: example.clone(),
                    attempt: *attempt,
                })
            })
            .last()
            .unwrap_or(0)
    }

    /// The records of an attempt, in order.
    pub fn of(&self, scope: &Scope) -> Result<Vec<Record>, ReadError> {
        self.read_all(
            self.index
                .scoped
                .get(scope)
                .map(Vec::as_slice)
                .unwrap_or_default(),
        )
        .collect()
    }

    /// The records that belong to no attempt, one after the other: start, plan, notes, end.
    pub fn of_the_run(&self) -> impl Iterator<Item = Result<Record, ReadError>> + '_ {
        self.read_all(&self.index.run)
    }

    /// Every delivery of an area, attempt by attempt, for examples that look back over a whole run.
    pub fn deliveries<'a>(
        &'a self,
        area: &'a AreaId,
    ) -> impl Iterator<Item = Result<Record, ReadError>> + 'a {
        self.index
            .order
            .iter()
            .filter(move |scope| scope.example.case().area() == *area)
            .flat_map(|scope| self.index.scoped.get(scope).into_iter().flatten())
            .map(|place| parse(&self.source.read(*place)?))
            .filter(|record| !matches!(record, Ok(record) if !matches!(record.event, Event::Delivered(_))))
    }

    fn read_all<'a>(&'a self, places: &'a [Place]) -> impl Iterator<Item = Result<Record, ReadError>> + 'a {
        places.iter().map(|place| parse(&self.source.read(*place)?))
    }
}

fn parse(line: &[u8]) -> Result<Record, ReadError> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line_parser::record(line).map_err(|error| {
        #[derive(serde::Deserialize)]
        struct Numbered {
            number: u64,
        }
        let number = serde_json::from_slice::<Numbered>(line).map_or(0, |numbered| numbered.number + 1);
        Break {
            line: number,
            why: why_not(&error),
        }
        .into()
    })
}
