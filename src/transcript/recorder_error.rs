//! What can go wrong with writing a transcript.

use std::{path::PathBuf, sync::Arc};

use super::{format::LONGEST_LINE, reader::ReadError};

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
    /// A record could not be masked and was left out.
    #[error("record {number} could not be masked without losing its form and is left out")]
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
