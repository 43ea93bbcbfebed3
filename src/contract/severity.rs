//! How much a case weighs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Weight of a case in the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Must pass for a certificate.
    Required,
    /// Reported and to be answered in writing; does not block.
    Recommended,
    /// Observed only.
    Informational,
}

/// The text names no severity.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown severity {0:?}; use required, recommended or informational")]
pub struct UnknownSeverity(pub String);

impl Severity {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Recommended => "recommended",
            Self::Informational => "informational",
        }
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, UnknownSeverity> {
        [Self::Required, Self::Recommended, Self::Informational]
            .into_iter()
            .find(|severity| severity.name() == text)
            .ok_or_else(|| UnknownSeverity(text.to_owned()))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
