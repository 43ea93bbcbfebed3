//! What the partner declared, what it would send to support, and what the run was made with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::wire::moment::Micros;

/// How the note about an answer begins.
pub const DECLARED: &str = "declared by ";

/// One question with its answer, as far as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    /// Name of the question in the file.
    pub question: String,
    /// What is asked.
    pub asked: String,
    /// The parts of the answer by key.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Who answered.
    pub name: String,
    /// In which role.
    pub role: String,
    /// On which day.
    pub date: String,
    /// The line of code that the answer points at, or why it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CodeSeen>,
    /// Why there is no declaration at all, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "seen", rename_all = "kebab-case")]
pub enum CodeSeen {
    /// The line, masked.
    Line {
        /// Its text.
        text: String,
    },
    /// The file has fewer lines.
    BehindTheEnd {
        /// How many it has.
        lines: u64,
    },
    /// The file is not here to be read.
    NotHere {
        /// The system's words.
        reason: String,
    },
}

/// A sample support request, searched for secrets and for what support needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportScanned {
    /// Where it came from.
    pub place: String,
    /// Bytes searched.
    pub bytes: u64,
    /// Labels of the secrets and planted data found in it, with how often.
    pub found: BTreeMap<String, u64>,
    /// Labels of what was searched for.
    pub searched: Vec<String>,
    /// What support needs, and whether it is there.
    pub facts: BTreeMap<String, bool>,
    /// Why it could not be had, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// When, on the clock.
    pub at: Micros,
}

/// What the run was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surroundings {
    /// Hosts of the partner by their places in its file.
    pub hosts: BTreeMap<String, String>,
    /// Variables that keys came from, with what makes a key look like one of production.
    pub keys: BTreeMap<String, Option<String>>,
    /// Name of the implementation.
    pub implementation: String,
    /// Its version.
    pub version: String,
}
