//! `vectors`: the golden wire vectors, for whoever writes a receiver in any language.

use serde_json::json;

use super::{error::CliError, exit::Exit, output};
use crate::{
    contract::profile::values::Profile,
    steps::vectors::{self, API_SECRET, KEY, NOW},
};

/// Prints all vectors as JSON, with the key and the time under which they hold.
pub fn vectors() -> Result<Exit, CliError> {
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
