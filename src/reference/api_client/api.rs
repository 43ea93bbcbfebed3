//! The client as a whole: connection settings, credentials, and what is shared for each API address.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::failure::{Category, Failure};
use super::pace::Pace;
use super::session::Session;
use super::token::Keeper;
use crate::reference::defect::Defects;
use crate::reference::error::ReferenceError;
use crate::reference::log::Log;
use crate::reference::options::{Authentication, Options, Secrets};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const WHOLE_TIMEOUT: Duration = Duration::from_secs(15);
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
    /// HTTP with every convenience switched off.
    pub http: reqwest::Client,
    /// Kind of credentials.
    pub authentication: Authentication,
    /// Credentials.
    pub secrets: Secrets,
    /// Switches.
    pub defects: Defects,
    base: Option<String>,
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
    /// Sets the client up; reads the CA file if there is one.
    pub fn new(options: &Options, defects: Defects) -> Result<Self, ReferenceError> {
        let failed = |error: &dyn fmt::Display| ReferenceError::ApiClient(error.to_string());
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(WHOLE_TIMEOUT)
            .user_agent(concat!("reference-partner/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &options.api_ca {
            let pem = std::fs::read(path).map_err(|source| ReferenceError::File {
                path: path.clone(),
                source,
            })?;
            let trusted = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| failed(&error))?;
            builder = builder.tls_certs_only(trusted);
        }
        Ok(Self {
            http: builder.build().map_err(|error| failed(&error))?,
            authentication: options.authentication,
            secrets: options.secrets.clone(),
            defects,
            base: options.api_base_url.clone(),
            hosts: Mutex::default(),
        })
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
