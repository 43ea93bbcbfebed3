//! Generated events against the reference partner.

use serde_json::Value;

use crate::{bundle::Bundle, program::Place};

/// Explores the reference partner; returns the exploration's own file and its bundle.
fn explored(more: &str, code: i32) -> (Value, Bundle, Place) {
    let place = Place::new();
    let words = format!("explore --reference --count 32 --out out {more}");
    place.senang(&words).run().exits(code);
    let bundle = place.bundle();
    bundle.verify().exits(0).says(&["the evidence holds"]);
    let exploration = serde_json::from_slice(&bundle.bytes("exploration.json")).unwrap();
    (exploration, bundle, place)
}

/// The finding's code, the description and the body's length of what a family ended with.
fn smallest(exploration: &Value, family: usize) -> Option<(String, String, usize)> {
    let smallest = &exploration["families"][family]["smallest"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let delivery = smallest.get("delivery")?;
    let body = &delivery["sent"]["body"];
    let length = body["text"].as_str().map(str::len);
    let length = length.or_else(|| body["base64"].as_str().map(|text| text.len() / 4 * 3));
    Some((
        text(&smallest["finding"]["code"]),
        text(&delivery["intent"]["form"]["generated"]["how"]),
        length.unwrap(),
    ))
}

#[test]
fn the_clean_partner_stands_every_generated_event() {
    let (exploration, bundle, _place) = explored("--seed 11", 0);
    for family in 0..3 {
        assert_eq!(exploration["families"][family]["tried"], 32);
        assert_eq!(smallest(&exploration, family), None);
    }
    let sentence = "conformant (not certifiable: loopback, compressed clock, exploration)";
    assert_eq!(bundle.results()["sentence"], sentence);
    assert_eq!(bundle.cases("junit.xml").len(), 3);
}

#[test]
fn an_ignored_signature_is_shrunk_to_a_plain_event() {
    let (exploration, _bundle, _place) = explored("--seed 12 --defect sig-ignored", 1);
    assert_eq!(smallest(&exploration, 0), None);
    let (code, how, length) = smallest(&exploration, 1).unwrap();
    assert_eq!(code, "effect-followed");
    assert!(
        how.ends_with("; a plain event") && length < 400,
        "{how}: {length} bytes"
    );
}

#[test]
fn a_crash_over_text_is_shrunk_to_one_byte_of_damage() {
    let (exploration, _bundle, _place) = explored("--seed 13 --defect utf8-panic", 1);
    let (code, how, _) = smallest(&exploration, 2).unwrap();
    assert_eq!(code, "server-error");
    assert!(how.ends_with(" before signing; a plain event"), "{how}");
}

#[test]
fn the_same_seed_finds_the_same() {
    let found = || {
        let (exploration, _bundle, _place) = explored("--seed 14 --defect parse-crash", 1);
        let family = exploration["families"][2].clone();
        (smallest(&exploration, 2).unwrap(), family["tried"].clone())
    };
    let (first, second) = (found(), found());
    assert_eq!(first, second);
    assert_eq!(first.0.0, "server-error");
}

#[test]
fn more_than_the_limits_allow_is_wrong_usage() {
    let said = Place::new()
        .senang("explore --reference --count 20001 --out out")
        .run()
        .exits(2);
    said.complains(&["--count 20001 is more than 20000", "[limits] per_second"]);
}
