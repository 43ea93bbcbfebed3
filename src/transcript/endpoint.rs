//! What a look at the partner's endpoint found: addresses, connection, handshake, certificates.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Which versions of TLS a handshake offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offer {
    /// TLS 1.2 and 1.3, as every delivery does.
    Usual,
    /// TLS 1.2 alone.
    Tls12,
    /// TLS 1.1 alone. The handshake is not carried on after the server's first word.
    Tls11,
}

impl Offer {
    /// What is offered, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Usual => "TLS 1.2 and 1.3",
            Self::Tls12 => "TLS 1.2 only",
            Self::Tls11 => "TLS 1.1 only",
        }
    }
}

/// One look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// The registered URL.
    pub url: String,
    /// Its host: a name, or an address without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What was offered.
    pub offer: Offer,
    /// Every address that the host stands for.
    pub addresses: Vec<IpAddr>,
    /// What came of it.
    pub end: ProbeEnd,
    /// When, in seconds since 1970, for the validity of certificates.
    pub unix_seconds: i64,
}

/// What came of a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeEnd {
    /// The name stands for no address.
    Unresolved(String),
    /// No connection.
    NoConnection(String),
    /// A connection, but no TLS was wanted: the URL is plain http.
    Plain,
    /// The server broke the handshake off, or did not speak TLS.
    Refused(String),
    /// The server agreed.
    Agreed(Box<Handshake>),
}

/// What the server agreed to and showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handshake {
    /// The version, such as `TLS 1.3`.
    pub version: String,
    /// The certificates that it sent, its own first; none where the handshake was not carried on.
    pub chain: Vec<Certificate>,
    /// Whether they lead to a trusted authority, without anything fetched or remembered by the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
}

/// Whether a chain is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Every link holds, and the name fits.
    Held,
    /// It is not believed.
    Broken {
        /// In which way.
        flaw: Flaw,
        /// The library's words.
        detail: String,
    },
}

/// Why a chain is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// No path to a trusted authority.
    UnknownIssuer,
    /// A certificate is past its end.
    Expired,
    /// A certificate is before its beginning.
    NotYetValid,
    /// Another host's certificate.
    WrongName,
    /// Anything else.
    Other,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Whose it is.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The DNS names and addresses that it is for.
    pub names: Vec<String>,
    /// First second of its validity, since 1970.
    pub not_before: i64,
    /// Last second of its validity, since 1970.
    pub not_after: i64,
    /// SHA-256 over it, lower-case hex.
    pub sha256: String,
}
