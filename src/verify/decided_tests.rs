//! Decisions beside bundles: whose they are, and what they are about.

use std::{fs, path::Path};

use super::{
    attested_tests::{attested_by, code, judge, trusted},
    whole::verify,
};
use crate::{
    evidence::{
        attestation::{
            dsse::Envelope,
            keys::{PrivateKey, tests::key},
        },
        decision::{About, Decision, PAYLOAD_TYPE, Word},
        files,
    },
    verdict::lattice::RunOutcome,
    wire::digest::sha256_hex,
};

/// Puts a decision beside a bundle.
pub(super) fn decide(folder: &Path, key: &PrivateKey, change: impl FnOnce(&mut Decision)) {
    let judged = judge(&folder.join(files::TRANSCRIPT)).unwrap();
    let manifest = sha256_hex(&fs::read(folder.join(files::MANIFEST)).unwrap());
    let mut decision = Decision {
        format: 1,
        decision: Word::Approved,
        reviewer: "Siti".to_owned(),
        reason: "all there".to_owned(),
        decided_at: "2026-11-21T09:00:00Z".to_owned(),
        expires: Some("2027-11-21".to_owned()),
        about: About::of(&judged.started, &judged.assessment, manifest),
    };
    change(&mut decision);
    let envelope = Envelope::signed(PAYLOAD_TYPE, &decision.bytes().unwrap(), &[key]);
    fs::write(folder.join(files::DECISION), envelope.bytes().unwrap()).unwrap();
}

#[test]
fn a_decision_belongs_to_one_bundle_and_one_key() {
    let folder = attested_by(&key(1));
    decide(folder.path(), &key(2), |_| {});
    let decided = verify(folder.path(), &judge, &trusted(&[1, 2]))
        .unwrap()
        .decided
        .unwrap();
    assert_eq!(decided.signed_by, [key(2).public().id()]);
    decide(folder.path(), &key(2), |decision| {
        decision.about.manifest_sha256 = "0".repeat(64);
    });
    assert_eq!(code(folder.path(), &[]), "decides-another");
    decide(folder.path(), &key(2), |decision| {
        decision.about.outcome = RunOutcome::Conformant;
    });
    assert_eq!(code(folder.path(), &[]), "decision-differs");
    decide(folder.path(), &key(2), |decision| decision.format = 2);
    assert_eq!(code(folder.path(), &[]), "decision-unusable");
    fs::write(folder.path().join(files::DECISION), "{}").unwrap();
    assert_eq!(code(folder.path(), &[]), "decision-unusable");
    // Somebody puts the reviewer's key id beside a signature of his own.
    decide(folder.path(), &key(3), |_| {});
    let path = folder.path().join(files::DECISION);
    let forged = fs::read_to_string(&path)
        .unwrap()
        .replace(key(3).public().id(), key(2).public().id());
    fs::write(&path, forged).unwrap();
    assert_eq!(code(folder.path(), &[1, 2]), "decision-signature");
}
