//! `verify`: whether a bundle holds.

use std::path::Path;

use super::{error::CliError, exit::Exit, judged::judge_file, output};
use crate::verify::whole::verify as verify_bundle;

/// Verifies a bundle and says what was checked.
pub fn verify(folder: &Path, json: bool) -> Result<Exit, CliError> {
    match verify_bundle(folder, &judge_file) {
        Ok(verified) => {
            let text = if json {
                output::json(&serde_json::json!({"holds": true, "run": verified.run.as_str(),
                    "outcome": verified.outcome, "records": verified.records, "examples": verified.examples}))
            } else {
                format!("{verified}\n")
            };
            output::print(&text)?;
            Ok(Exit::Success)
        }
        Err(broken) if json => {
            output::print(&output::json(&serde_json::json!({"holds": false, "why": broken.to_string()})))?;
            Ok(Exit::BrokenEvidence)
        }
        Err(broken) => Err(broken.into()),
    }
}
