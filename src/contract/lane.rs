//! Which other examples an example may run beside.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// When an example runs, relative to the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// Together with all others of this lane.
    #[default]
    Together,
    /// Alone: it measures, or shares one address with others.
    Quiet,
    /// Alone, after the quiet ones: it breaks something on purpose.
    Disruptive,
    /// Last: it looks back over the whole run.
    Closing,
}

/// The text names no lane.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown lane {0:?}; use together, quiet, disruptive or closing")]
pub struct UnknownLane(pub String);

impl Lane {
    /// All lanes in the order in which they start.
    pub const ALL: [Self; 4] = [Self::Together, Self::Quiet, Self::Disruptive, Self::Closing];

    /// The word in tags and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::Quiet => "quiet",
            Self::Disruptive => "disruptive",
            Self::Closing => "closing",
        }
    }
}

impl FromStr for Lane {
    type Err = UnknownLane;

    fn from_str(text: &str) -> Result<Self, UnknownLane> {
        Self::ALL
            .into_iter()
            .find(|lane| lane.name() == text)
            .ok_or_else(|| UnknownLane(text.to_owned()))
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
