//! Listeners that nobody may call, and who called them all the same.

use serde::{Deserialize, Serialize};

use crate::wire::moment::Micros;

/// A canary that was set up: an address that is told to the partner inside a payload and that a
/// careful partner never calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanarySet {
    /// The URLs under which it can be reached, all of the same listener.
    pub urls: Vec<String>,
    /// When it began to listen.
    pub at: Micros,
}

/// One call at a canary: a connection on which at least one byte arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Whether it is the harness's own call, which shows that the canary listens.
    pub own: bool,
    /// Whether it began with a TLS handshake.
    pub secure: bool,
    /// The host name of the handshake, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Request line, header lines and body, at most 4 KiB; none when the handshake was not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// First byte.
    pub at: Micros,
}
