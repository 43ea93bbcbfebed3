//! Writes the bundle around a finished transcript. Every file gets a temporary name and is searched for
//! secrets; only when all of them are clean do they get their names, the manifest last.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    derived::{Basis, DERIVED, DerivedError, is_derived},
    digesting::Sized,
    files,
    leaks::{self, Place, Search},
    manifest::{self, ChainHead, FileDigest},
};
use crate::{transcript::record::RunStarted, verdict::result::Assessment};

/// No bundle was released; the run is undetermined.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The folder is not there or is no folder.
    #[error("{} is no folder that can be written to ({detail}); create it or give another one", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// What the run recorded cannot be read.
    #[error("{} cannot be read: {source}; the bundle is not released", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {source}; the bundle is not released", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds secrets.
    #[error(
        "{file} shows {}; the bundle is not released and must not be passed on",
        leaks::told(places)
    )]
    Secret {
        /// The file.
        file: String,
        /// What was found and where, never the secret itself.
        places: Vec<Place>,
    },
    /// The name of an additional file cannot be used.
    #[error("{0:?} cannot be the name of another file in the bundle")]
    Name(String),
    /// A report could not be made.
    #[error("{name} cannot be made: {source}; the bundle is not released")]
    Derived {
        /// The file.
        name: &'static str,
        /// Why.
        source: DerivedError,
    },
    /// The manifest could not be written as JSON.
    #[error("the manifest cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// A file beside those that every bundle has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Additional {
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// A released bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// Its folder.
    pub folder: PathBuf,
    /// Digest of the manifest: whoever has it can tell whether the bundle is the same.
    pub manifest_sha256: String,
}

/// What a bundle is made of.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// Facts of the run.
    pub started: &'a RunStarted,
    /// Its judgement.
    pub assessment: &'a Assessment,
    /// End of the transcript's chain.
    pub head: &'a ChainHead,
    /// Files beside those that every bundle has, in the order in which they are to be written.
    pub additional: &'a [Additional],
}

/// Writes the bundle into the folder that already holds the transcript. `secrets` finds the secrets that a file
/// shows in any encoding.
pub fn write(folder: &Path, contents: &Contents<'_>, secrets: &Search<'_>) -> Result<Released, BundleError> {
    check_folder(folder)?;
    let mut staging = Staging {
        folder,
        secrets,
        staged: Vec::new(),
        listed: Vec::new(),
    };
    let released = staging.fill(contents).and_then(|manifest| {
        staging.release()?;
        Ok(Released {
            folder: folder.to_owned(),
            manifest_sha256: manifest.sha256,
        })
    });
    if released.is_err() {
        staging.discard();
    }
    released
}

fn check_folder(folder: &Path) -> Result<(), BundleError> {
    let wrong = |detail: String| BundleError::Folder {
        path: folder.to_owned(),
        detail,
    };
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(wrong("it is a file".to_owned())),
        Err(source) => Err(wrong(source.to_string())),
    }
}

struct Staging<'a> {
    folder: &'a Path,
    secrets: &'a Search<'a>,
    staged: Vec<String>,
    listed: Vec<FileDigest>,
}

impl Staging<'_> {
    fn fill(&mut self, contents: &Contents<'_>) -> Result<Sized, BundleError> {
        let Contents {
            started,
            assessment,
            head,
            additional,
        } = *contents;
        check_names(additional)?;
        self.list_recorded(files::TRANSCRIPT)?;
        for name in self.left_beside(additional)? {
            self.list_recorded(&name)?;
        }
        let transcript = self.folder.join(files::TRANSCRIPT);
        let basis = Basis {
            started,
            assessment,
            transcripts: &[&transcript],
        };
        for derived in &DERIVED {
            let name = derived.name;
            let content = (derived.make)(&basis).map_err(|source| BundleError::Derived { name, source })?;
            self.stage(name, &content)?;
        }
        for Additional { name, content } in additional {
            self.stage(name, content)?;
        }
        let manifest = manifest::write(started, assessment, head, &self.listed)?;
        self.stage(files::MANIFEST, &manifest)
    }

    // What the run itself left in the folder belongs to the bundle, or `verify` would find it unlisted.
    fn left_beside(&self, additional: &[Additional]) -> Result<BTreeSet<String>, BundleError> {
        let wrong = |detail: String| BundleError::Folder {
            path: self.folder.to_owned(),
            detail,
        };
        let mut left = BTreeSet::new();
        for entry in fs::read_dir(self.folder).map_err(|source| wrong(source.to_string()))? {
            let entry = entry.map_err(|source| wrong(source.to_string()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let written = is_derived(&name)
                || name == files::MANIFEST
                || name.ends_with(files::UNRELEASED)
                || additional.iter().any(|file| file.name == name);
            if written || name == files::TRANSCRIPT {
                continue;
            }
            // What was signed about another bundle says nothing about this one.
            let usable = files::is_plain_name(&name) && !files::BESIDE.contains(&name.as_str());
            if !entry.file_type().is_ok_and(|kind| kind.is_file()) || !usable {
                return Err(wrong(format!(
                    "it holds {name:?}, which cannot be part of a bundle"
                )));
            }
            left.insert(name);
        }
        Ok(left)
    }

    fn list_recorded(&mut self, name: &str) -> Result<(), BundleError> {
        let path = self.folder.join(name);
        let (sized, places) =
            leaks::in_file(&path, name, self.secrets).map_err(|source| BundleError::Read { path, source })?;
        refuse(name, places)?;
        self.list(name, &sized);
        Ok(())
    }

    fn stage(&mut self, name: &str, content: &[u8]) -> Result<Sized, BundleError> {
        refuse(name, leaks::in_bytes(name, content, self.secrets))?;
        let path = self.unreleased(name);
        self.staged.push(name.to_owned());
        let write = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(content)?;
            file.sync_all()
        };
        write().map_err(|source| BundleError::Write {
            path: path.clone(),
            source,
        })?;
        let sized = Sized::of(content);
        self.list(name, &sized);
        Ok(sized)
    }

    fn list(&mut self, name: &str, sized: &Sized) {
        let Sized { size, sha256 } = sized.clone();
        self.listed.push(FileDigest {
            name: name.to_owned(),
            size,
            sha256,
        });
    }

    fn release(&self) -> Result<(), BundleError> {
        for name in &self.staged {
            let path = self.folder.join(name);
            fs::rename(self.unreleased(name), &path).map_err(|source| BundleError::Write { path, source })?;
        }
        Ok(())
    }

    // The error that led here is reported; what cannot be removed keeps the ending that marks it.
    fn discard(&self) {
        for name in &self.staged {
            let _ = fs::remove_file(self.unreleased(name));
        }
    }

    fn unreleased(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}{}", files::UNRELEASED))
    }
}

fn refuse(file: &str, places: Vec<Place>) -> Result<(), BundleError> {
    if places.is_empty() {
        Ok(())
    } else {
        Err(BundleError::Secret {
            file: file.to_owned(),
            places,
        })
    }
}

fn check_names(additional: &[Additional]) -> Result<(), BundleError> {
    let others = [files::MANIFEST, files::TRANSCRIPT, files::TORN_LINE];
    let derived = DERIVED.iter().map(|derived| derived.name);
    let mut taken: BTreeSet<&str> = derived.chain(others).chain(files::BESIDE).collect();
    for Additional { name, .. } in additional {
        let usable = files::is_plain_name(name) && !name.ends_with(files::UNRELEASED);
        if !usable || !taken.insert(name) {
            return Err(BundleError::Name(name.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{evidence::sample, transcript::mask::Leak};

    fn showing(bytes: &[u8], needle: &str) -> Vec<Leak> {
        let found = memchr::memmem::find(bytes, needle.as_bytes());
        let leak = |offset| Leak {
            offset,
            length: needle.len(),
            label: "webhook secret".to_owned(),
        };
        found.map(leak).into_iter().collect()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_bundle_has_every_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        sample::bundle(folder.path());
        assert_eq!(
            names(folder.path()),
            [
                "exchanges.har",
                "exploration.json",
                "junit-strict.xml",
                "junit.xml",
                "manifest.json",
                "messages.ndjson",
                "report.html",
                "results.json",
                "transcript.ndjson"
            ]
        );
    }

    #[test]
    fn a_secret_in_any_file_keeps_the_whole_bundle_back() {
        for needle in [
            "\"kind\":\"run-started\"",
            "<testsuites>",
            "certifiable",
            "self_digest",
            "<html>",
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(files::TRANSCRIPT), sample::transcript()).unwrap();
            let error = sample::write(folder.path(), &|bytes| showing(bytes, needle)).unwrap_err();
            let told = error.to_string();
            assert!(
                matches!(&error, BundleError::Secret { places, .. } if places[0].label == "webhook secret"),
                "{told}"
            );
            assert!(
                told.contains("webhook secret at byte ") && !told.contains(needle),
                "{told}"
            );
            assert_eq!(names(folder.path()), [files::TRANSCRIPT], "{needle}");
        }
    }

    #[test]
    fn what_the_run_left_in_the_folder_is_listed_and_searched() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(files::TRANSCRIPT), sample::transcript()).unwrap();
        fs::write(folder.path().join("authority.pem"), "PRIVATE KEY").unwrap();
        let error = sample::write(folder.path(), &|bytes| showing(bytes, "PRIVATE")).unwrap_err();
        assert!(
            matches!(&error, BundleError::Secret { file, .. } if file == "authority.pem"),
            "{error}"
        );
        sample::write(folder.path(), &|_| Vec::new()).unwrap();
        let manifest = fs::read_to_string(folder.path().join(files::MANIFEST)).unwrap();
        assert!(manifest.contains("authority.pem"));
        fs::create_dir(folder.path().join("more")).unwrap();
        let error = sample::write(folder.path(), &|_| Vec::new()).unwrap_err();
        assert!(
            matches!(&error, BundleError::Folder { detail, .. } if detail.contains("more")),
            "{error}"
        );
    }

    #[test]
    fn a_folder_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let error = sample::write(&missing, &|_| Vec::new()).unwrap_err();
        assert!(matches!(error, BundleError::Folder { path, .. } if path == missing));
        let error = sample::write(folder.path(), &|_| Vec::new()).unwrap_err();
        assert!(matches!(error, BundleError::Read { .. }));
    }

    #[test]
    fn additional_files_cannot_take_the_name_of_another() {
        for name in [
            "manifest.json",
            "attestation.json",
            "decision.json",
            "../evil",
            "a/b",
            ".hidden",
            "",
            "exploration.json.unreleased",
        ] {
            let one = Additional {
                name: name.to_owned(),
                content: Vec::new(),
            };
            assert!(matches!(check_names(&[one]), Err(BundleError::Name(found)) if found == name));
        }
        let twice = Additional {
            name: "exploration.json".to_owned(),
            content: Vec::new(),
        };
        assert!(matches!(
            check_names(&[twice.clone(), twice]),
            Err(BundleError::Name(_))
        ));
    }
}
