//! Files that are put beside a bundle after it was released.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use super::error::CliError;
use crate::evidence::files;

/// Writes a file, or what is to stand in its place. It gets its name when it is whole, so that nobody ever reads
/// half of it.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut unreleased = path.as_os_str().to_owned();
    unreleased.push(files::UNRELEASED);
    let unreleased = PathBuf::from(unreleased);
    let written = File::create(&unreleased)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unreleased, path));
    written.map_err(|error| {
        // The error that led here is reported.
        let _ = fs::remove_file(&unreleased);
        CliError::File {
            path: path.to_owned(),
            error,
        }
    })
}
