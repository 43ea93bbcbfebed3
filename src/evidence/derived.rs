//! The files of a bundle that follow from its transcript: made when a run ends, and made again by `verify`.

use std::path::Path;

use super::{
    files, har,
    junit::{self, JunitError},
    messages,
    onward::Onward,
    report, results,
};
use crate::{
    transcript::{
        chain::Why,
        reader::{ReadError, Reader},
        record::{Record, RunStarted},
    },
    verdict::result::Assessment,
};

/// A file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DerivedError {
    /// It could not be written as JSON.
    #[error("it cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A JUnit report could not be made.
    #[error(transparent)]
    Junit(#[from] JunitError),
    /// The page for people could not be made.
    #[error("the page cannot be made: {0}")]
    Page(#[from] minijinja::Error),
    /// The transcript could not be read once more.
    #[error("{0}")]
    Transcript(#[from] ReadError),
}

/// What the files are made from. The same basis gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// Facts of the run.
    pub started: &'a RunStarted,
    /// Its judgement.
    pub assessment: &'a Assessment,
    /// The transcript's file; several where a run was made in parts.
    pub transcripts: &'a [&'a Path],
}

impl Basis<'_> {
    /// Shows every record in order. A transcript that was cut short is shown as far as it goes. Where there are
    /// several, records and attempts of the later ones count on from those before them, so that no number stands
    /// for two.
    pub fn each(&self, mut see: impl FnMut(Record)) -> Result<(), ReadError> {
        let [alone] = self.transcripts else {
            let mut onward = Onward::default();
            return self.transcripts.iter().try_for_each(|path| {
                each(path, &mut |record| see(onward.counted(record)))?;
                onward.next();
                Ok(())
            });
        };
        each(alone, &mut see)
    }
}

fn each(transcript: &Path, see: &mut impl FnMut(Record)) -> Result<(), ReadError> {
    let mut reader = Reader::open(transcript)?;
    loop {
        match reader.next_record() {
            Ok(Some(record)) => see(record),
            Ok(None) => return Ok(()),
            Err(ReadError::Broken(broken)) if matches!(broken.why, Why::Cut | Why::Torn) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// How the first difference between two versions of a file is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// By the place in the document.
    AsJson,
    /// By the line.
    ByLine,
}

/// One of the files.
#[derive(Clone, Copy, Debug)]
pub struct Derived {
    /// Its name.
    pub name: &'static str,
    /// How differences are named.
    pub compared: Compared,
    /// Makes it.
    pub make: fn(&Basis<'_>) -> Result<Vec<u8>, DerivedError>,
}

/// All of them, in the order in which they are written and compared. Results first: a difference there names
/// the example and the field, where the others only name a line.
pub const DERIVED: [Derived; 6] = [
    Derived {
        name: files::RESULTS,
        compared: Compared::AsJson,
        make: |basis| Ok(results::write(basis.started, basis.assessment)?),
    },
    Derived {
        name: files::JUNIT,
        compared: Compared::ByLine,
        make: |basis| Ok(junit::rich(basis.started, basis.assessment)?),
    },
    Derived {
        name: files::JUNIT_STRICT,
        compared: Compared::ByLine,
        make: |basis| Ok(junit::strict(basis.started, basis.assessment)?),
    },
    Derived {
        name: files::EXCHANGES,
        compared: Compared::AsJson,
        make: har::write,
    },
    Derived {
        name: files::MESSAGES,
        compared: Compared::ByLine,
        make: messages::write,
    },
    Derived {
        name: files::REPORT,
        compared: Compared::ByLine,
        make: report::render::write,
    },
];

/// Whether a file of this name follows from the transcript.
pub fn is_derived(name: &str) -> bool {
    DERIVED.iter().any(|derived| derived.name == name)
}
