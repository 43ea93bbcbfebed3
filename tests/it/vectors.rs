//! The golden wire vectors: one snapshot each, held against the published file and against a signature
//! implementation that is not ours.

use std::{collections::BTreeSet, fmt::Write as _};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use senang_conformance::{
    contract::profile::values::Profile,
    steps::vectors::{Due, KEY, NOW, Vector, webhooks},
};
use serde_json::Value;
use standardwebhooks::Webhook;

use crate::program::Place;

/// Where partners find them.
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/vectors/webhooks.json");

fn vectors() -> Vec<Vector> {
    webhooks(Profile::embedded("senang-io").unwrap().signature_scheme()).unwrap()
}

/// As it stands on the wire, but for the request line and the length.
fn on_the_wire(vector: &Vector) -> String {
    let mut text = format!("{:?}\n\n", vector.due);
    for header in &vector.headers.0 {
        let _ = writeln!(text, "{}: {}", header.0, header.1);
    }
    match &vector.body {
        Some(body) if !body.contains('\u{2028}') && !body.ends_with('\n') => text + "\n" + body,
        _ => text + "\nhex: " + &vector.body_hex,
    }
}

#[test]
fn every_vector_is_what_it_was() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/vectors"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for vector in vectors() {
            let name: String = vector
                .name
                .chars()
                .map(|letter| {
                    if letter.is_ascii_alphanumeric() || letter == '.' {
                        letter
                    } else {
                        '-'
                    }
                })
                .collect();
            insta::assert_snapshot!(name, on_the_wire(&vector));
        }
    });
}

#[test]
fn the_published_vectors_are_current() {
    let place = Place::new();
    let said = place.senang("vectors").run().exits(0);
    let published = std::fs::read_to_string(PUBLISHED).unwrap();
    assert!(
        said.out == published,
        "docs/vectors/webhooks.json is stale; write it anew: senang-conformance vectors > docs/vectors/webhooks.json"
    );
    let document: Value = serde_json::from_str(&published).unwrap();
    assert_eq!(document["webhooks"].as_array().unwrap().len(), vectors().len());
}

#[test]
fn names_and_event_ids_are_unique() {
    let vectors = vectors();
    let names: BTreeSet<&str> = vectors.iter().map(|vector| vector.name.as_str()).collect();
    assert_eq!(names.len(), vectors.len());
}

/// Whether a receiver built on the third-party implementation would take the message at the time of the
/// vectors: one of each header, a timestamp inside the window, and a signature that it makes itself.
fn taken_by_another_implementation(vector: &Vector) -> bool {
    let one = |name: &str| {
        let mut values = vector
            .headers
            .0
            .iter()
            .filter(|header| header.0.eq_ignore_ascii_case(name));
        let value = values.next()?.1.trim().to_owned();
        values.next().is_none().then_some(value)
    };
    let (Some(id), Some(timestamp), Some(signature)) = (
        one("webhook-id"),
        one("webhook-timestamp"),
        one("webhook-signature"),
    ) else {
        return false;
    };
    let Ok(seconds) = timestamp.parse::<i64>() else {
        return false;
    };
    let body = hex::decode(&vector.body_hex).unwrap();
    let right = signed_by_others(&id, seconds, &body);
    (NOW - seconds).abs() <= 300 && signature.split(' ').any(|one| one == right)
}

/// What other people's code signs: the reference library where it can (it takes text only), and the HMAC
/// of a cryptographic library of its own. Where both can, they agree.
fn signed_by_others(id: &str, seconds: i64, body: &[u8]) -> String {
    let key = STANDARD.decode(KEY.trim_start_matches("whsec_")).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let text = [format!("{id}.{seconds}.").as_bytes(), body].concat();
    let signature = format!("v1,{}", STANDARD.encode(hmac::sign(&key, &text)));
    if let Ok(other) = Webhook::new(KEY).unwrap().sign(id, seconds, body) {
        assert_eq!(other, signature);
    }
    signature
}

#[test]
fn another_implementation_takes_the_right_ones_and_refuses_the_falsified_ones() {
    for vector in vectors() {
        let taken = taken_by_another_implementation(&vector);
        assert_eq!(taken, vector.due != Due::Refuse, "{}", vector.name);
    }
}
