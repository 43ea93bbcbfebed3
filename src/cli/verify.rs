//! `verify`: whether a bundle holds.

use std::{fmt::Write as _, path::Path};

use super::{error::CliError, exit::Exit, judged::judge_file, output};
use crate::verify::whole::{Verified, verify as verify_bundle};

/// Verifies a bundle and says what was checked.
pub fn verify(folder: &Path, json: bool) -> Result<Exit, CliError> {
    match verify_bundle(folder, &judge_file) {
        Ok(verified) => {
            let text = if json {
                output::json(&serde_json::json!({"holds": true, "run": verified.run.as_str(),
                    "outcome": verified.outcome, "records": verified.records, "examples": verified.examples}))
            } else {
                told(&verified)
            };
            output::print(&text)?;
            Ok(Exit::Success)
        }
        Err(broken) if json => {
            output::print(&output::json(
                &serde_json::json!({"holds": false, "why": broken.to_string()}),
            ))?;
            Ok(Exit::BrokenEvidence)
        }
        Err(broken) => Err(broken.into()),
    }
}

fn told(verified: &Verified) -> String {
    let mut text = format!(
        "{}: the evidence holds\n  outcome, judged again: {}\n  {} examples, {} records, {} bytes\n",
        verified.run.as_str(),
        verified.sentence.as_str(),
        verified.examples,
        verified.records,
        verified.bytes
    );
    if !verified.assumed.is_empty() {
        let count = verified.assumed.len();
        let _ = writeln!(
            text,
            "  {count} profile values are assumed until the platform confirms them; manifest.json names them"
        );
    }
    if !verified.unmade.is_empty() {
        let _ = writeln!(
            text,
            "  only their digests were checked: {}",
            verified.unmade.join(", ")
        );
    }
    text
}
