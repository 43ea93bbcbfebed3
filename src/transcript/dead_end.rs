//! Addresses to which an operation of the partner's was sent although it can do no business there.

use serde::{Deserialize, Serialize};

use crate::wire::moment::Micros;

/// Why nothing can be done there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadEndKind {
    /// Nobody listens.
    Refused,
    /// The name does not resolve.
    NoName,
    /// A connection is never completed.
    NeverCompleted,
    /// The certificate is one that no client may accept.
    BadCertificate,
}

/// One such address, after the operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadEnd {
    /// Why nothing can be done there.
    pub kind: DeadEndKind,
    /// The base URL that the operation was given.
    pub address: String,
    /// What the harness itself met there, or what is wrong with the certificate.
    pub met: String,
    /// Connections that were opened there, where they can be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
    /// When this was written.
    pub at: Micros,
}
