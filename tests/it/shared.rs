//! Runs that several tests look at, made once.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use crate::{
    bundle::Bundle,
    program::{Finished, PROGRAM, Program, folders},
};

/// A run that has ended, with its bundle.
pub(crate) struct Ended {
    pub(crate) said: Finished,
    pub(crate) bundle: Bundle,
}

/// All cases against the clean reference partner.
pub(crate) static CLEAN: LazyLock<Ended> = LazyLock::new(|| ended("clean", "run --reference --seed 1"));

/// All cases against a partner that never compares the signature.
pub(crate) static SIGNATURE_IGNORED: LazyLock<Ended> =
    LazyLock::new(|| ended("sig-ignored", "run --reference --seed 1 --defect sig-ignored"));

/// A few cases against the clean reference partner: a bundle that is quickly copied.
pub(crate) static SMALL: LazyLock<Ended> = LazyLock::new(|| {
    ended(
        "small",
        "run --reference --seed 7 --case WH-SIG-02 --case WH-DEL-01",
    )
});

/// The same cases against a partner that never compares the signature.
pub(crate) static SMALL_FAILED: LazyLock<Ended> = LazyLock::new(|| {
    ended(
        "small-failed",
        "run --reference --seed 8 --defect sig-ignored --case WH-SIG-02 --case WH-DEL-01",
    )
});

/// A case about timing that fails, so that it was tried more than once.
pub(crate) static TRIED_AGAIN: LazyLock<Ended> = LazyLock::new(|| {
    ended(
        "tried-again",
        "run --reference --seed 9 --defect slow-sync-handler --case WH-DEL-10",
    )
});

/// Runs in a folder below `target`, which a static cannot clean up and the next run does.
fn ended(name: &str, words: &str) -> Ended {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("it-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("tmp")).unwrap();
    let said = Program::new(&folder, PROGRAM, words)
        .arg("--out")
        .arg("out")
        .run();
    let runs = folders(&folder.join("out"));
    assert_eq!(runs.len(), 1, "{said:?}");
    Ended {
        said,
        bundle: Bundle::at(&runs[0]),
    }
}
