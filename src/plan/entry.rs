//! One line of the plan.

use serde::{Deserialize, Serialize};

pub use crate::contract::lane::Lane;
use crate::contract::{
    id::{AreaId, CaseId, Clause, ExampleId},
    severity::Severity,
};

/// Whether an example runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "selection", rename_all = "kebab-case")]
pub enum Selection {
    /// It runs.
    Selected,
    /// The partner does not declare what it needs, or the profile does not have it.
    NotApplicable {
        /// What is missing, in words.
        reason: String,
    },
    /// A filter or the mode leaves it out.
    Excluded {
        /// Which filter.
        reason: String,
    },
}

/// One planned example with everything a report says about its case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub example: ExampleId,
    /// Title of the example: the case's title, and what this example varies.
    pub title: String,
    /// Severity.
    pub severity: Severity,
    /// Clauses of the seeds.
    pub clauses: Vec<Clause>,
    /// Revision of the case; raised when its stimulus or criterion changes.
    pub revision: u32,
    /// How to fix the usual mistake.
    pub fix: String,
    /// Whether its failures are about timing, so that it is tried up to three times and judged two
    /// out of three.
    pub timing: bool,
    /// Lane.
    pub lane: Lane,
    /// Whether it runs.
    #[serde(flatten)]
    pub selection: Selection,
}

impl Entry {
    /// The case.
    pub fn case(&self) -> CaseId {
        self.example.case()
    }

    /// The area.
    pub fn area(&self) -> AreaId {
        self.example.case().area()
    }
}
