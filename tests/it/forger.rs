//! What somebody can do who wants a bundle to say something else: edit files, make digests and chain right
//! again, and make a whole bundle from a changed transcript, with this very program but without the key.

use std::{collections::HashMap, fs};

use senang_conformance::{
    cli::judged::judge_file,
    evidence::{
        attestation::{
            dsse::Envelope,
            keys::{PrivateKey, PublicKey},
            statement::{self, PAYLOAD_TYPE},
        },
        bundle::{self as writer, Contents},
    },
    verify::whole::{Examined, examine, verify},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::bundle::Bundle;

pub(crate) const TRANSCRIPT: &str = "transcript.ndjson";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const RESULTS: &str = "results.json";
pub(crate) const ATTESTATION: &str = "attestation.json";

/// A key that the seed stands for.
pub(crate) fn key(seed: u8) -> PrivateKey {
    PrivateKey::of(&Zeroizing::new([seed; 32])).unwrap()
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// What `verify` says: the code and the sentence, or what the run says where the bundle holds.
pub(crate) fn said(bundle: &Bundle, trusted: &[PublicKey]) -> (String, String) {
    match verify(bundle.folder(), &judge_file, trusted) {
        Ok(verified) => ("holds".to_owned(), verified.sentence.to_string()),
        Err(broken) => (broken.code().to_owned(), broken.to_string()),
    }
}

/// Signs a bundle.
pub(crate) fn sign(bundle: &Bundle, key: &PrivateKey) {
    let Examined { intact, judged } = examine(bundle.folder(), &judge_file).unwrap();
    let said = statement::write(
        &intact.manifest,
        &intact.bytes,
        &judged.started,
        &judged.assessment,
    )
    .unwrap();
    let envelope = Envelope::signed(PAYLOAD_TYPE, &said, &[key]);
    fs::write(bundle.path(ATTESTATION), envelope.bytes().unwrap()).unwrap();
}

/// Changes a file as text.
#[track_caller]
pub(crate) fn edit(bundle: &Bundle, name: &str, change: impl FnOnce(&str) -> String) {
    let sound = bundle.text(name);
    let changed = change(&sound);
    assert_ne!(changed, sound, "nothing was changed in {name}");
    fs::write(bundle.path(name), changed).unwrap();
}

/// Changes a document, and writes it as the program would.
pub(crate) fn edit_json(bundle: &Bundle, name: &str, change: impl FnOnce(&mut Value)) {
    edit(bundle, name, |text| {
        let mut document = serde_json::from_str(text).unwrap();
        change(&mut document);
        serde_json::to_string_pretty(&document).unwrap() + "\n"
    });
}

/// Makes sizes and digests of all listed files, and the manifest's own digest, right again.
pub(crate) fn relist(bundle: &Bundle) {
    let mut manifest: Value = serde_json::from_slice(&bundle.bytes(MANIFEST)).unwrap();
    for file in manifest["files"].as_array_mut().unwrap() {
        let content = bundle.bytes(file["name"].as_str().unwrap());
        file["size"] = content.len().into();
        file["sha256"] = digest(&content).into();
    }
    reseal(bundle, manifest);
}

fn reseal(bundle: &Bundle, mut manifest: Value) {
    let written = |manifest: &Value| serde_json::to_string_pretty(manifest).unwrap() + "\n";
    manifest["self_digest"] = "".into();
    manifest["self_digest"] = digest(written(&manifest).as_bytes()).into();
    fs::write(bundle.path(MANIFEST), written(&manifest)).unwrap();
}

/// Writes a transcript of these records with numbers and chain made right, also where a check names records.
pub(crate) fn chain(bundle: &Bundle, records: Vec<Value>) {
    let numbers = (0_u64..)
        .zip(&records)
        .map(|(new, record)| (record["number"].as_u64().unwrap(), new));
    let numbers: HashMap<u64, u64> = numbers.collect();
    let mut head = "0".repeat(64);
    let mut text = String::new();
    for (number, mut record) in records.into_iter().enumerate() {
        record["prev"] = head.into();
        record["number"] = number.into();
        if let Some(named) = record
            .pointer_mut("/what/outcome/records")
            .and_then(Value::as_array_mut)
        {
            for name in named {
                let moved = numbers.get(&name.as_u64().unwrap());
                *name = moved.map_or_else(|| name.clone(), |moved| (*moved).into());
            }
        }
        let line = record.to_string();
        head = digest(line.as_bytes());
        text += &line;
        text.push('\n');
    }
    fs::write(bundle.path(TRANSCRIPT), text).unwrap();
}

/// Makes everything that follows from the transcript anew, with this program. Where even the forger's own
/// program does not want to judge the transcript, the manifest is made to agree with it by hand.
pub(crate) fn remake(bundle: &Bundle) {
    let Ok(judged) = judge_file(&bundle.path(TRANSCRIPT)) else {
        let transcript = bundle.text(TRANSCRIPT);
        let mut manifest: Value = serde_json::from_slice(&bundle.bytes(MANIFEST)).unwrap();
        let last = transcript.lines().last().unwrap();
        manifest["transcript"]["head"] = digest(last.as_bytes()).into();
        manifest["transcript"]["records"] = transcript.lines().count().into();
        reseal(bundle, manifest);
        return relist(bundle);
    };
    let attestation = fs::read(bundle.path(ATTESTATION)).ok();
    for name in bundle.files().iter().filter(|name| *name != TRANSCRIPT) {
        fs::remove_file(bundle.path(name)).unwrap();
    }
    let contents = Contents {
        started: &judged.started,
        assessment: &judged.assessment,
        head: &judged.head,
        additional: &[],
    };
    writer::write(bundle.folder(), &contents, &|_| Vec::new()).unwrap();
    if let Some(attestation) = attestation {
        fs::write(bundle.path(ATTESTATION), attestation).unwrap();
    }
}
