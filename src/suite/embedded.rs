//! The embedded feature files, and the digest that stands for everything the suite asks.

use sha2::{Digest as _, Sha256};

use crate::contract::{embedded, error::ContractError};

/// Path below `features/` and text of every embedded feature file, sorted by path.
pub fn feature_texts() -> Result<Vec<(&'static str, &'static str)>, ContractError> {
    embedded::files()
        .into_iter()
        .filter(|file| file.path.ends_with(".feature"))
        .map(|file| Ok((file.path, file.text()?)))
        .collect()
}

/// SHA-256, in lower-case hex, over every embedded file: feature files, rulebook and profiles. Two
/// builds with the same digest ask the same of a partner.
pub fn digest() -> String {
    digest_of(embedded::files().into_iter().map(|file| (file.path, file.bytes)))
}

/// The digest of any set of files: over their sorted paths and bytes, each preceded by its length, so
/// that no two sets share one digest by moving bytes between path and content.
pub fn digest_of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_unstable();
    let mut hasher = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_knows_paths_and_bytes_but_not_their_order() {
        let of =
            |files: &[(&str, &str)]| digest_of(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        assert_eq!(of(&[("a", "1"), ("b", "2")]), of(&[("b", "2"), ("a", "1")]));
        assert_ne!(of(&[("a", "1"), ("b", "2")]), of(&[("a", "2"), ("b", "1")]));
        assert_ne!(of(&[("a", "b1")]), of(&[("ab", "1")]));
        assert_eq!(digest().len(), 64);
    }
}
