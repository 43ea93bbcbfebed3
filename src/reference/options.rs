//! What the reference partner is started with, and what it announces once it listens.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Serialize;

use super::defect::Defect;

/// How the partner shows the platform's API who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authentication {
    /// Client credentials are exchanged for a bearer token at `/v1/oauth/token`.
    #[default]
    Oauth,
    /// A fixed API key is sent as the bearer token.
    ApiKey,
}

/// A word that names no way of authentication.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way of authentication; use `oauth` or `api-key`")]
pub struct UnknownAuthentication(pub String);

impl std::str::FromStr for Authentication {
    type Err = UnknownAuthentication;

    fn from_str(word: &str) -> Result<Self, UnknownAuthentication> {
        match word {
            "oauth" => Ok(Self::Oauth),
            "api-key" => Ok(Self::ApiKey),
            _ => Err(UnknownAuthentication(word.to_owned())),
        }
    }
}

/// Everything the partner keeps secret. `Debug` prints counts only.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Webhook signing secrets (`whsec_` + base64); several are active during rotation.
    pub webhook: Vec<String>,
    /// The secret key of the recurring callback hash.
    pub recurring: String,
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    pub client_secret: String,
    /// API key for [`Authentication::ApiKey`].
    pub api_key: String,
    /// Client secret of production, which a working partner never uses here.
    pub production: String,
    /// What a mistaken partner puts into the query of its registered address.
    pub url_token: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Secrets")
            .field("webhook", &format_args!("[{} redacted]", self.webhook.len()))
            .finish_non_exhaustive()
    }
}

/// How one partner process is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Serve HTTPS with a certificate from a CA made at start.
    pub tls: bool,
    /// Where `ca.pem` is written with [`Options::tls`]; a fresh temporary directory otherwise.
    pub certificate_directory: Option<PathBuf>,
    /// Keep the server's certificate in that directory and use it again, so that clients that trust the CA
    /// still do after a restart.
    pub keep_certificate: bool,
    /// Only show a maintenance page, which answers everything alike.
    pub maintenance: bool,
    /// SQLite file; it is kept. Without it a temporary file is used and removed at the end.
    pub database: Option<PathBuf>,
    /// JSON-lines log, appended to; a fresh temporary file otherwise.
    pub log: Option<PathBuf>,
    /// Folder with `in` and `out` for batch files; without it none are taken.
    pub batch_folder: Option<PathBuf>,
    /// Base URL of the platform's API, without `/v1`; an operation may bring its own.
    pub api_base_url: Option<String>,
    /// PEM file with the only CA that API connections trust; the system's roots otherwise.
    pub api_ca: Option<PathBuf>,
    /// How API calls are authenticated.
    pub authentication: Authentication,
    /// What the partner's own durations of minutes and more are divided by, so that tests of them need not
    /// take as long: how long a faulty memory lasts. Time-outs of seconds stay as they are. Usually 1.
    pub time_factor: u32,
    /// What the API client's time-outs and pauses between tries are divided by, likewise. Usually 1.
    pub client_time_factor: u32,
    /// Switched-on defects; empty means a clean partner.
    pub defects: Vec<Defect>,
    /// Keys and credentials.
    pub secrets: Secrets,
}

/// What the partner announces once it accepts connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// Scheme, host and port, without a trailing slash.
    pub base_url: String,
    /// The URL registered with the platform for webhooks.
    pub webhook_url: String,
    /// The URL registered for recurring callbacks.
    pub recurring_url: String,
    /// Port beside HTTPS where plain HTTP would be; a careful partner has nobody there.
    pub plain_http_port: Option<u16>,
    /// The CA to trust, with HTTPS.
    pub ca: Option<PathBuf>,
    /// The log file.
    pub log: PathBuf,
    /// The database file.
    pub database: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_holds_no_secret() {
        let secrets = Secrets {
            webhook: vec!["whsec_c2VjcmV0".into()],
            recurring: "21245-957".into(),
            client_id: "client".into(),
            client_secret: "hush".into(),
            api_key: "key-1".into(),
            production: "live".into(),
            url_token: "door".into(),
        };
        let text = format!("{secrets:?}");
        for secret in ["c2VjcmV0", "21245-957", "hush", "key-1"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
