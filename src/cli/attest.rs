//! `attest`: signs a statement about a bundle that holds.

use std::{fs, io, path::Path};

use super::{beside, bundle_folder, error::CliError, exit::Exit, judged::judge_file, key_file, output};
use crate::{
    evidence::{
        attestation::{
            dsse::Envelope,
            keys::PrivateKey,
            statement::{self, PAYLOAD_TYPE},
        },
        files, results,
        text::TerminalText,
    },
    verify::whole::{Examined, examine},
};

/// Checks the bundle wholly, signs, and writes the attestation beside its files.
pub fn attest(folder: &Path, key: &Path, replace: bool) -> Result<Exit, CliError> {
    bundle_folder::of_one_run(folder)?;
    let key = key_file::private(key)?;
    let Examined { intact, judged } = examine(folder, &judge_file)?;
    let path = folder.join(files::ATTESTATION);
    if !replace {
        keep_others(&path, &key)?;
    }
    let unwritable = |error: serde_json::Error| CliError::Undetermined(error.to_string());
    let statement = statement::write(
        &intact.manifest,
        &intact.bytes,
        &judged.started,
        &judged.assessment,
    )
    .map_err(unwritable)?;
    let envelope = Envelope::signed(PAYLOAD_TYPE, &statement, &[&key]);
    beside::put(&path, &envelope.bytes().map_err(unwritable)?)?;
    let sentence = results::sentence(&judged.started, &judged.assessment);
    output::print(&format!(
        "{}: attested by key {}\n  outcome, judged again: {}\n  written to {}\n",
        TerminalText::line(&judged.started.run_id),
        key.public().id(),
        TerminalText::line(&sentence),
        path.display()
    ))?;
    Ok(Exit::Success)
}

/// An attestation by this key may be written again: it says the same, or speaks of what is no longer here.
fn keep_others(path: &Path, key: &PrivateKey) -> Result<(), CliError> {
    let present = match fs::read(path) {
        Ok(present) => present,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(CliError::File {
                path: path.to_owned(),
                error,
            });
        }
    };
    let ours = Envelope::parse(&present)
        .and_then(|envelope| envelope.open(PAYLOAD_TYPE))
        .is_ok_and(|opened| opened.is_signed_by(key.public()));
    if ours {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "{} is there already and is not signed by this key; give --replace to put this key's in its place",
        path.display()
    )))
}
