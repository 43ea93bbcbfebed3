//! `openapi`: the contract of the simulated platform, for client generators and validators.

use super::{error::CliError, exit::Exit, output};
use crate::{actors::sandbox::openapi, wire::event_schema};

/// Prints the API as OpenAPI 3.1, or the webhook events as JSON Schema.
pub fn openapi(events: bool) -> Result<Exit, CliError> {
    let document = if events {
        event_schema::events()
    } else {
        openapi::document()
    };
    output::print(&output::json(&document))?;
    Ok(Exit::Success)
}
