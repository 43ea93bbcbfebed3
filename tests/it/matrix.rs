//! The suite proves itself: on the clean partner, on every defect, and on partners that are broken as a whole.

use std::fmt::Write as _;

use senang_conformance::contract::rulebook::Rulebook;
use serde_json::Value;

use crate::{program::Place, redactor::redacted};

#[test]
fn every_defect_is_noticed_for_the_reason_it_names() {
    let place = Place::new();
    let said = place
        .senang("self-test --json --jobs 6 --out matrix")
        .run()
        .exits(0);
    let matrix: Value = serde_json::from_str(&said.out).unwrap();
    let file = std::fs::read(place.path("matrix/kill-matrix.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&file).unwrap(), matrix);
    assert!(place.path("matrix/kill-matrix.txt").is_file());
    redacted(|| insta::assert_snapshot!("kill-matrix", named(&matrix)));
}

/// Each partner with its outcome and the kills that the rulebook names. What else is red, and the codes that
/// came beside those named, hang on who was faster and stay out.
fn named(matrix: &Value) -> String {
    let rulebook = Rulebook::embedded().unwrap();
    let mut text = String::new();
    for line in matrix["lines"].as_array().unwrap() {
        let partner = line["partner"].as_str().unwrap();
        let _ = writeln!(text, "{partner}: {}", line["outcome"].as_str().unwrap());
        let kills = line["kills"].as_array().unwrap();
        for kill in kills {
            let example = kill["example"].as_str().unwrap();
            let case = example.split('/').next().unwrap();
            let rule = rulebook.defect(partner).unwrap();
            let rule = rule
                .kills
                .iter()
                .find(|kill| kill.case.to_string() == case)
                .unwrap();
            let without_browser = kill["verdict"]
                .as_str()
                .is_some_and(|verdict| verdict.starts_with("inconclusive needs Chromium"));
            let word = match kill["kill"].as_str().unwrap() {
                "killed" if case == "EMB-05" => "killed where Chromium is installed",
                "survived" if without_browser => "killed where Chromium is installed",
                word => word,
            };
            let codes: Vec<&str> = rule.codes.iter().map(|code| code.name()).collect();
            let _ = writeln!(text, "  {example:<13} {word} ({})", codes.join(" or "));
        }
        for problem in line["problems"].as_array().unwrap() {
            let _ = writeln!(text, "  PROBLEM: {}", problem.as_str().unwrap());
        }
    }
    text
}
