//! The page of a run in which every standing occurs and every text is hostile.

use std::{fs, path::Path};

use super::render;
use crate::evidence::{derived::Basis, files, sample};

fn page(transcript: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(files::TRANSCRIPT);
    fs::write(&path, transcript).unwrap();
    written(&path)
}

fn written(path: &Path) -> String {
    let (started, assessment) = sample::run();
    let basis = Basis {
        started: &started,
        assessment: &assessment,
        transcripts: &[path],
    };
    String::from_utf8(render::write(&basis).unwrap()).unwrap()
}

#[test]
fn the_same_basis_gives_the_same_bytes() {
    let transcript = sample::transcript();
    assert_eq!(page(&transcript), page(&transcript));
}
