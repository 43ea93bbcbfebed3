//! Why a bundle does not hold.

use std::fmt;

use super::{difference::Difference, judging::JudgingError};
use crate::{contract::id::ExampleId, evidence::text::TerminalText};

/// The bundle does not hold. The texts name what was found; they come from the bundle and are cleaned for
/// the terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The folder cannot be read.
    #[error("the folder {folder} cannot be read: {detail}")]
    Folder {
        /// The folder.
        folder: TerminalText,
        /// Why.
        detail: String,
    },
    /// More entries than any bundle has.
    #[error("the folder holds more than {limit} entries; it is no bundle")]
    Crowded {
        /// The limit.
        limit: usize,
    },
    /// There is no manifest.
    #[error("there is no manifest.json, so the bundle was never released")]
    NoManifest,
    /// The manifest is no manifest.
    #[error("manifest.json cannot be used: {detail}")]
    Manifest {
        /// Why.
        detail: TerminalText,
    },
    /// The manifest was changed after it was written.
    #[error("manifest.json was changed: it carries the digest {expected}, its content has {found}")]
    SelfDigest {
        /// What it carries.
        expected: TerminalText,
        /// What its content gives.
        found: String,
    },
    /// A listed name cannot be the name of a file in a bundle, or is listed twice.
    #[error("manifest.json lists {name:?}, which cannot be or is listed twice", name = name.as_str())]
    Listed {
        /// The name.
        name: TerminalText,
    },
    /// A file that every bundle has is not listed.
    #[error("manifest.json does not list {name}")]
    NotListed {
        /// The name.
        name: &'static str,
    },
    /// A listed file is not there.
    #[error("{name} is listed in manifest.json but missing")]
    Missing {
        /// The name.
        name: String,
    },
    /// Something is there that is not listed.
    #[error("{name} is not listed in manifest.json; remove it or ask where it comes from")]
    Unlisted {
        /// The name.
        name: TerminalText,
    },
    /// A listed name is a folder, a link or a device.
    #[error("{name} is no regular file")]
    NoFile {
        /// The name.
        name: String,
    },
    /// A file cannot be read.
    #[error("{name} cannot be read: {detail}")]
    Unreadable {
        /// The name.
        name: String,
        /// Why.
        detail: String,
    },
    /// A file has another size than listed.
    #[error("{name} has {found} bytes, manifest.json says {expected}")]
    Size {
        /// The name.
        name: String,
        /// The listed size.
        expected: u64,
        /// The size on disk.
        found: u64,
    },
    /// A file has another digest than listed.
    #[error("{name} was changed: manifest.json says SHA-256 {expected}, the file has {found}")]
    Digest {
        /// The name.
        name: String,
        /// The listed digest.
        expected: TerminalText,
        /// The digest on disk.
        found: String,
    },
    /// The transcript could not be judged again.
    #[error("transcript.ndjson: {0}")]
    Judging(#[from] JudgingError),
    /// The transcript ends elsewhere than the manifest says.
    #[error(
        "transcript.ndjson ends with record digest {found} after {found_records} records, manifest.json says \
         {expected} after {expected_records}"
    )]
    Head {
        /// What the manifest says.
        expected: TerminalText,
        /// Number of records according to the manifest.
        expected_records: u64,
        /// What the chain gives.
        found: String,
        /// Number of records in the transcript.
        found_records: u64,
    },
    /// A report does not follow from the transcript.
    #[error("{0}")]
    Difference(Box<Difference>),
    /// A report does not follow from the transcript, but another version of the program wrote it.
    #[error(
        "{difference}; the bundle was made by version {version} and this is {}: verify it with that version, \
         because wording may have changed",
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The version that made the bundle.
        version: TerminalText,
        /// The first difference.
        difference: Box<Difference>,
    },
    /// A report could not be made again from the transcript.
    #[error("{name} cannot be made again from the transcript: {detail}")]
    Remaking {
        /// The name.
        name: &'static str,
        /// Why.
        detail: String,
    },
    /// The run was killed before anything was judged.
    #[error("{0}")]
    Unfinished(Box<Unfinished>),
}

/// What a transcript tells of a run that was killed before its bundle was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The run's id.
    pub run: TerminalText,
    /// When it started.
    pub started_at: TerminalText,
    /// Records that are there, all of them intact.
    pub records: u64,
    /// Examples that were to run.
    pub selected: usize,
    /// Those that had finished.
    pub finished: Vec<ExampleId>,
    /// Those that had not.
    pub open: Vec<ExampleId>,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "run {}, started at {}, did not end: its transcript stops after {} records, {} of {} examples had \
             finished",
            self.run,
            self.started_at,
            self.records,
            self.finished.len(),
            self.selected
        )?;
        if let Some(first) = self.open.first() {
            let more = self.open.len() - 1;
            write!(f, ", open are {first}")?;
            if more > 0 {
                write!(f, " and {more} more")?;
            }
        }
        f.write_str("; nothing was judged, so it proves nothing yet")
    }
}
