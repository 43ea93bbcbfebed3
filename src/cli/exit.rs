//! Exit codes, once.

use crate::verdict::{lattice::RunOutcome, result::Assessment};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Conformant, or the command did what it was asked.
    Success,
    /// Non-conformant.
    NonConformant,
    /// Wrong usage or configuration.
    Usage,
    /// Undetermined: inconclusive, or the harness or its surroundings failed.
    Undetermined,
    /// Nothing selected.
    NothingSelected,
    /// Evidence does not hold.
    BrokenEvidence,
    /// Interrupted; the bundle is written all the same.
    Interrupted,
}

impl Exit {
    /// The code for the operating system.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::NonConformant => 1,
            Self::Usage => 2,
            Self::Undetermined => 3,
            Self::NothingSelected => 4,
            Self::BrokenEvidence => 5,
            Self::Interrupted => 130,
        }
    }

    /// The exit of a run.
    pub fn of(assessment: &Assessment) -> Self {
        match assessment.outcome {
            _ if assessment.interrupted => Self::Interrupted,
            RunOutcome::Conformant => Self::Success,
            RunOutcome::NonConformant => Self::NonConformant,
            RunOutcome::Undetermined => Self::Undetermined,
        }
    }
}
