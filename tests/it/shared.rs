//! Runs that several tests look at, made once.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use crate::{
    bundle::Bundle,
    hostile,
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

/// A few cases, of which a partner that never compares the signature fails some and passes others.
pub(crate) static FAILING: LazyLock<Ended> = LazyLock::new(|| {
    ended(
        "failing",
        "run --reference --seed 7 --case WH-SIG-02 --case WH-DEL-01 --case API-ERR-01 --defect sig-ignored",
    )
});

/// A few cases against a partner whose every answer attacks the reader.
pub(crate) static ATTACKED: LazyLock<Ended> = LazyLock::new(|| {
    let folder = fresh("attacked");
    let base = format!("http://{}", hostile::partner());
    let partner = format!(
        "[partner]\nid = \"mallory\"\nname = \"Mallory\"\nimplementation = \"mallory\"\nversion = \"1\"\n\
         [capabilities]\nwebhooks = [\"payment.success\"]\n\
         [webhook]\nurl = \"{base}/hooks\"\nsecret_env = \"MALLORY_SECRET\"\n\
         [effects.order]\nkind = \"http\"\nurl = \"{base}/orders/{{reference}}\"\ncount = \"/count\"\n\
         state = \"/state\"\nname = \"/name\"\n"
    );
    fs::write(folder.join("partner.toml"), partner).unwrap();
    let words = "run --partner partner.toml --clock compressed --case WH-DEL-01 --case WH-SIG-02";
    let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=".to_owned();
    let run = Program::new(&folder, PROGRAM, words).with_environment(&[("MALLORY_SECRET", secret)]);
    ran(&folder, run)
});

fn ended(name: &str, words: &str) -> Ended {
    let folder = fresh(name);
    let run = Program::new(&folder, PROGRAM, words);
    ran(&folder, run)
}

/// A folder below `target`, which a static cannot clean up and the next run does.
fn fresh(name: &str) -> PathBuf {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("it-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("tmp")).unwrap();
    folder
}

fn ran(folder: &Path, run: Program) -> Ended {
    let said = run.arg("--out").arg("out").run();
    let runs = folders(&folder.join("out"));
    assert_eq!(runs.len(), 1, "{said:?}");
    Ended {
        said,
        bundle: Bundle::at(&runs[0]),
    }
}
