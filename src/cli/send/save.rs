//! Files: the body that is given, the request that is kept.

use std::{fs, path::Path};

use crate::{cli::error::CliError, transcript::exchange::SentMessage};

/// Largest body that is read, in bytes.
const LARGEST: u64 = 16 << 20;

/// The request, head and body, as `check-signature` reads it.
pub const REQUEST: &str = "request.http";

/// The body alone.
pub const BODY: &str = "body.bin";

/// Reads a file of raw bytes.
///
/// # Errors
///
/// It cannot be read, is no file, or larger than 16 MiB.
pub fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error| CliError::File {
        path: file.to_owned(),
        error,
    };
    let found = fs::metadata(file).map_err(failed)?;
    if found.is_dir() {
        return Err(CliError::Usage(format!(
            "{} is a folder; name a file",
            file.display()
        )));
    }
    if found.len() > LARGEST {
        return Err(CliError::Usage(format!(
            "{} is larger than 16 MiB",
            file.display()
        )));
    }
    fs::read(file).map_err(failed)
}

/// Writes request and body.
///
/// # Errors
///
/// The folder cannot be made or written to.
pub fn keep(folder: &Path, sent: &SentMessage, target: &str) -> Result<(), CliError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| CliError::File { path, error }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let body = sent.body.bytes();
    let mut request = format!("{} {target} HTTP/1.1\r\n", sent.method).into_bytes();
    for (name, value) in sent.headers.iter() {
        request.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(&body);
    for (name, bytes) in [(REQUEST, request.as_slice()), (BODY, body.as_ref())] {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    Ok(())
}
