//! `vectors`: the golden wire vectors, for whoever writes a receiver in any language.

use serde_json::json;

use super::{args::VectorKind as Kind, error::CliError, exit::Exit, output};
use crate::{
    contract::profile::values::Profile,
    steps::{
        callback_vectors::{SECRET, callbacks},
        vectors::{self, API_SECRET, KEY, NOW},
    },
    wire::recurring::RecurringHash,
};

/// Prints all vectors of a kind as JSON, with the secret under which they hold.
pub fn vectors(kind: Kind) -> Result<Exit, CliError> {
    match kind {
        Kind::Webhooks => of_webhooks(),
        Kind::Recurring => of_callbacks(),
    }
}

fn of_callbacks() -> Result<Exit, CliError> {
    let profile = Profile::embedded("senangpay")?;
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

fn of_webhooks() -> Result<Exit, CliError> {
    let profile = Profile::embedded("senang-io")?;
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
