//! What a sandbox is started with, and why it may refuse.

use std::{io, net::SocketAddr, str::FromStr};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// How partners prove who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Client credentials are exchanged for an access token at `/v1/oauth/token` (RFC 6749, 4.4).
    #[default]
    Oauth,
    /// The API key is the bearer (RFC 6750, 2.1).
    ApiKey,
}

impl FromStr for Authentication {
    type Err = SandboxError;

    fn from_str(text: &str) -> Result<Self, SandboxError> {
        match text {
            "oauth" => Ok(Self::Oauth),
            "api-key" => Ok(Self::ApiKey),
            _ => Err(SandboxError::Authentication(text.to_owned())),
        }
    }
}

/// How examples are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// Every example has a base URL of its own: `<origin>/e/<example>-<attempt>`.
    #[default]
    PerExample,
    /// There is one address without prefix; one example at a time owns it.
    Fixed,
}

/// What a sandbox is started with.
#[derive(Clone, Debug)]
pub struct SandboxOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether it speaks TLS, with a certificate of an authority made at the start.
    pub tls: bool,
    /// Names and addresses in the certificate. The first one stands in URLs when `listen` is an
    /// address that nobody can call. Empty means `127.0.0.1` and `localhost`.
    pub hostnames: Vec<String>,
    /// How examples are told apart.
    pub base: Base,
    /// Origin that partners must call when `listen` stands behind a tunnel: scheme, host, port.
    pub public_url: Option<String>,
    /// How partners prove who they are.
    pub authentication: Authentication,
    /// The partner's client id.
    pub client_id: String,
    /// The partner's client secret.
    pub client_secret: SecretString,
    /// The partner's API key.
    pub api_key: SecretString,
    /// Seed of ids, tokens and premiums.
    pub seed: u64,
}

/// Why the sandbox cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}; free it or choose another address in [sandbox]")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's words.
        source: io::Error,
    },
    /// The certificate cannot be made.
    #[error("cannot make the sandbox certificate: {0}; check the host names in [sandbox]")]
    Certificate(String),
    /// The public URL is no origin.
    #[error("public url {0:?} is no origin; write scheme, host and port only, like https://sandbox.example")]
    PublicUrl(String),
    /// No such authentication.
    #[error("authentication {0:?} is unknown; write oauth or api-key")]
    Authentication(String),
    /// The attempt has its mount already.
    #[error("the sandbox is already open for {0}; close its mount first")]
    AlreadyOpen(String),
    /// The fixed address has an owner.
    #[error("the fixed sandbox address is in use by {0}; run such examples one after the other")]
    Occupied(String),
    /// Flawed listeners make sense with TLS only.
    #[error("the sandbox speaks plain http; a flawed certificate needs tls in [sandbox]")]
    NoTls,
}
