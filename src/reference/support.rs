//! What the partner sends to support: who it is, which event, when, what is wrong, and masked log lines.

use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use serde_json::{Value, json};

use super::clock;
use super::defect::Defect;
use super::options::Options;
use super::partner::Partner;
use super::reply::{self, Reply};

/// Raw deliveries that the careless partner keeps.
const MOST_KEPT: usize = 200;

/// What support requests are made from.
#[derive(Debug, Default)]
pub struct Support {
    key_reference: String,
    log: std::path::PathBuf,
    raw: Mutex<Vec<String>>,
}

impl Support {
    /// Knows the end of the key and where the log is.
    pub fn new(options: &Options, log: &std::path::Path) -> Self {
        let secret = &options.secrets.client_secret;
        let from = secret.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
        Self {
            key_reference: format!("\u{2026}{}", secret.get(from..).unwrap_or_default()),
            log: log.to_owned(),
            raw: Mutex::default(),
        }
    }

    /// Keeps a delivery as it came: only for the defect that attaches it.
    pub fn keep(&self, body: &[u8]) {
        let mut raw = self.raw.lock().unwrap_or_else(PoisonError::into_inner);
        if raw.len() >= MOST_KEPT {
            raw.remove(0);
        }
        raw.push(String::from_utf8_lossy(body).into_owned());
    }
}

/// A support request about an event.
pub fn handle(partner: &Partner, event_id: &str) -> Reply {
    let log = std::fs::read_to_string(&partner.support.log).unwrap_or_default();
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains(event_id))
        .take(20)
        .collect();
    let mut request = json!({
        "partner_id": "reference-partner",
        "api_key_reference": partner.support.key_reference,
        "event_id": event_id,
        "time": clock::now().to_string(),
        "description": "Our record of this delivery differs from yours; please compare.",
        "log": lines,
    });
    if partner.has(Defect::UnmaskedBundle)
        && let Value::Object(members) = &mut request
    {
        let raw = partner.support.raw.lock().unwrap_or_else(PoisonError::into_inner);
        let own: Vec<&String> = raw.iter().filter(|body| body.contains(event_id)).collect();
        members.insert("raw_payloads".into(), json!(own));
        members.insert("gateway_secret".into(), json!(partner.recurring_secret));
    }
    reply::json(StatusCode::OK, &request)
}
