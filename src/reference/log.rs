//! The partner's log: one JSON object a line, written whole and at once.
//!
//! Lines carry ids, types and results, never bodies, keys, tokens or personal data. JSON escaping keeps
//! hostile text inside its member, so that one record stays one line.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::clock;
use super::error::ReferenceError;

/// How much attention a line deserves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Business as usual.
    #[default]
    Info,
    /// Something was refused or went wrong once.
    Warn,
    /// Somebody should look.
    Error,
}

/// What became of a delivery or an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Applied.
    Processed,
    /// Already applied earlier.
    Duplicate,
    /// Not authentic.
    Refused,
    /// Authentic, but nothing to do.
    Ignored,
    /// Authentic, but about something unknown.
    Unmatched,
    /// Authentic, but unreadable.
    Malformed,
    /// Could not be done.
    Failed,
}

/// One line. Members that are `None` are written as `null` or, for API facts, left out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    /// Attention.
    pub level: Level,
    /// Event id as far as readable, else the recurring transaction.
    pub event_id: Option<String>,
    /// Event type of authentic deliveries.
    pub event_type: Option<String>,
    /// Result; `None` only under the defect that forgets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
    /// The business reference.
    pub reference: Option<String>,
    /// A short text in the partner's own words.
    pub message: String,
    /// Operation of an API call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Error family of an API failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<&'static str>,
    /// Attempts of an API call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// The platform's request id of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

#[derive(Serialize)]
struct Stamped<'a> {
    time: String,
    #[serde(flatten)]
    line: &'a Line,
}

/// The open log file.
#[derive(Debug)]
pub struct Log {
    file: Mutex<File>,
}

impl Log {
    /// Opens the file for appending and makes it if need be.
    pub fn open(path: &Path) -> Result<Self, ReferenceError> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|source| ReferenceError::File {
                path: path.to_owned(),
                source,
            })?;
        Ok(Self {
            file: Mutex::new(file),
        })
    }

    /// Writes a text as it is, line ends and all: only for the defect that logs raw text.
    pub fn write_raw(&self, text: &str) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.write_all(format!("{text}\n").as_bytes());
    }

    /// Writes one line. A full disk must not stop the handling of payments, so errors are dropped.
    pub fn write(&self, line: &Line) {
        let stamped = Stamped {
            time: format!("{:.3}", clock::now()),
            line,
        };
        if let Ok(mut text) = serde_json::to_vec(&stamped) {
            text.push(b'\n');
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = file.write_all(&text);
        }
    }
}

/// Cuts text that came from outside to a length fit for a log line.
pub fn shortened(text: &str) -> String {
    text.chars().take(255).collect()
}
