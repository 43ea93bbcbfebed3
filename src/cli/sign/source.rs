//! Bytes from a file or from standard input.

use std::{io::Read as _, path::Path};

use crate::cli::{error::CliError, send::save};

/// Largest input, in bytes.
const LARGEST: u64 = 16 << 20;

/// Reads the bytes of a file; `-` stands for standard input.
///
/// # Errors
///
/// It cannot be read, is a folder, or larger than 16 MiB.
pub fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    if file != Path::new("-") {
        return save::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::Usage(format!("standard input cannot be read: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(CliError::Usage("standard input is larger than 16 MiB".to_owned()));
    }
    Ok(bytes)
}
