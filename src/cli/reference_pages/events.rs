//! The webhook events, from their schema.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    markdown::{block, text},
    members::members,
    overview::ASSUMED,
    page::Page,
};
use crate::{
    cli::error::CliError,
    contract::profile::values::Profile,
    steps::vectors,
    wire::{event::EventType, event_schema},
};

/// The page.
pub fn page(profile: &Profile) -> Result<Page, CliError> {
    let schema = event_schema::events();
    let vectors =
        vectors::webhooks(profile.signature_scheme()).map_err(|error| CliError::Usage(error.to_string()))?;
    let mut body = format!(
        "{ASSUMED}{} They come as a `POST` with a JSON body, signed as [signature.md](signature.md) says. The names of the \
         types are those of the platform's documents; the members are assumed.\n\n## The envelope\n\n{}\n",
        text(schema["description"].as_str().unwrap_or_default()),
        members(&schema)
    );
    for kind in EventType::ALL {
        let data = &schema["$defs"][kind.name().replace('.', "-")];
        let _ = writeln!(body, "## {kind}\n\nMembers of `data`:\n\n{}", members(data));
        let example = vectors.iter().find(|vector| vector.name == kind.name());
        if let Some(sent) = example.and_then(|vector| vector.body.as_deref()) {
            let pretty: Value = serde_json::from_str(sent).unwrap_or_default();
            let pretty = serde_json::to_string_pretty(&pretty).unwrap_or_default();
            let _ = writeln!(
                body,
                "For example, with line breaks for reading:\n\n{}",
                block("json", &pretty)
            );
        }
    }
    Ok(Page::new("contract/events.md", "Webhook events", &body))
}
