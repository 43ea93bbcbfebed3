//! A cause, in the words of the report.

use serde::{Deserialize, Serialize};

use crate::contract::id::ExampleId;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What somebody wrote into a file or a variable does not fit: `partner.toml`, a secret, an address.
    Configuration,
    /// Something around the partner's program does not work: connection, certificate, clock, a service that is down.
    Environment,
    /// The partner's program does something else than is due.
    Implementation,
}

impl Kind {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Environment => "environment",
            Self::Implementation => "implementation",
        }
    }
}

/// How sure it is that this is the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// The records say so.
    Certain,
    /// The records fit, and little else does.
    Likely,
    /// The records fit, and other causes do too.
    Possible,
}

impl Sure {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl Cause {
    /// How sure it is, as reports say it.
    pub fn how_sure(&self) -> &'static str {
        if self.recognised {
            self.sure.name()
        } else {
            "the same in each"
        }
    }
}

/// One cause with the examples that it explains. An example belongs to one cause at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Whose turn it is.
    pub kind: Kind,
    /// What happened, in a few words.
    pub title: String,
    /// What most likely lies behind it.
    pub likely: String,
    /// What to do first.
    pub next: String,
    /// How sure it is.
    pub sure: Sure,
    /// Whether the records of the run were recognised. Otherwise the examples only have the same to say.
    pub recognised: bool,
    /// Sections of `partner.toml` that it is about, in brackets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<String>,
    /// The examples that it explains, in plan order; never empty.
    pub examples: Vec<ExampleId>,
    /// Those of them that have something else to say too, which it does not explain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_part: Vec<ExampleId>,
    /// What the look before the first example remarked about the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}
