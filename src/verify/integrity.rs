//! Whether a folder holds exactly the files that its manifest lists, unchanged.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    iter::once,
    path::Path,
};

use super::broken::Broken;
use crate::evidence::{
    derived::DERIVED,
    digesting, files,
    manifest::{self, Manifest},
    merged::says_merged,
    text::TerminalText,
};

/// Largest manifest that is read, in bytes.
const LARGEST_MANIFEST: u64 = 16 * 1024 * 1024;
/// Most entries of a folder that can be a bundle.
const MOST_ENTRIES: usize = 1_000;
/// A manifest whose files are all there and unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct Intact {
    /// The manifest.
    pub manifest: Manifest,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Checks the folder. A missing manifest is [`Broken::NoManifest`], before anything else is looked at.
pub fn check(folder: &Path) -> Result<Intact, Broken> {
    let present = entries(folder)?;
    if !present.contains(files::MANIFEST) {
        return Err(Broken::NoManifest);
    }
    let bytes = read_whole(folder, files::MANIFEST, LARGEST_MANIFEST)?;
    let manifest = parse(&bytes)?;
    let mut listed = BTreeSet::from([files::MANIFEST]);
    for file in &manifest.files {
        let name = file.name.as_str();
        let usable = files::is_plain_name(name)
            && !name.ends_with(files::UNRELEASED)
            && !files::BESIDE.contains(&name);
        if !usable || !listed.insert(name) {
            return Err(Broken::Listed {
                name: TerminalText::line(name),
            });
        }
    }
    let mut always = once(files::TRANSCRIPT).chain(DERIVED.iter().map(|derived| derived.name));
    if let Some(name) = always.find(|name| !listed.contains(name)) {
        return Err(Broken::NotListed { name });
    }
    let known = |name: &str| listed.contains(name) || files::BESIDE.contains(&name);
    if let Some(name) = present.iter().find(|name| !known(name)) {
        return Err(Broken::Unlisted {
            name: TerminalText::line(name),
        });
    }
    for file in &manifest.files {
        check_file(folder, file)?;
    }
    Ok(Intact { manifest, bytes })
}

/// Names of everything in the folder.
pub fn entries(folder: &Path) -> Result<BTreeSet<String>, Broken> {
    let unreadable = |source: io::Error| Broken::Folder {
        folder: TerminalText::line(&folder.to_string_lossy()),
        detail: source.to_string(),
    };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        if names.len() == MOST_ENTRIES {
            return Err(Broken::Crowded { limit: MOST_ENTRIES });
        }
        names.insert(
            entry
                .map_err(unreadable)?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    Ok(names)
}

/// Reads a regular file of at most `limit` bytes.
pub fn read_whole(folder: &Path, name: &str, limit: u64) -> Result<Vec<u8>, Broken> {
    let unreadable = |detail: String| Broken::Unreadable {
        name: name.to_owned(),
        detail,
    };
    let size = regular_size(folder, name)?;
    if size > limit {
        return Err(unreadable(format!("it has {size} bytes, more than {limit}")));
    }
    let mut bytes = Vec::new();
    File::open(folder.join(name))
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|source| unreadable(source.to_string()))?;
    Ok(bytes)
}

/// What every manifest has, whatever its format.
#[derive(serde::Deserialize)]
struct Formatted {
    format: u32,
}

fn parse(bytes: &[u8]) -> Result<Manifest, Broken> {
    if says_merged(bytes) {
        return Err(Broken::Manifest {
            detail: TerminalText::line(
                "it is that of a merged run, which only `verify` reads; give the bundle of a shard, below shards/",
            ),
        });
    }
    let unusable = |detail: String| Broken::Manifest {
        detail: TerminalText::line(&detail),
    };
    // Before anything else: the members of another format would only be called unknown.
    let Formatted { format } = serde_json::from_slice(bytes).map_err(|error| unusable(error.to_string()))?;
    if format != manifest::FORMAT {
        let (found, known) = (format, manifest::FORMAT);
        return Err(unusable(format!(
            "it has format {found}, this program reads format {known}"
        )));
    }
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| unusable(error.to_string()))?;
    let found = manifest::digest_of_itself(bytes, &manifest.self_digest).unwrap_or_else(|| "none".to_owned());
    if found != manifest.self_digest {
        let expected = TerminalText::line(&manifest.self_digest);
        return Err(Broken::SelfDigest { expected, found });
    }
    Ok(manifest)
}

pub(super) fn check_file(folder: &Path, listed: &manifest::FileDigest) -> Result<(), Broken> {
    let name = &listed.name;
    let found = regular_size(folder, name)?;
    if found != listed.size {
        return Err(Broken::Size {
            name: name.clone(),
            expected: listed.size,
            found,
        });
    }
    let found = digesting::file(&folder.join(name), listed.size).map_err(|source| Broken::Unreadable {
        name: name.clone(),
        detail: source.to_string(),
    })?;
    if found.sha256 != listed.sha256 {
        let expected = TerminalText::line(&listed.sha256);
        return Err(Broken::Digest {
            name: name.clone(),
            expected,
            found: found.sha256,
        });
    }
    Ok(())
}

// A link could point out of the bundle, and opening a pipe could wait for ever.
fn regular_size(folder: &Path, name: &str) -> Result<u64, Broken> {
    match fs::symlink_metadata(folder.join(name)) {
        Ok(found) if found.is_file() => Ok(found.len()),
        Ok(_) => Err(Broken::NoFile {
            name: name.to_owned(),
        }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Err(Broken::Missing {
            name: name.to_owned(),
        }),
        Err(source) => Err(Broken::Unreadable {
            name: name.to_owned(),
            detail: source.to_string(),
        }),
    }
}
