//! The command `diff` on real bundles.

use std::fs;

use serde_json::Value;

use crate::{
    program::{Finished, Place, folders},
    shared::SMALL,
};

fn compared(place: &Place, more: &str) -> Finished {
    place.senang(&format!("diff a b {more}")).run()
}

#[test]
fn what_changed_between_two_runs_is_told() {
    let place = Place::new();
    SMALL.bundle.copied(&place.path("a"));
    let words = "run --reference --seed 8 --defect sig-ignored --case WH-SIG-02 --case WH-DUP-01 --out out";
    place.senang(words).run().exits(1);
    fs::rename(&folders(&place.path("out"))[0], place.path("b")).unwrap();
    compared(&place, "").exits(0).says(&[
        "newly failing",
        "WH-SIG-02/a",
        "pass -> fail",
        "no longer selected",
        "WH-DEL-01/a",
        "newly selected",
        "WH-DUP-01/a",
        "something got worse",
    ]);
    compared(&place, "--exit-code").exits(1);
    let found: Value = serde_json::from_str(&compared(&place, "--json").exits(0).out).unwrap();
    assert_eq!(found["worse"], true);
    assert!(found["newly_passing"].as_array().unwrap().is_empty());

    place
        .senang("diff a a --exit-code")
        .run()
        .exits(0)
        .says(&["nothing changed"]);
    // The way back is better in verdicts, but covers less.
    let back = place.senang("diff b a --json").run().exits(0);
    let found: Value = serde_json::from_str(&back.out).unwrap();
    assert!(found["newly_failing"].as_array().unwrap().is_empty());
    assert!(!found["newly_passing"].as_array().unwrap().is_empty());

    let results = place.path("b").join("results.json");
    let changed = fs::read_to_string(&results)
        .unwrap()
        .replace("\"fail\"", "\"pass\"");
    fs::write(&results, changed).unwrap();
    compared(&place, "").exits(5).complains(&["results.json"]);
    compared(&place, "--unverified")
        .exits(0)
        .complains(&["b is not verified"]);
    place
        .senang("diff a nowhere")
        .run()
        .exits(2)
        .complains(&["nowhere"]);
}
