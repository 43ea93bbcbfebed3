//! `vectors`: the golden wire vectors, for whoever writes a receiver in any language.

use std::path::PathBuf;

use serde_json::json;

use super::{
    args::{ClockChoice, VectorKind as Kind},
    error::CliError,
    exit::Exit,
    output,
    prepare::Profiles,
};
use crate::{
    contract::profile::values::Profile,
    steps::{
        callback_vectors::{SECRET, callbacks},
        vectors::{self, API_SECRET, KEY, NOW},
    },
    wire::recurring::RecurringHash,
};

/// Prints all vectors of a kind as JSON, with the secret under which they hold.
pub fn vectors(kind: Kind, files: &[PathBuf]) -> Result<Exit, CliError> {
    let profiles = Profiles::load(files, ClockChoice::Real)?;
    match kind {
        Kind::Webhooks => of_webhooks(&profiles.platform),
        Kind::Recurring => of_callbacks(&profiles.gateway),
    }
}

fn of_callbacks(profile: &Profile) -> Result<Exit, CliError> {
    output::print(&output::json(&json!({
        "profile": profile.name(),
        "secret": SECRET,
        "hashed": ["the secret", "status_id", "order_id", "transaction_id", "msg"],
        "default": profile.recurring_hash(),
        "sha256": callbacks(RecurringHash::Sha256),
        "hmac-sha256": callbacks(RecurringHash::HmacSha256),
    })))?;
    Ok(Exit::Success)
}

fn of_webhooks(profile: &Profile) -> Result<Exit, CliError> {
    let scheme = profile.signature_scheme();
    let webhooks = vectors::webhooks(scheme).map_err(|error| CliError::Usage(error.to_string()))?;
    output::print(&output::json(&json!({
        "profile": profile.name(),
        "scheme": scheme,
        "webhook_secret": KEY,
        "api_secret": API_SECRET,
        "receiver_clock_unix_seconds": NOW,
        "replay_window_seconds": profile.replay_window().as_secs(),
        "webhooks": webhooks,
    })))?;
    Ok(Exit::Success)
}
