//! `keygen`: a key pair for attestations.

use std::path::Path;

use rand::TryRngCore as _;
use zeroize::Zeroizing;

use super::{error::CliError, exit::Exit, key_file, output};
use crate::evidence::attestation::keys::PrivateKey;

/// Makes the pair and prints the id of the key.
pub fn keygen(out: &Path) -> Result<Exit, CliError> {
    let mut random = Zeroizing::new([0; 32]);
    rand::rngs::OsRng
        .try_fill_bytes(random.as_mut_slice())
        .map_err(|error| CliError::Undetermined(format!("there is nothing random: {error}")))?;
    let key = PrivateKey::of(&random).map_err(|error| CliError::Undetermined(error.to_string()))?;
    let public = key_file::write(out, &key)?;
    output::print(&format!(
        "{}\n  private key: {} (keep it to yourself)\n  public key:  {} (hand it to whoever checks, another way than the bundles)\n",
        key.public().id(),
        out.display(),
        public.display()
    ))?;
    Ok(Exit::Success)
}
