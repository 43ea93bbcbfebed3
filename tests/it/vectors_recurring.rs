//! The golden recurring callbacks: one snapshot each, held against the published file and against digests
//! that are not ours.

use std::{collections::BTreeSet, fmt::Write as _};

use aws_lc_rs::{digest, hmac};
use senang_conformance::{
    steps::callback_vectors::{CallbackVector, Due, SECRET, callbacks},
    wire::recurring::RecurringHash,
};
use serde_json::Value;

use crate::program::Place;

/// Where partners find them.
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/vectors/recurring.json");

const ALGORITHMS: [RecurringHash; 2] = [RecurringHash::Sha256, RecurringHash::HmacSha256];

fn on_the_wire(vector: &CallbackVector) -> String {
    let mut text = format!("{:?}\n\n", vector.due);
    for header in &vector.headers.0 {
        let _ = writeln!(text, "{}: {}", header.0, header.1);
    }
    text + "\n" + &vector.body.replace("\r\n", "\\r\\n\n")
}

fn file_name(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '.' {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

#[test]
fn every_callback_is_what_it_was() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/snapshots/vectors/recurring"
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for vector in callbacks(RecurringHash::Sha256) {
            insta::assert_snapshot!(file_name(&vector.name), on_the_wire(&vector));
        }
    });
}

#[test]
fn the_published_callbacks_are_current() {
    let place = Place::new();
    let said = place.senang("vectors recurring").run().exits(0);
    let published = std::fs::read_to_string(PUBLISHED).unwrap();
    assert!(
        said.out == published,
        "docs/vectors/recurring.json is stale; write it anew: senang-conformance vectors recurring > \
         docs/vectors/recurring.json"
    );
    let document: Value = serde_json::from_str(&published).unwrap();
    for (algorithm, name) in ALGORITHMS.into_iter().zip(["sha256", "hmac-sha256"]) {
        let list = document[name].as_array().unwrap();
        assert_eq!(list.len(), callbacks(algorithm).len());
    }
}

#[test]
fn names_are_unique_as_files_too() {
    let vectors = callbacks(RecurringHash::Sha256);
    let names: BTreeSet<String> = vectors.iter().map(|vector| file_name(&vector.name)).collect();
    assert_eq!(names.len(), vectors.len());
}

/// The values by name, as they are printed; none where the body is no JSON object.
fn printed(body: &str) -> Option<impl Fn(&str) -> Option<String>> {
    let Ok(Value::Object(members)) = serde_json::from_str(body) else {
        return None;
    };
    Some(move |name: &str| match members.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    })
}

#[test]
fn other_digests_find_the_hash_right_exactly_where_it_is_due() {
    for algorithm in ALGORITHMS {
        for vector in callbacks(algorithm) {
            let Some(value) = printed(&vector.body) else {
                assert_eq!(vector.due, Due::Book, "{}", vector.name);
                continue;
            };
            let fields = ["status_id", "order_id", "transaction_id", "msg"];
            let text: String = std::iter::once(SECRET.to_owned())
                .chain(fields.map(|name| value(name).unwrap_or_default()))
                .collect();
            let right = match algorithm {
                RecurringHash::HmacSha256 => {
                    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                    hex::encode(hmac::sign(&key, text.as_bytes()))
                }
                _ => hex::encode(digest::digest(&digest::SHA256, text.as_bytes())),
            };
            let fits = value("hash").as_deref() == Some(right.as_str());
            assert_eq!(fits, vector.due != Due::Refuse, "{algorithm:?}: {}", vector.name);
            let paid = value("status_id").as_deref() == Some("1");
            assert!(
                !fits || paid == (vector.due == Due::Book),
                "{algorithm:?}: {}",
                vector.name
            );
        }
    }
}
