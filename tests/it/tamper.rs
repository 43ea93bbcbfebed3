//! Whatever is changed in a bundle is noticed, and the file is named.

use std::fs;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    bundle::{Bundle, FILES},
    program::Place,
    shared::{SIGNATURE_IGNORED, SMALL},
};

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A copy of a real bundle, to be changed.
fn copied(place: &Place) -> Bundle {
    SMALL.bundle.copied(&place.path("bundle"))
}

#[test]
fn the_bundle_that_is_changed_below_holds_as_it_is() {
    let place = Place::new();
    copied(&place).verify().exits(0);
}

#[test]
fn one_changed_byte_anywhere_is_noticed_and_the_file_is_named() {
    let place = Place::new();
    let bundle = copied(&place);
    let mut random = StdRng::seed_from_u64(2026);
    for name in FILES {
        let sound = bundle.bytes(name);
        let mut places = vec![0, sound.len() / 2, sound.len() - 1];
        places.extend((0..4).map(|_| random.random_range(0..sound.len())));
        for at in places {
            let mut changed = sound.clone();
            changed[at] ^= 1 << random.random_range(0..7);
            fs::write(bundle.path(name), &changed).unwrap();
            let said = bundle.verify().exits(5);
            assert!(said.err.contains(name), "byte {at} of {name}: {}", said.err);
        }
        fs::write(bundle.path(name), &sound).unwrap();
    }
    bundle.verify().exits(0);
}

#[test]
fn a_file_too_few_is_named() {
    for name in FILES {
        let place = Place::new();
        let bundle = copied(&place);
        fs::remove_file(bundle.path(name)).unwrap();
        bundle.verify().exits(5).complains(&[name]);
    }
}

#[test]
fn a_file_too_many_is_named() {
    let place = Place::new();
    let bundle = copied(&place);
    fs::write(bundle.path("certificate.html"), "<p>certified</p>").unwrap();
    bundle
        .verify()
        .exits(5)
        .complains(&["certificate.html is not listed"]);
    fs::remove_file(bundle.path("certificate.html")).unwrap();
    fs::create_dir(bundle.path("more")).unwrap();
    bundle.verify().exits(5).complains(&["more"]);
}

#[test]
fn an_empty_folder_and_a_file_are_no_bundles() {
    let place = Place::new().with("file", "{}");
    fs::create_dir(place.path("empty")).unwrap();
    place
        .senang("verify empty")
        .run()
        .exits(5)
        .complains(&["no manifest.json"]);
    place
        .senang("verify file")
        .run()
        .exits(2)
        .complains(&["file is a file"]);
}

#[test]
fn a_transcript_that_was_cut_is_noticed() {
    let place = Place::new();
    let bundle = copied(&place);
    let sound = bundle.text("transcript.ndjson");
    for kept in [sound.len() - 1, sound.len() / 2, 1, 0] {
        fs::write(bundle.path("transcript.ndjson"), &sound.as_bytes()[..kept]).unwrap();
        bundle.verify().exits(5).complains(&["transcript.ndjson"]);
    }
}

/// Makes the manifest agree again with a file that was changed, as a careful forger would.
fn relisted(bundle: &Bundle, name: &str) {
    let content = bundle.bytes(name);
    let mut manifest: Value = serde_json::from_slice(&bundle.bytes("manifest.json")).unwrap();
    let sound = bundle.text("manifest.json");
    let files = manifest["files"].as_array_mut().unwrap();
    let file = files.iter_mut().find(|file| file["name"] == name).unwrap();
    let listed = file["sha256"].as_str().unwrap();
    let size = format!("\"size\": {}", file["size"]);
    let at = sound.find(listed).unwrap();
    let (before, after) = sound.split_at(at);
    let before = match before.rfind(&size) {
        Some(place) => {
            let (start, end) = before.split_at(place);
            format!("{start}\"size\": {}{}", content.len(), &end[size.len()..])
        }
        None => panic!("no size before the digest of {name}"),
    };
    let changed = format!("{before}{}", after.replacen(listed, &digest(&content), 1));
    fs::write(bundle.path("manifest.json"), resealed(&changed)).unwrap();
}

/// The manifest with its own digest made right again.
fn resealed(manifest: &str) -> String {
    let parsed: Value = serde_json::from_str(manifest).unwrap();
    let old = parsed["self_digest"].as_str().unwrap();
    let without = manifest.replacen(old, "", 1);
    manifest.replacen(old, &digest(without.as_bytes()), 1)
}

#[test]
fn results_that_were_rewritten_together_with_the_manifest_do_not_follow_from_the_transcript() {
    let place = Place::new();
    let bundle = SIGNATURE_IGNORED.bundle.copied(&place.path("bundle"));
    let sound = bundle.text("results.json");
    let forged = sound.replace("\"verdict\": \"fail\"", "\"verdict\": \"pass\"");
    assert_ne!(sound, forged);
    fs::write(bundle.path("results.json"), forged).unwrap();
    relisted(&bundle, "results.json");
    bundle
        .verify()
        .exits(5)
        .complains(&["results.json", "pass", "fail"]);
}

#[test]
fn a_test_report_that_was_made_green_does_not_follow_from_the_transcript() {
    for name in ["junit.xml", "junit-strict.xml"] {
        let place = Place::new();
        let bundle = SIGNATURE_IGNORED.bundle.copied(&place.path("bundle"));
        let green = bundle
            .text(name)
            .replace("<failure ", "<skipped ")
            .replace("</failure>", "</skipped>");
        fs::write(bundle.path(name), green).unwrap();
        relisted(&bundle, name);
        bundle.verify().exits(5).complains(&[name]);
    }
}

#[test]
fn an_outcome_that_was_rewritten_in_the_manifest_does_not_follow_from_the_transcript() {
    let place = Place::new();
    let bundle = SIGNATURE_IGNORED.bundle.copied(&place.path("bundle"));
    let forged = bundle
        .text("manifest.json")
        .replace("non-conformant", "conformant");
    fs::write(bundle.path("manifest.json"), resealed(&forged)).unwrap();
    bundle.verify().exits(5).complains(&["manifest.json"]);
}

/// Chains changed records anew and makes the manifest agree.
fn rechained(bundle: &Bundle, changed: impl Fn(&str) -> Option<String>) {
    let sound = bundle.text("transcript.ndjson");
    let mut head = "0".repeat(64);
    let mut text = String::new();
    let mut touched = false;
    for line in sound.lines() {
        let line = changed(line)
            .inspect(|_| touched = true)
            .unwrap_or_else(|| line.to_owned());
        let record: Value = serde_json::from_str(&line).unwrap();
        let line = line.replacen(record["prev"].as_str().unwrap(), &head, 1);
        head = digest(line.as_bytes());
        text += &line;
        text.push('\n');
    }
    assert!(touched, "nothing was changed");
    fs::write(bundle.path("transcript.ndjson"), text).unwrap();
    let manifest = bundle.text("manifest.json");
    let parsed: Value = serde_json::from_str(&manifest).unwrap();
    let old = parsed["transcript"]["head"].as_str().unwrap();
    fs::write(bundle.path("manifest.json"), manifest.replacen(old, &head, 1)).unwrap();
    relisted(bundle, "transcript.ndjson");
}

#[test]
fn a_recorded_check_that_was_turned_green_is_evaluated_again() {
    let place = Place::new();
    let bundle = SIGNATURE_IGNORED.bundle.copied(&place.path("bundle"));
    let records = bundle.records().into_iter();
    let mut outcomes = records
        .filter(|record| record["kind"] == "checked")
        .map(|record| record["what"]["outcome"].clone());
    let passed = outcomes.find(|outcome| outcome["grade"] == "A").unwrap();
    rechained(&bundle, |line| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let failed =
            record["kind"] == "checked" && record["what"]["outcome"].to_string().contains("effect-followed");
        failed.then(|| {
            record["what"]["outcome"] = passed.clone();
            record.to_string()
        })
    });
    bundle.verify().exits(5).complains(&["transcript.ndjson"]);
}

#[test]
fn a_record_that_was_changed_is_noticed_although_everything_was_chained_anew() {
    let place = Place::new();
    let bundle = SIGNATURE_IGNORED.bundle.copied(&place.path("bundle"));
    rechained(&bundle, |line| {
        let observed = line.contains("\"kind\":\"observed\"") && line.contains("\"paid\"");
        observed.then(|| line.replace("\"paid\"", "\"pending\""))
    });
    bundle.verify().exits(5);
}
