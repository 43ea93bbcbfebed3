//! What an example means for the certificate: its verdict seen together with its severity.

use crate::{
    contract::severity::Severity,
    plan::entry::Selection,
    verdict::{lattice::Verdict, result::Row},
};

/// Standing of a planned example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// A required example failed.
    Failed,
    /// A required example is inconclusive.
    Unproven,
    /// The harness or its surroundings failed, whatever the severity.
    Harness,
    /// A recommended or informational example failed.
    Warning,
    /// A recommended or informational example is inconclusive.
    Open,
    /// It failed or is inconclusive, and a valid waiver says who answers for that. It did not pass.
    Waived,
    /// It passed.
    Passed,
    /// The partner does not declare what it needs.
    NotApplicable,
    /// A filter or the mode left it out.
    Excluded,
}

impl Standing {
    /// The standing of a row. A selected example without a verdict is the harness's fault.
    pub fn of(row: &Row) -> Self {
        match row.entry.selection {
            Selection::NotApplicable { .. } => return Self::NotApplicable,
            Selection::Excluded { .. } => return Self::Excluded,
            Selection::Selected => {}
        }
        if row.waived().is_some() {
            return Self::Waived;
        }
        let required = row.entry.severity == Severity::Required;
        match (row.verdict(), required) {
            (Verdict::Pass, _) => Self::Passed,
            (Verdict::Fail, true) => Self::Failed,
            (Verdict::Fail, false) => Self::Warning,
            (Verdict::Inconclusive, true) => Self::Unproven,
            (Verdict::Inconclusive, false) => Self::Open,
            (Verdict::None | Verdict::Error, _) => Self::Harness,
        }
    }

    /// Whether it stands between the run and a certificate.
    pub fn blocks(self) -> bool {
        matches!(self, Self::Failed | Self::Unproven | Self::Harness)
    }
}
