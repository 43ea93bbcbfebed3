//! Keys in files.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{error::CliError, output};
use crate::evidence::attestation::keys::{KeyError, PrivateKey, PublicKey};

/// Largest file that can be a key, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Reads a private key, and warns when others can read it too.
pub fn private(path: &Path) -> Result<PrivateKey, CliError> {
    let key = PrivateKey::from_pem(&read(path)?).map_err(|error| unusable(path, &error))?;
    if is_open_to_others(path) {
        output::complain(&format!(
            "warning: {} can be read by others than its owner; take that right from them (chmod 600)",
            path.display()
        ));
    }
    Ok(key)
}

/// Reads public keys.
pub fn public(paths: &[PathBuf]) -> Result<Vec<PublicKey>, CliError> {
    paths
        .iter()
        .map(|path| PublicKey::from_pem(&read(path)?).map_err(|error| unusable(path, &error)))
        .collect()
}

/// Writes a private key that only its owner can read, and its public key beside it. Neither may be there.
pub fn write(path: &Path, key: &PrivateKey) -> Result<PathBuf, CliError> {
    let beside = public_name(path);
    let failed = |path: &Path| {
        let path = path.to_owned();
        |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => CliError::Usage(format!(
                "{} is there already, and a key is never overwritten; give another name",
                path.display()
            )),
            _ => CliError::File { path, error },
        }
    };
    let private = key.to_pem().map_err(|error| unusable(path, &error))?;
    let public = key.public().to_pem().map_err(|error| unusable(path, &error))?;
    // Asked beforehand, so that half a pair is never made; creating them asks once more.
    if let Some(present) = [path, beside.as_path()]
        .into_iter()
        .find(|path| path.symlink_metadata().is_ok())
    {
        return Err(failed(present)(io::ErrorKind::AlreadyExists.into()));
    }
    let mut file = exclusive(path).map_err(failed(path))?;
    let mut rest = || -> io::Result<()> {
        file.write_all(private.as_bytes())?;
        file.sync_all()?;
        let mut file = File::create_new(&beside)?;
        file.write_all(public.as_bytes())?;
        file.sync_all()
    };
    rest().map_err(|error| {
        // Half a pair is of no use; the error that led here is reported.
        let _ = fs::remove_file(path);
        failed(&beside)(error)
    })?;
    Ok(beside)
}

fn public_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn read(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let failed = |error| CliError::File {
        path: path.to_owned(),
        error,
    };
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST {
        return Err(CliError::Usage(format!(
            "{} has {size} bytes, so it is no key",
            path.display()
        )));
    }
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(failed)?;
    if text.trim().is_empty() {
        return Err(CliError::Usage(format!(
            "{} is empty, so it is no key",
            path.display()
        )));
    }
    Ok(text)
}

fn unusable(path: &Path, error: &KeyError) -> CliError {
    CliError::Usage(format!("{}: {error}", path.display()))
}

#[cfg(unix)]
fn exclusive(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn exclusive(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}
