//! `verify`: whether a bundle holds.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{error::CliError, exit::Exit, judged::judge_file, key_file, output};
use crate::{
    evidence::{files, text::TerminalText},
    verify::{
        attested::Attested,
        whole::{Verified, verify as verify_bundle},
    },
};

/// Verifies a bundle and says what was checked.
pub fn verify(folder: &Path, trusted: &[PathBuf], json: bool) -> Result<Exit, CliError> {
    let trusted = key_file::public(trusted)?;
    match verify_bundle(folder, &judge_file, &trusted) {
        Ok(verified) => {
            let text = if json {
                output::json(&json!({"holds": true, "run": verified.run.as_str(),
                    "outcome": verified.outcome, "records": verified.records, "examples": verified.examples,
                    "attested": verified.attested.as_ref().map(attested)}))
            } else {
                told(&verified)
            };
            output::print(&text)?;
            Ok(Exit::Success)
        }
        Err(broken) if json => {
            output::print(&output::json(
                &json!({"holds": false, "code": broken.code(), "why": broken.to_string()}),
            ))?;
            Ok(Exit::BrokenEvidence)
        }
        Err(broken) => Err(broken.into()),
    }
}

fn attested(attested: &Attested) -> Value {
    let unchecked: Vec<&str> = attested.unchecked.iter().map(TerminalText::as_str).collect();
    json!({"signed_by": attested.signed_by, "unchecked": unchecked})
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
    match &verified.attested {
        None => text.push_str("  not attested: nobody signed it\n"),
        Some(Attested { signed_by, unchecked }) => {
            for key in signed_by {
                let _ = writeln!(text, "  attested by the trusted key {key}");
            }
            for key in unchecked {
                let _ = writeln!(
                    text,
                    "  signed by key {key}, which nobody vouched for: its signature is not checked without \
                     --trusted-key"
                );
            }
        }
    }
    if verified.decided {
        let _ = writeln!(
            text,
            "  {} stands beside it and was not looked at",
            files::DECISION
        );
    }
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
