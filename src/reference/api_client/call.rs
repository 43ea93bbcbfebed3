//! One call, independent of how often it is tried.

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What is asked of the platform.
#[derive(Clone, Debug)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path from `/v1` on, already encoded.
    pub path: String,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Value>,
    /// Idempotency key; the same on every try.
    pub key: Option<String>,
    /// Whether credentials go with it.
    pub authenticated: bool,
    /// Whether a failed try is the caller's to repeat.
    pub single: bool,
}

impl Call {
    /// A read.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query: Vec::new(),
            body: None,
            key: None,
            authenticated: true,
            single: false,
        }
    }

    /// The same call, tried once: the caller has a queue of its own.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.single = true;
        self
    }

    /// A write with its idempotency key.
    pub fn post(path: impl Into<String>, body: Value, key: impl Into<String>) -> Self {
        Self {
            method: Method::POST,
            body: Some(body),
            key: Some(key.into()),
            ..Self::get(path)
        }
    }

    /// Method and path for log lines.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// An id as a path segment.
pub fn segment(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
        .replace("%5F", "_")
}
