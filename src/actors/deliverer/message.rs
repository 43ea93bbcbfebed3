//! What is to be sent, and what came of it.

use url::Url;

use std::time::Duration;

use crate::{transcript::exchange::Delivery, wire::header::Headers};

/// A request to the partner as the caller wants it.
///
/// Lines that the caller does not give are added: `host`, `user-agent` and `accept` before the given
/// ones, `content-length` after them. Header values are written as Latin-1 where they fit it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Method.
    pub method: String,
    /// Absolute `http` or `https` URL. User name, password and fragment are not sent.
    pub url: Url,
    /// Header lines in the order and spelling wanted.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
    /// From the start to the last byte of the answer; none for the deliverer's own limit.
    pub timeout: Option<Duration>,
}

/// A delivery as it stands in the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Number of its record.
    pub number: u64,
    /// The delivery, masked by the recorder.
    pub delivery: Delivery,
}
