//! How the deliverers are set up.

use std::{num::NonZeroU32, time::Duration};

/// How the deliverers behave. The same for all deliveries of a run.
#[derive(Clone, Debug)]
pub struct DelivererOptions {
    /// Certificates in PEM that alone are trusted, authorities or the partner's own; none for the
    /// authorities of the platform.
    pub trust: Option<String>,
    /// For name, TCP and TLS together.
    pub connect_timeout: Duration,
    /// From the start of a delivery to the last byte of its answer, for messages that name no
    /// time limit of their own.
    pub answer_timeout: Duration,
    /// Most deliveries under way at one time.
    pub in_flight: NonZeroU32,
    /// Most deliveries started within any second.
    pub per_second: NonZeroU32,
    /// Whether a connection may carry more than one delivery.
    pub reuse_connections: bool,
    /// Value of the `user-agent` header of messages that bring none.
    pub user_agent: String,
}

impl Default for DelivererOptions {
    fn default() -> Self {
        Self {
            trust: None,
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(15),
            in_flight: NonZeroU32::MIN.saturating_add(63),
            per_second: NonZeroU32::MIN.saturating_add(199),
            reuse_connections: true,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// The deliverers cannot be set up.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DelivererError {
    /// The trusted certificates cannot be read.
    #[error("the trusted certificates are not PEM: {0}; give a file with BEGIN CERTIFICATE blocks")]
    Trust(String),
    /// There is no certificate among them.
    #[error("there is no BEGIN CERTIFICATE block in the trusted certificates")]
    NoCertificate,
    /// The user agent cannot stand in a header.
    #[error("the user agent {0:?} cannot stand in a header; use visible ASCII characters and spaces")]
    UserAgent(String),
    /// Nothing says which authorities are trusted, as in an empty container.
    #[error(
        "no certificate authority is trusted on this machine; install ca-certificates, or name the endpoint's own \
         authority with trust in the partner's file"
    )]
    NoAuthority,
}

/// Holds that this machine trusts any authority. Without one no public certificate can be believed, and a right
/// endpoint would look like a wrong one.
///
/// # Errors
///
/// [`DelivererError::NoAuthority`].
pub fn authorities() -> Result<(), DelivererError> {
    if rustls_native_certs::load_native_certs().certs.is_empty() {
        return Err(DelivererError::NoAuthority);
    }
    Ok(())
}
