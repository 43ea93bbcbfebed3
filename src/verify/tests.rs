//! Bundles that were changed in some way, against `verify`.

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    broken::Broken,
    judging::{End, Judged, JudgingError},
    whole::verify,
};
use crate::{
    evidence::{
        bundle::{self, Contents},
        files,
        manifest::{self, Manifest},
        sample,
    },
    verdict::lattice::Verdict,
    wire::digest::sha256_hex,
};

const NAMES: [&str; 8] = [
    "transcript.ndjson",
    "results.json",
    "junit.xml",
    "junit-strict.xml",
    "exchanges.har",
    "messages.ndjson",
    "exploration.json",
    "manifest.json",
];

fn judge(path: &Path) -> Result<Judged, JudgingError> {
    let transcript = fs::read_to_string(path).map_err(|error| JudgingError::Read {
        detail: error.to_string(),
    })?;
    let (started, assessment) = sample::run();
    Ok(Judged {
        started,
        assessment,
        head: sample::head(&transcript),
        end: End::Complete,
    })
}

fn cut(path: &Path) -> Result<Judged, JudgingError> {
    let finished = vec!["WH-SIG-01/a".parse().unwrap()];
    Ok(Judged {
        end: End::Cut { finished },
        ..judge(path)?
    })
}

fn sample_bundle() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    sample::bundle(folder.path());
    folder
}

/// Changes a file and gives the manifest the right digests for it, as somebody would who wants to cheat.
fn forge(folder: &Path, name: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(name);
    let forged = change(fs::read_to_string(&path).unwrap());
    fs::write(&path, &forged).unwrap();
    let path = folder.join(files::MANIFEST);
    let mut manifest: Manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for file in manifest.files.iter_mut().filter(|file| file.name == name) {
        file.size = forged.len() as u64;
        file.sha256 = sha256_hex(forged.as_bytes());
    }
    manifest.self_digest = String::new();
    let seal = |manifest: &Manifest| serde_json::to_string_pretty(manifest).unwrap() + "\n";
    manifest.self_digest = sha256_hex(seal(&manifest).as_bytes());
    fs::write(path, seal(&manifest)).unwrap();
}

#[test]
fn an_untouched_bundle_holds() {
    let folder = sample_bundle();
    let verified = verify(folder.path(), &judge, &[]).unwrap();
    assert_eq!(
        verified.sentence.as_str(),
        "non-conformant (not certifiable: loopback, compressed clock)"
    );
    assert_eq!(
        (verified.examples, verified.records, verified.complete),
        (9, 3, true)
    );
    assert_eq!(verified.unmade, ["exploration.json"]);
}

#[test]
fn every_changed_byte_is_noticed() {
    let folder = sample_bundle();
    for name in NAMES {
        let path = folder.path().join(name);
        let original = fs::read(&path).unwrap();
        let step = (original.len() / 199).max(1);
        for at in (0..original.len()).step_by(step).chain([original.len() - 1]) {
            let mut changed = original.clone();
            changed[at] ^= 1 << (at % 8);
            fs::write(&path, &changed).unwrap();
            assert!(verify(folder.path(), &judge, &[]).is_err(), "{name}, byte {at}");
        }
        for length in [0, 1, original.len() / 2, original.len() - 1] {
            fs::write(&path, &original[..length]).unwrap();
            assert!(
                verify(folder.path(), &judge, &[]).is_err(),
                "{name}, cut to {length}"
            );
        }
        fs::write(&path, [original.as_slice(), b"\n"].concat()).unwrap();
        assert!(
            verify(folder.path(), &judge, &[]).is_err(),
            "{name}, one byte more"
        );
        fs::remove_file(&path).unwrap();
        assert!(verify(folder.path(), &judge, &[]).is_err(), "{name}, missing");
        fs::write(&path, &original).unwrap();
    }
    assert!(verify(folder.path(), &judge, &[]).is_ok());
}

#[test]
fn a_changed_file_is_named() {
    let folder = sample_bundle();
    let path = folder.path().join("exploration.json");
    let changed = fs::read_to_string(&path).unwrap().replace("html", "HTML");
    fs::write(&path, changed).unwrap();
    let broken = verify(folder.path(), &judge, &[]).unwrap_err();
    assert!(
        matches!(&broken, Broken::Digest { name, .. } if name == "exploration.json"),
        "{broken}"
    );
}

#[test]
fn a_file_too_many_and_a_file_that_is_none_are_named() {
    let folder = sample_bundle();
    fs::write(folder.path().join("extra.txt"), "").unwrap();
    let broken = verify(folder.path(), &judge, &[]).unwrap_err();
    assert!(
        matches!(&broken, Broken::Unlisted { name } if name.as_str() == "extra.txt"),
        "{broken}"
    );
    fs::remove_file(folder.path().join("extra.txt")).unwrap();
    fs::remove_file(folder.path().join("exploration.json")).unwrap();
    fs::create_dir(folder.path().join("exploration.json")).unwrap();
    let broken = verify(folder.path(), &judge, &[]).unwrap_err();
    assert!(
        matches!(&broken, Broken::NoFile { name } if name == "exploration.json"),
        "{broken}"
    );
}

#[test]
fn a_forged_verdict_is_named_even_with_right_digests() {
    let folder = sample_bundle();
    forge(folder.path(), files::RESULTS, |text| {
        text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"pass\"", 1)
    });
    let broken = verify(folder.path(), &judge, &[]).unwrap_err();
    assert_eq!(
        broken.to_string(),
        "results.json does not follow from the transcript: at examples[WH-SIG-02/a].result.verdict it should \
         say \"fail\", it says \"pass\""
    );
}

#[test]
fn a_forged_report_is_named_even_with_right_digests() {
    for (name, sound, forged) in [
        (files::JUNIT, "<failure ", "<success "),
        (files::JUNIT_STRICT, "<failure ", "<success "),
        (files::EXCHANGES, "non-conformant", "conformant"),
        (files::MESSAGES, "FAILED", "PASSED"),
    ] {
        let folder = sample_bundle();
        forge(folder.path(), name, |text| text.replacen(sound, forged, 1));
        let broken = verify(folder.path(), &judge, &[]).unwrap_err();
        let Broken::Difference(difference) = broken else {
            panic!("{broken}")
        };
        assert_eq!(difference.file, name);
        assert!(difference.expected.as_str().contains(sound), "{difference}");
        assert!(difference.found.as_str().contains(forged), "{difference}");
    }
}

#[test]
fn a_forged_manifest_is_named_even_when_it_is_sealed_again() {
    let folder = sample_bundle();
    let path = folder.path().join(files::MANIFEST);
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("\"non-conformant\"", "\"conformant\"");
    fs::write(&path, text).unwrap();
    assert!(matches!(
        verify(folder.path(), &judge, &[]),
        Err(Broken::SelfDigest { .. })
    ));
    forge(folder.path(), "exploration.json", |text| text);
    let broken = verify(folder.path(), &judge, &[]).unwrap_err();
    let Broken::Difference(difference) = broken else {
        panic!("{broken}")
    };
    assert_eq!(
        (difference.file, difference.place.as_str()),
        ("manifest.json", "outcome")
    );
}

#[test]
fn a_transcript_that_says_something_else_is_noticed() {
    let folder = sample_bundle();
    let better = |path: &Path| {
        let mut judged = judge(path)?;
        for result in judged
            .assessment
            .rows
            .iter_mut()
            .filter_map(|row| row.result.as_mut())
        {
            result.verdict = Verdict::Pass;
        }
        Ok(judged)
    };
    assert!(matches!(
        verify(folder.path(), &better, &[]),
        Err(Broken::Difference(_))
    ));
    let older = |path: &Path| {
        let mut judged = judge(path)?;
        judged.started.version = "0.0.9".to_owned();
        Ok(judged)
    };
    let broken = verify(folder.path(), &older, &[]).unwrap_err();
    assert!(
        matches!(&broken, Broken::OtherVersion { version, .. } if version.as_str() == "0.0.9"),
        "{broken}"
    );
    let longer = |path: &Path| {
        let mut judged = judge(path)?;
        judged.head.records += 1;
        Ok(judged)
    };
    assert!(matches!(
        verify(folder.path(), &longer, &[]),
        Err(Broken::Head { found_records: 4, .. })
    ));
    let torn = |_: &Path| {
        Err(JudgingError::Chain {
            line: 2,
            detail: "digest".to_owned(),
        })
    };
    let broken = verify(folder.path(), &torn, &[]).unwrap_err();
    assert_eq!(
        broken,
        Broken::Judging(JudgingError::Chain {
            line: 2,
            detail: "digest".to_owned()
        })
    );
}

#[test]
fn a_killed_run_tells_how_far_it_came() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(verify(folder.path(), &cut, &[]), Err(Broken::NoManifest));
    fs::write(folder.path().join(files::TRANSCRIPT), sample::transcript()).unwrap();
    assert_eq!(verify(folder.path(), &judge, &[]), Err(Broken::NoManifest));
    let broken = verify(folder.path(), &cut, &[]).unwrap_err();
    assert_eq!(
        broken.to_string(),
        "run 20261120T101500Z-k3v9, started at 2026-11-20T10:15:00.250Z, did not end: its transcript stops after \
         3 records, 1 of 10 examples had finished, open are WH-SIG-01/b and 8 more; nothing was judged, so it \
         proves nothing yet"
    );
}

#[test]
fn a_bundle_made_after_the_run_was_killed_holds_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(files::TRANSCRIPT), sample::transcript()).unwrap();
    fs::write(folder.path().join(files::TORN_LINE), "{\"num").unwrap();
    let judged = cut(&folder.path().join(files::TRANSCRIPT)).unwrap();
    let contents = Contents {
        started: &judged.started,
        assessment: &judged.assessment,
        head: &judged.head,
        additional: &[],
    };
    bundle::write(folder.path(), &contents, &|_| Vec::new()).unwrap();
    let verified = verify(folder.path(), &cut, &[]).unwrap();
    assert!(!verified.complete);
    assert_eq!(verified.unmade, [files::TORN_LINE]);
}

#[test]
fn a_manifest_cannot_reach_out_of_the_folder() {
    for (name, expected) in [
        ("../../etc/passwd", "Listed"),
        ("manifest.json", "Listed"),
        ("gone.txt", "Missing"),
    ] {
        let folder = sample_bundle();
        let path = folder.path().join(files::MANIFEST);
        let mut manifest: Manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        manifest.files.push(manifest::FileDigest {
            name: name.to_owned(),
            size: 1,
            sha256: String::new(),
        });
        fs::write(&path, serde_json::to_string(&manifest).unwrap()).unwrap();
        forge(folder.path(), "exploration.json", |text| text);
        let broken = format!("{:?}", verify(folder.path(), &judge, &[]).unwrap_err());
        assert!(broken.starts_with(expected), "{broken}");
    }
}

#[test]
fn what_is_no_manifest_is_refused() {
    let folder = sample_bundle();
    let path = folder.path().join(files::MANIFEST);
    let mut newer: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    newer["format"] = Value::from(3);
    for text in [
        "",
        "{}",
        "[]",
        "\u{feff}{}",
        &"[".repeat(100_000),
        &newer.to_string(),
    ] {
        fs::write(&path, text).unwrap();
        assert!(
            matches!(verify(folder.path(), &judge, &[]), Err(Broken::Manifest { .. })),
            "{}",
            text.len()
        );
    }
}
