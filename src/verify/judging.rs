//! What re-judging a transcript gives.

use super::code::Code;
use crate::{
    contract::id::ExampleId, evidence::manifest::ChainHead, transcript::record::RunStarted,
    verdict::result::Assessment,
};

/// A transcript, read and judged again.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Facts of the run.
    pub started: RunStarted,
    /// The judgement over its records.
    pub assessment: Assessment,
    /// End of its chain.
    pub head: ChainHead,
    /// Whether its last record says that the run ended, and if not, what had been done by then.
    pub end: End,
}

/// How a transcript ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With the end of the run, or with its interruption, which was recorded.
    Complete,
    /// In the middle: the process was killed, or the file was cut.
    Cut {
        /// Examples whose last record is there.
        finished: Vec<ExampleId>,
    },
}

/// A transcript could not be judged again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JudgingError {
    /// A line does not follow from the one before it.
    #[error("the chain breaks at line {line}: {detail}")]
    Chain {
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// A line cannot be understood.
    #[error("line {line} cannot be understood: {detail}")]
    Line {
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// A record cannot be judged, or judging it again gives something else than was recorded.
    #[error("record {number} does not hold: {detail}")]
    Record {
        /// Number of the record, from 0.
        number: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The plan is not the one that the run was started with.
    #[error("its plan is not whole: {detail}")]
    Plan {
        /// What is wrong with it.
        detail: String,
    },
    /// An attempt is missing, or one is there that the run would not have made.
    #[error("the attempts at {example} are not those of a run: {detail}")]
    Attempts {
        /// The example.
        example: ExampleId,
        /// What is wrong with them.
        detail: String,
    },
    /// It was written in a format that this program does not read.
    #[error("it has format {found}; this program does not read it, use one of version {version}")]
    Format {
        /// The format.
        found: u32,
        /// Version of the program that wrote it.
        version: String,
    },
    /// It was made with other checks or other features than this program has.
    #[error("it belongs to another suite: {detail}")]
    Suite {
        /// In which way.
        detail: String,
    },
    /// The file could not be read.
    #[error("it cannot be read: {detail}")]
    Read {
        /// Why.
        detail: String,
    },
}

impl JudgingError {
    /// What is wrong, in one of the stable words.
    pub(super) fn kind(&self) -> Code {
        match self {
            Self::Chain { .. } => Code::ChainBroken,
            Self::Line { .. } => Code::RecordUnreadable,
            Self::Record { .. } => Code::RecordDiffers,
            Self::Plan { .. } => Code::PlanDiffers,
            Self::Attempts { .. } => Code::AttemptsDiffer,
            Self::Format { .. } => Code::TranscriptFormat,
            Self::Suite { .. } => Code::SuiteDiffers,
            Self::Read { .. } => Code::TranscriptUnreadable,
        }
    }
}
