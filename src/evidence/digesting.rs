//! Digests of files that may be larger than memory.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use sha2::{Digest as _, Sha256};

/// Size in bytes and SHA-256 in lower-case hex of what is read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sized {
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in lower-case hex.
    pub sha256: String,
}

impl Sized {
    /// Of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            size: bytes.len() as u64,
            sha256: hex::encode(Sha256::digest(bytes)),
        }
    }
}

/// Reads a file to its end, but at most `limit` bytes and one more, so that a size above the limit tells
/// that it was cut off.
pub fn file(path: &Path, limit: u64) -> io::Result<Sized> {
    let mut reader = File::open(path)?.take(limit.saturating_add(1));
    let mut hash = Sha256::new();
    let mut block = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let read = reader.read(&mut block)?;
        if read == 0 {
            break;
        }
        hash.update(block.get(..read).unwrap_or_default());
        size += read as u64;
    }
    Ok(Sized {
        size,
        sha256: hex::encode(hash.finalize()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_read_agree() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let content = b"one\ntwo\xff\nthree".repeat(20_000);
        std::fs::write(&path, &content).unwrap();
        assert_eq!(file(&path, u64::MAX).unwrap(), Sized::of(&content));
        assert_eq!(file(&path, 10).unwrap().size, 11);
    }
}
