//! Why the reference partner could not start or keep running.

use std::path::PathBuf;

/// Start-up and serving errors.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose a free address or port 0")]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file or directory the partner needs cannot be made or read.
    #[error("cannot use {path}: {source}; check that the directory exists and is writable")]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database cannot be opened or set up.
    #[error("cannot open the database {path}: {source}; give a writable SQLite file")]
    Database {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A webhook secret is unusable. The secret itself is never part of the text.
    #[error("webhook secret number {position} is not `whsec_` followed by base64 of 1 byte or more")]
    WebhookSecret {
        /// Position in the list, from 1.
        position: usize,
    },
    /// The server certificate cannot be made.
    #[error("cannot make the server certificate: {0}")]
    Certificate(String),
    /// The process of a kept partner cannot be started or changed.
    #[error("the kept partner: {0}")]
    Kept(String),
    /// An order to a keeper was not carried out.
    #[error("{action} was not carried out: {why}")]
    Order {
        /// The order.
        action: super::keeper::Action,
        /// In words.
        why: String,
    },
    /// The API client cannot be set up.
    #[error("cannot set up the API client: {0}; check the CA file")]
    ApiClient(String),
}
