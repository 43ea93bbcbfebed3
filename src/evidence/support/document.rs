//! `support.json`.

use serde::{Deserialize, Serialize};

/// Version of the format.
pub const FORMAT: u32 = 1;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// Version of the format.
    pub format: u32,
    /// Id of the partner, from the partner's file (000:11.2, 001:12.2).
    pub partner_id: Option<String>,
    /// The last characters of the API key's reference, never more (000:11.2).
    pub api_key_reference: Option<String>,
    /// The issue, in the words of whoever asks.
    pub description: String,
    /// Ids of the events that the samples are about, each once (001:12.2).
    pub event_ids: Vec<String>,
    /// When the first and the last of the samples began, RFC 3339 in UTC; none without samples.
    pub timestamps: Option<Span>,
    /// The run that they are taken from.
    pub run: Run,
    /// Requests and answers, with secrets and personal data masked.
    pub samples: Vec<Sample>,
    /// Samples that were left out because there were too many.
    pub left_out: usize,
}

/// From when to when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The earliest.
    pub first: String,
    /// The latest.
    pub last: String,
}

/// Which run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// What it says.
    pub outcome: String,
    /// Version of this program.
    pub tool_version: String,
    /// The partner's implementation and its version.
    pub implementation: Option<String>,
    /// Digest of the suite.
    pub suite_digest: String,
    /// End of the transcript's chain: whoever has the bundle can tell that the samples are from it.
    pub transcript_head: String,
}

/// One message and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Example of the suite.
    pub example: String,
    /// What the example is about.
    pub title: String,
    /// What became of it.
    pub verdict: String,
    /// What was expected and what was observed, where the example failed.
    pub findings: Vec<String>,
    /// Number of its record in the transcript.
    pub record: u64,
    /// When it began, RFC 3339 in UTC.
    pub at: String,
    /// `to-partner` for webhooks and callbacks, `to-platform` for calls of the API.
    pub direction: String,
    /// Id of the event or transaction; none for calls of the API.
    pub event_id: Option<String>,
    /// Type of the event, or the call.
    pub subject: String,
    /// Request line, header lines, empty line, body.
    pub request: String,
    /// The same of the answer, or why there is none.
    pub response: String,
}
