//! The verdict lattice.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Verdict of an attempt or an example; it can only get worse (after TTCN-3, ETSI ES 201 873-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing was judged yet; at the end of a planned example this is an error.
    #[default]
    None,
    /// Everything that was asked holds.
    Pass,
    /// Declared, but not observable.
    Inconclusive,
    /// The partner is wrong.
    Fail,
    /// The harness or its surroundings are wrong.
    Error,
}

impl Verdict {
    /// The worse of two.
    #[must_use]
    pub fn worsened(self, by: Self) -> Self {
        self.max(by)
    }

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a whole run says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// Every selected required example passed.
    Conformant,
    /// At least one required example failed.
    NonConformant,
    /// Nothing failed, but a required example is inconclusive, the harness erred, or the run was cut short.
    Undetermined,
}

impl RunOutcome {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::NonConformant => "non-conformant",
            Self::Undetermined => "undetermined",
        }
    }
}

impl fmt::Display for RunOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
