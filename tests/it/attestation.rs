//! Keys and attestations: made by this program, checked by it and by programs of others.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::{
    bundle::{Bundle, Colour},
    external,
    program::{Finished, Place},
    shared::{SMALL, SMALL_FAILED},
};

/// A key made by the program, in a file of this name.
pub(crate) fn keygen(place: &Place, name: &str) -> String {
    let said = place.senang("keygen --out").arg(name).run().exits(0);
    said.out.lines().next().unwrap().to_owned()
}

pub(crate) fn attest(place: &Place, bundle: &Bundle, key: &str) -> Finished {
    place
        .senang("attest")
        .arg(bundle.folder())
        .arg("--key")
        .arg(key)
        .run()
}

fn trusted(place: &Place, bundle: &Bundle, keys: &[&str]) -> Finished {
    let verify = place.senang("verify").arg(bundle.folder());
    keys.iter()
        .fold(verify, |verify, key| verify.arg("--trusted-key").arg(key))
        .run()
}

/// A place with the keys `ours` and `theirs` and an attested copy of a bundle.
fn attested(of: &Bundle) -> (Place, Bundle) {
    let place = Place::new();
    keygen(&place, "ours");
    keygen(&place, "theirs");
    let bundle = of.copied(&place.path("bundle"));
    attest(&place, &bundle, "ours").exits(0);
    (place, bundle)
}

#[test]
fn a_key_is_made_once_and_for_its_owner_alone() {
    let place = Place::new();
    let id = keygen(&place, "key");
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("key"), 0o600);
    let private = fs::read_to_string(place.path("key")).unwrap();
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert_eq!(
        (id.len(), id.bytes().all(|byte| byte.is_ascii_hexdigit())),
        (64, true)
    );
    place
        .senang("keygen --out key")
        .run()
        .exits(2)
        .complains(&["key is there already"]);
    fs::remove_file(place.path("key")).unwrap();
    place
        .senang("keygen --out key")
        .run()
        .exits(2)
        .complains(&["key.pub is there already"]);
    assert!(!place.path("key").exists());
    place.senang("keygen --out no/such/folder").run().exits(2);
    assert_ne!(keygen(&place, "other"), id);
}

#[test]
fn an_attestation_says_what_was_judged_and_who_signed() {
    let (place, bundle) = attested(&SMALL_FAILED.bundle);
    let envelope: Value = serde_json::from_slice(&bundle.bytes("attestation.json")).unwrap();
    let payload = BASE64_STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(statement["predicate"]["result"], "FAILED");
    for (list, verdict) in [("passedTests", "pass"), ("failedTests", "fail")] {
        let listed: Vec<&str> = statement["predicate"][list]
            .as_array()
            .unwrap()
            .iter()
            .map(|example| example.as_str().unwrap())
            .collect();
        let cases = bundle.cases("junit-strict.xml");
        let warned = |example: &String| matches!(Colour::of(&cases[example]), Colour::Skipped(_));
        let expected: Vec<String> = bundle
            .with(verdict)
            .into_iter()
            .filter(|one| !warned(one))
            .collect();
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected, "{list}");
    }
    let key = envelope["signatures"][0]["keyid"].as_str().unwrap();
    trusted(&place, &bundle, &["ours.pub"])
        .exits(0)
        .says(&[&format!("attested by the trusted key {key}")]);
    trusted(&place, &bundle, &["theirs.pub", "ours.pub"]).exits(0);
    trusted(&place, &bundle, &[])
        .exits(0)
        .says(&[&format!("signed by key {key}, which nobody vouched for")]);
    trusted(&place, &bundle, &["theirs.pub"])
        .exits(5)
        .complains(&["[signed-by-another]", key]);
    let said = place
        .senang("verify --json --trusted-key theirs.pub")
        .arg(bundle.folder())
        .run()
        .exits(5);
    let said: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&said["holds"], &said["code"]),
        (&false.into(), &"signed-by-another".into())
    );
    fs::remove_file(bundle.path("attestation.json")).unwrap();
    trusted(&place, &bundle, &["ours.pub"])
        .exits(5)
        .complains(&["[not-attested]"]);
    trusted(&place, &bundle, &[]).exits(0).says(&["nobody signed it"]);
}

#[test]
fn what_cannot_be_a_certificate_never_passes() {
    let (_place, bundle) = attested(&SMALL.bundle);
    let envelope: Value = serde_json::from_slice(&bundle.bytes("attestation.json")).unwrap();
    let payload = BASE64_STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    // A filtered run against loopback on a compressed clock: conformant, and still no certificate.
    assert_eq!(bundle.results()["outcome"], "conformant");
    assert_eq!(statement["predicate"]["result"], "WARNED");
}

#[test]
fn keys_that_are_none_are_a_matter_of_usage() {
    let (place, bundle) = attested(&SMALL.bundle);
    fs::write(place.path("none"), "no key").unwrap();
    trusted(&place, &bundle, &["none"])
        .exits(2)
        .complains(&["none: this is no ed25519 public key"]);
    trusted(&place, &bundle, &["ours"])
        .exits(2)
        .complains(&["ours: this is no ed25519 public key"]);
    trusted(&place, &bundle, &["missing"])
        .exits(2)
        .complains(&["missing: "]);
    for key in ["none", "missing", "ours.pub"] {
        attest(&place, &bundle, key).exits(2).complains(&[key]);
    }
}

#[test]
fn the_attestation_of_another_is_only_replaced_when_asked() {
    let (place, bundle) = attested(&SMALL.bundle);
    let first = bundle.bytes("attestation.json");
    attest(&place, &bundle, "ours").exits(0);
    assert_eq!(bundle.bytes("attestation.json"), first);
    attest(&place, &bundle, "theirs")
        .exits(2)
        .complains(&["not signed by this key", "--replace"]);
    assert_eq!(bundle.bytes("attestation.json"), first);
    let replace = place.senang("attest --replace --key theirs").arg(bundle.folder());
    replace.run().exits(0);
    trusted(&place, &bundle, &["theirs.pub"]).exits(0);
    trusted(&place, &bundle, &["ours.pub"]).exits(5);
    fs::write(bundle.path("attestation.json"), "{}").unwrap();
    attest(&place, &bundle, "ours").exits(2);
    place
        .senang("attest --replace --key ours")
        .arg(bundle.folder())
        .run()
        .exits(0);
}

#[test]
fn what_does_not_hold_is_not_attested() {
    let place = Place::new();
    keygen(&place, "key");
    let bundle = SMALL.bundle.copied(&place.path("bundle"));
    let changed = bundle.text("junit.xml").replacen("WH-", "WX-", 1);
    fs::write(bundle.path("junit.xml"), changed).unwrap();
    attest(&place, &bundle, "key")
        .exits(5)
        .complains(&["[file-changed]", "junit.xml"]);
    assert!(!bundle.path("attestation.json").exists());
}

#[test]
fn the_manifest_names_the_build_and_every_attempt() {
    let bundle = &SMALL_FAILED.bundle;
    let manifest: Value = serde_json::from_slice(&bundle.bytes("manifest.json")).unwrap();
    let started = &bundle.records()[0]["what"];
    assert_eq!(manifest["tool"]["build"], started["build"]);
    assert_eq!(
        started["build"]["profile"],
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        }
    );
    assert_eq!(started["build"]["features"].as_str().unwrap().len(), 64);
    for name in ["configuration", "profile"] {
        assert_eq!(manifest[format!("{name}_digest")].as_str().unwrap().len(), 64);
    }
    let attempts = manifest["attempts"].as_array().unwrap();
    let verdicts = bundle.verdicts();
    assert_eq!(attempts.len(), verdicts.len());
    for attempt in attempts {
        let example = attempt["example"].as_str().unwrap();
        assert_eq!(attempt["verdict"], verdicts[example].as_str());
        assert!(!attempt["verdicts"].as_array().unwrap().is_empty(), "{example}");
    }
}

/// What the envelope was signed over, and the signature, as two files.
fn taken_apart(place: &Place, bundle: &Bundle) -> (PathBuf, PathBuf) {
    let envelope: Value = serde_json::from_slice(&bundle.bytes("attestation.json")).unwrap();
    let decoded = |value: &Value| BASE64_STANDARD.decode(value.as_str().unwrap()).unwrap();
    let (kind, payload) = (
        envelope["payloadType"].as_str().unwrap(),
        decoded(&envelope["payload"]),
    );
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    let (message, signature) = (place.path("message"), place.path("signature"));
    fs::write(&message, [head.as_bytes(), &payload].concat()).unwrap();
    fs::write(&signature, decoded(&envelope["signatures"][0]["sig"])).unwrap();
    (message, signature)
}

#[test]
fn openssl_finds_the_signature_right() {
    let Some(openssl) = external::openssl() else {
        return;
    };
    let (place, bundle) = attested(&SMALL.bundle);
    let (message, signature) = taken_apart(&place, &bundle);
    let verified = |key: &str| {
        let key = place.path(key);
        let words = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey"].map(OsStr::new);
        let files = [key.as_os_str(), OsStr::new("-in"), message.as_os_str()];
        let rest = [OsStr::new("-sigfile"), signature.as_os_str()];
        external::run(openssl, &[&words[..], &files, &rest].concat())
    };
    assert!(
        verified("ours.pub")
            .unwrap()
            .contains("Signature Verified Successfully")
    );
    verified("theirs.pub").unwrap_err();
    fs::write(&message, [fs::read(&message).unwrap(), b" ".to_vec()].concat()).unwrap();
    verified("ours.pub").unwrap_err();
}

#[test]
fn openssl_reads_the_keys_and_gives_the_same_id() {
    let Some(openssl) = external::openssl() else {
        return;
    };
    let place = Place::new();
    let id = keygen(&place, "key");
    let (private, public, der) = (place.path("key"), place.path("key.pub"), place.path("der"));
    let word = OsStr::new;
    let derived = external::run(
        openssl,
        &[word("pkey"), word("-in"), private.as_os_str(), word("-pubout")],
    );
    assert_eq!(derived.unwrap(), fs::read_to_string(&public).unwrap());
    let out = [word("-outform"), word("DER"), word("-out"), der.as_os_str()];
    let read = [word("pkey"), word("-pubin"), word("-in"), public.as_os_str()];
    external::run(openssl, &[&read[..], &out].concat()).unwrap();
    let digest = external::run(
        openssl,
        &[word("dgst"), word("-sha256"), word("-r"), der.as_os_str()],
    );
    assert_eq!(digest.unwrap().split(' ').next(), Some(id.as_str()));
}

#[test]
fn libraries_of_others_read_the_attestation() {
    let Some(python) = external::python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/external/check_attestation.py");
    let (place, bundle) = attested(&SMALL_FAILED.bundle);
    let read = |key: &str| {
        let (envelope, manifest) = (bundle.path("attestation.json"), bundle.path("manifest.json"));
        let key = place.path(key);
        external::run(
            python,
            &[&script, &envelope, &key, &manifest].map(|path| path.as_os_str()),
        )
    };
    let told = read("ours.pub").unwrap();
    let line = |word: &str| -> Vec<String> {
        let line = told.lines().find_map(|line| line.strip_prefix(word)).unwrap();
        let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(line("result"), ["FAILED"]);
    assert_eq!(line("passed"), bundle.with("pass"));
    let failed = [line("warned"), line("failed")].concat();
    assert_eq!(failed.len(), bundle.with("fail").len());
    assert!(
        line("configuration").contains(&"senang-conformance".to_owned()),
        "{told}"
    );
    let complaint = read("theirs.pub").unwrap_err();
    assert!(complaint.contains("VerificationError"), "{complaint}");
}
