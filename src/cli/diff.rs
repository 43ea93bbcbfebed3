//! `diff`: what changed between two runs.

use std::path::Path;

use serde_json::Value;

use super::{args::DiffArguments, bundle_folder, error::CliError, exit::Exit, judged::judge_file, output};
use crate::{
    evidence::{
        comparison::{
            compare::{Comparison, Side, compare},
            told,
        },
        files,
    },
    verify::{integrity::read_whole, whole::verify as verify_bundle},
};

/// Largest document that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Compares two bundles.
pub fn diff(arguments: &DiffArguments) -> Result<Exit, CliError> {
    let comparison = compared(&arguments.a, &arguments.b, arguments.unverified)?;
    let text = if arguments.json {
        output::json(&comparison)
    } else {
        told(&comparison)
    };
    output::print(&text)?;
    Ok(if arguments.exit_code && comparison.worse {
        Exit::NonConformant
    } else {
        Exit::Success
    })
}

/// What changed between the bundles in two folders.
pub(super) fn compared(a: &Path, b: &Path, unverified: bool) -> Result<Comparison, CliError> {
    Ok(compare(&side(a, unverified)?, &side(b, unverified)?))
}

fn side(folder: &Path, unverified: bool) -> Result<Side, CliError> {
    bundle_folder::of_one_run(folder)?;
    if unverified {
        output::complain(&format!("{} is not verified", folder.display()));
    } else {
        verify_bundle(folder, &judge_file, &[])?;
    }
    Ok(Side {
        results: document(folder, files::RESULTS)?,
        manifest: document(folder, files::MANIFEST)?,
    })
}

fn document(folder: &Path, name: &str) -> Result<Value, CliError> {
    let bytes = read_whole(folder, name, LARGEST)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        CliError::Usage(format!(
            "{} cannot be compared: {error}",
            folder.join(name).display()
        ))
    })
}
