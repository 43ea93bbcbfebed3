//! The files under `features/`, compiled in: feature files, rulebook, profiles.

use include_dir::{Dir, include_dir};

use super::error::ContractError;

static FEATURES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/features");

/// One embedded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// Path below `features/`, with forward slashes.
    pub path: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

impl EmbeddedFile {
    /// The file as text.
    pub fn text(self) -> Result<&'static str, ContractError> {
        std::str::from_utf8(self.bytes).map_err(|_| ContractError::NotText(self.path.to_owned()))
    }
}

/// Every embedded file, sorted by path.
pub fn files() -> Vec<EmbeddedFile> {
    let mut found = Vec::new();
    let mut open = vec![&FEATURES];
    while let Some(directory) = open.pop() {
        open.extend(directory.dirs());
        found.extend(directory.files().filter_map(|file| {
            Some(EmbeddedFile {
                path: file.path().to_str()?,
                bytes: file.contents(),
            })
        }));
    }
    found.sort_unstable_by_key(|file| file.path);
    found
}

/// The embedded files in one folder whose names end in `.extension`, sorted by path.
pub fn files_in(folder: &str, extension: &str) -> Vec<EmbeddedFile> {
    files()
        .into_iter()
        .filter(|file| {
            file.path.rsplit_once('/').is_some_and(|(parent, name)| {
                parent == folder
                    && name
                        .strip_suffix(extension)
                        .is_some_and(|stem| stem.ends_with('.'))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_on_disk_is_compiled_in() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("features");
        let mut open = vec![root.clone()];
        let mut on_disk = Vec::new();
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    on_disk.push(
                        path.strip_prefix(&root)
                            .unwrap()
                            .to_str()
                            .unwrap()
                            .replace('\\', "/"),
                    );
                }
            }
        }
        on_disk.sort();
        let embedded: Vec<_> = files().iter().map(|file| file.path.to_owned()).collect();
        assert_eq!(
            embedded, on_disk,
            "a new file is only compiled in when src/contract/embedded.rs is built again"
        );
    }
}
