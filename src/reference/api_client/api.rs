//! The client as a whole: connection settings, credentials, and what is shared for each API address.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use url::Url;

use super::careless;
use super::durations::Durations;
use super::failure::{Category, Failure};
use super::pace::Pace;
use super::session::Session;
use super::token::Keeper;
use crate::reference::defect::Defects;
use crate::reference::log::Log;
use crate::reference::options::{Authentication, Options, Secrets};

/// Addresses remembered at most; a conformance run may use one for each case.
const MOST_HOSTS: usize = 4096;

/// What calls to one API address share.
#[derive(Default)]
pub struct Host {
    /// Token.
    pub tokens: Keeper,
    /// Pauses and pace.
    pub pace: Pace,
}

/// The client.
pub struct Api {
    /// Kind of credentials.
    pub authentication: Authentication,
    /// Credentials.
    pub secrets: Secrets,
    /// Switches.
    pub defects: Defects,
    /// How long it waits.
    pub durations: Durations,
    base: Option<String>,
    authority: Option<PathBuf>,
    http: OnceLock<reqwest::Client>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

impl fmt::Debug for Api {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Api")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// Remembers how to reach the API; nothing is read or opened before the first call.
    pub fn new(options: &Options, defects: Defects) -> Self {
        Self {
            authentication: options.authentication,
            secrets: options.secrets.clone(),
            defects,
            durations: Durations::divided_by(options.client_time_factor),
            base: options.api_base_url.clone(),
            authority: options.api_ca.clone(),
            http: OnceLock::new(),
            hosts: Mutex::default(),
        }
    }

    /// HTTP with every convenience switched off. The CA file is read at the first call, because the
    /// platform may issue its certificate after this program has started.
    fn http(&self) -> Result<reqwest::Client, Failure> {
        if let Some(client) = self.http.get() {
            return Ok(client.clone());
        }
        let failed = |error: String| Failure::new(Category::Network, error);
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .http1_only()
            .user_agent(concat!("reference-partner/", env!("CARGO_PKG_VERSION")));
        builder = careless::limits(builder, self.defects, &self.durations);
        if let Some(path) = &self.authority {
            let pem = std::fs::read(path).map_err(|error| failed(format!("{}: {error}", path.display())))?;
            let trusted = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|error| failed(format!("{}: {error}", path.display())))?;
            builder = builder.tls_certs_only(trusted);
        }
        let client = builder.build().map_err(|error| failed(error.to_string()))?;
        Ok(self.http.get_or_init(|| client).clone())
    }

    /// Calls to the configured API, or to `base` if one is given.
    pub fn session<'a>(
        &'a self,
        log: &'a Log,
        operation: &'a str,
        base: Option<&str>,
    ) -> Result<Session<'a>, Failure> {
        let invalid = || Failure::new(Category::Validation, "no usable API base URL");
        let base = base
            .or(self.base.as_deref())
            .ok_or_else(invalid)?
            .trim_end_matches('/');
        let url = Url::parse(base).map_err(|_| invalid())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.query().is_some() {
            return Err(invalid());
        }
        Ok(Session {
            http: self.http()?,
            api: self,
            log,
            operation,
            base: base.to_owned(),
            host: self.host(base),
        })
    }

    fn host(&self, base: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS && !hosts.contains_key(base) {
            hosts.clear();
        }
        Arc::clone(hosts.entry(base.to_owned()).or_default())
    }
}
