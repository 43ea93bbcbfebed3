//! What the assurance level of a run proves, and what it does not.

use serde::Serialize;

use crate::transcript::provenance::Assurance as Level;

/// A level in words.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Assurance {
    /// Its name.
    pub(super) level: &'static str,
    /// What it proves.
    pub(super) proves: &'static str,
    /// What it does not.
    pub(super) not: &'static str,
}

/// Words for a level.
pub(super) fn assurance(level: Level) -> Assurance {
    let (proves, not) = match level {
        Level::Challenged => (
            "A reviewer issued a challenge and this run answers it: it was made after the challenge, for the cases that \
             it demands, and the reports follow from the record.",
            "It does not prove which system was tested, nor that the program was unchanged: both were in the hands of \
             whoever ran it.",
        ),
        Level::Witnessed => (
            "A reviewer ran the program against the partner's public sandbox endpoint and holds the key: this endpoint \
             behaved so at that time.",
            "It does not prove that production runs the same software, nor anything about cases that did not run.",
        ),
        Level::SelfRun => (
            "Whoever ran the program made this report from the record beside it. It proves that the report follows from \
             the record and that no part of the record was changed afterwards.",
            "It does not prove who made the run, which system was tested, or that the program was unchanged.",
        ),
    };
    Assurance {
        level: level.name(),
        proves,
        not,
    }
}
