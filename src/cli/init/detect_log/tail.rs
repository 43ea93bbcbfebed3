//! The last lines of a file.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
};

/// Most bytes that are looked at.
const MOST: u64 = 512 * 1024;
/// Most lines.
const LINES: usize = 3_000;
/// Longer lines are left out.
const LONGEST: usize = 16 * 1024;

/// The last lines of a file, the latest last. A first line that may be cut is left out.
pub fn tail(path: &Path) -> io::Result<Vec<String>> {
    let metadata = std::fs::metadata(path)?;
    // Others, such as pipes, may keep a reader waiting.
    if !metadata.is_file() {
        return Err(io::Error::other("is no regular file"));
    }
    let length = metadata.len();
    let mut file = File::open(path)?;
    let from = length.saturating_sub(MOST);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<String> = text
        .lines()
        .skip(usize::from(from > 0))
        .filter(|line| !line.trim().is_empty() && line.len() <= LONGEST)
        .map(str::to_owned)
        .collect();
    let surplus = lines.len().saturating_sub(LINES);
    Ok(lines.into_iter().skip(surplus).collect())
}
