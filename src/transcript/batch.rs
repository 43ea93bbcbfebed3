//! Batch files that were handed over, and what the partner said about them.

use serde::{Deserialize, Serialize};

use super::{exchange::Role, observation::OperationEnd};
use crate::wire::{
    batch::{Flaw, Style},
    moment::Micros,
};

/// One file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSent {
    /// Its part in the example.
    pub role: Role,
    /// What is special about it, in words.
    pub asked: String,
    /// Name of the file.
    pub file_name: String,
    /// Its id.
    pub file_id: String,
    /// Its sequence number.
    pub sequence: u64,
    /// How it is written.
    pub style: Style,
    /// What is wrong with it as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<Flaw>,
    /// Number of detail rows.
    pub rows: u64,
    /// Its content, masked.
    pub content: String,
    /// How the operation that took it ended; none where it was put into a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<OperationEnd>,
    /// Why it could not be written, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// Start.
    pub started: Micros,
    /// End.
    pub ended: Micros,
}

/// Where a report came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportSource {
    /// A file.
    File,
    /// The answer of the operation that took the file.
    Operation,
    /// Lines of the log that show the id of the file or of one of its rows.
    Log,
}

/// What the partner said about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReported {
    /// The file.
    pub file_id: String,
    /// Where it was looked for; none where nothing is declared.
    pub source: Option<ReportSource>,
    /// Its text, masked, at most 16 KiB.
    pub text: String,
    /// The rows that it names as refused; none where the declaration does not say where they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_rows: Option<Vec<String>>,
    /// Why the file as a whole was not taken, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Results of log lines that mean that something was taken in; only where the log stands in for a report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processed_words: Vec<String>,
    /// Why there is no report, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// When, on the clock.
    pub at: Micros,
}

/// Stored text as it was exported again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchExported {
    /// What was asked for.
    pub reference: String,
    /// The export, masked, at most 16 KiB; none when it could not be had.
    pub text: Result<String, String>,
    /// When, on the clock.
    pub at: Micros,
}
