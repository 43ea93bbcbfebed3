//! Attestations that were changed in some way, and every single byte of every file.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::Path,
};

use tempfile::TempDir;

use super::{
    attested,
    broken::Broken,
    decided_tests::decide,
    integrity,
    judging::{End, Judged, JudgingError},
    whole::{Examined, examine, verify},
};
use crate::{
    evidence::{
        attestation::{
            dsse::Envelope,
            keys::{PrivateKey, PublicKey, tests::key},
            statement::{self, PAYLOAD_TYPE},
        },
        files, sample,
    },
    verdict::lattice::RunOutcome,
};

pub(super) fn judge(path: &Path) -> Result<Judged, JudgingError> {
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

/// A bundle that is signed by a key.
pub(super) fn attested_by(key: &PrivateKey) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    sample::bundle(folder.path());
    write(
        folder.path(),
        &Envelope::signed(PAYLOAD_TYPE, &said(folder.path()), &[key]),
    );
    folder
}

fn said(folder: &Path) -> Vec<u8> {
    let Examined { intact, judged } = examine(folder, &judge).unwrap();
    statement::write(
        &intact.manifest,
        &intact.bytes,
        &judged.started,
        &judged.assessment,
    )
    .unwrap()
}

fn write(folder: &Path, envelope: &Envelope) {
    fs::write(folder.join(files::ATTESTATION), envelope.bytes().unwrap()).unwrap();
}

pub(super) fn trusted(seeds: &[u8]) -> Vec<PublicKey> {
    seeds.iter().map(|seed| key(*seed).public().clone()).collect()
}

#[track_caller]
pub(super) fn code(folder: &Path, seeds: &[u8]) -> &'static str {
    verify(folder, &judge, &trusted(seeds)).map_or_else(|broken| broken.code(), |_| "holds")
}

#[test]
fn a_trusted_key_is_named_and_another_is_only_told() {
    let folder = attested_by(&key(1));
    let attested = verify(folder.path(), &judge, &trusted(&[2, 1]))
        .unwrap()
        .attested
        .unwrap();
    assert_eq!(attested.signed_by, [key(1).public().id()]);
    assert_eq!(attested.unchecked, []);
    let attested = verify(folder.path(), &judge, &[]).unwrap().attested.unwrap();
    assert_eq!(attested.signed_by, <[String; 0]>::default());
    assert_eq!(attested.unchecked[0].as_str(), key(1).public().id());
    assert_eq!(code(folder.path(), &[2]), "signed-by-another");
    fs::remove_file(folder.path().join(files::ATTESTATION)).unwrap();
    assert_eq!(code(folder.path(), &[1]), "not-attested");
    assert_eq!(verify(folder.path(), &judge, &[]).unwrap().attested, None);
}

#[test]
fn one_of_several_signatures_is_enough() {
    let folder = attested_by(&key(1));
    let both = Envelope::signed(PAYLOAD_TYPE, &said(folder.path()), &[&key(1), &key(2)]);
    write(folder.path(), &both);
    for seeds in [&[1][..], &[2], &[3, 2], &[]] {
        assert_eq!(code(folder.path(), seeds), "holds", "{seeds:?}");
    }
    assert_eq!(code(folder.path(), &[3]), "signed-by-another");
}

#[test]
fn a_statement_that_does_not_follow_is_noticed_whoever_signed_it() {
    let folder = attested_by(&key(1));
    let text = String::from_utf8(said(folder.path())).unwrap();
    for (from, to, expected) in [
        ("\"FAILED\"", "\"PASSED\"", "attestation-differs"),
        ("\"WH-SIG-02/a\",", "", "attestation-differs"),
        ("\"suite\"", "\"another\"", "attestation-differs"),
        ("manifest.json", "another.json", "attests-another"),
        ("{", " {", "attestation-differs"),
        ("\"_type\"", "\"type\"", "attestation-unusable"),
    ] {
        let forged = text.replacen(from, to, 1);
        assert_ne!(forged, text, "{from}");
        write(
            folder.path(),
            &Envelope::signed(PAYLOAD_TYPE, forged.as_bytes(), &[&key(1)]),
        );
        for seeds in [&[1][..], &[]] {
            assert_eq!(code(folder.path(), seeds), expected, "{from}");
        }
        // Without the key, the old signature stays.
        let mut forged = Envelope::signed(PAYLOAD_TYPE, forged.as_bytes(), &[&key(1)]);
        let sound = Envelope::signed(PAYLOAD_TYPE, text.as_bytes(), &[&key(1)]);
        forged.signatures = sound.signatures;
        write(folder.path(), &forged);
        assert_eq!(code(folder.path(), &[1]), "signature-wrong", "{from}");
    }
    write(
        folder.path(),
        &Envelope::signed("application/json", text.as_bytes(), &[&key(1)]),
    );
    assert_eq!(code(folder.path(), &[1]), "attestation-unusable");
}

#[test]
fn another_run_is_not_what_was_attested() {
    let folder = attested_by(&key(1));
    let better = |path: &Path| {
        let mut judged = judge(path)?;
        judged.assessment.outcome = RunOutcome::Conformant;
        Ok(judged)
    };
    let broken = verify(folder.path(), &better, &trusted(&[1])).unwrap_err();
    assert_eq!(broken.code(), "verdict-differs");
}

#[test]
fn files_about_a_bundle_stand_beside_it_and_others_do_not() {
    let folder = attested_by(&key(1));
    decide(folder.path(), &key(2), |_| {});
    assert!(verify(folder.path(), &judge, &[]).unwrap().decided.is_some());
    fs::write(folder.path().join("attestation2.json"), "{}").unwrap();
    assert_eq!(code(folder.path(), &[]), "file-not-listed");
}

/// Every byte of every listed file.
#[test]
fn every_single_byte_of_every_listed_file_counts() {
    let folder = attested_by(&key(1));
    let Examined { intact, .. } = examine(folder.path(), &judge).unwrap();
    for listed in &intact.manifest.files {
        let path = folder.path().join(&listed.name);
        let sound = fs::read(&path).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        for (at, byte) in sound.iter().enumerate() {
            let place = u64::try_from(at).unwrap();
            file.write_all_at(&[byte ^ 1 << (at % 8)], place).unwrap();
            let found = integrity::check_file(folder.path(), listed).map_err(|broken| broken.code());
            assert_eq!(found, Err("file-changed"), "{}, byte {at}", listed.name);
            file.write_all_at(&[*byte], place).unwrap();
        }
    }
    let path = folder.path().join(files::MANIFEST);
    for at in 0..intact.bytes.len() {
        for bit in [0, 5] {
            let mut changed = intact.bytes.clone();
            changed[at] ^= 1 << bit;
            fs::write(&path, &changed).unwrap();
            assert!(
                integrity::check(folder.path()).is_err(),
                "manifest.json, byte {at}, bit {bit}"
            );
        }
    }
    fs::write(&path, &intact.bytes).unwrap();
    assert_eq!(code(folder.path(), &[1]), "holds");
}

/// Every byte of the attestation, in every way that a reader of base64 or JSON might pass over.
#[test]
fn every_single_byte_of_the_attestation_counts() {
    let folder = attested_by(&key(1));
    let Examined { intact, judged } = examine(folder.path(), &judge).unwrap();
    let path = folder.path().join(files::ATTESTATION);
    let sound = fs::read(&path).unwrap();
    let keys = trusted(&[1]);
    let check = |changed: &[u8]| -> Result<_, Broken> {
        fs::write(&path, changed).unwrap();
        attested::check(folder.path(), &intact.manifest, &intact.bytes, &judged, &keys)
    };
    for at in 0..sound.len() {
        let swapped = match sound[at] {
            b'+' => b'-',
            b'/' => b'_',
            b' ' => b'\n',
            b'\n' => b' ',
            b'=' => b'A',
            other => other ^ 1 << 5,
        };
        for value in [sound[at] ^ 1, sound[at] ^ 1 << (1 + at % 7), swapped] {
            let mut changed = sound.clone();
            changed[at] = value;
            assert!(check(&changed).is_err(), "byte {at}, {} to {value}", sound[at]);
        }
    }
    for length in [0, 1, sound.len() / 2, sound.len() - 1] {
        assert!(check(&sound[..length]).is_err(), "cut to {length}");
    }
    assert!(check(&[sound.as_slice(), b"\n"].concat()).is_err());
    assert!(check(&sound).is_ok());
}
