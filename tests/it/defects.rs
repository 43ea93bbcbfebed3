//! A defect makes exactly the examples red that depend on what it breaks, and each says what to do.

use std::collections::BTreeSet;

use senang_conformance::contract::rulebook::Rulebook;

use crate::{bundle::Colour, program::Place, redactor::redacted, shared::SIGNATURE_IGNORED};

/// What depends on the signature being compared. Where the digest cannot be read at all, or where other
/// headers are missing, a partner refuses for another reason, and the example stays green.
const RED: [&str; 35] = [
    "LOG-02/a",
    "LOG-08/a",
    "SEC-05/c",
    "WH-SIG-02/a",
    "WH-SIG-02/d",
    "WH-SIG-03/a",
    "WH-SIG-03/b",
    "WH-SIG-03/c",
    "WH-SIG-03/d",
    "WH-SIG-04/a",
    "WH-SIG-04/b",
    "WH-SIG-04/c",
    "WH-SIG-04/d",
    "WH-SIG-04/e",
    "WH-SIG-04/f",
    "WH-SIG-05/b",
    "WH-SIG-05/c",
    "WH-SIG-05/d",
    "WH-SIG-06/b",
    "WH-SIG-10/a",
    "WH-SIG-10/b",
    "WH-SIG-10/c",
    "WH-SIG-10/d",
    "WH-SIG-10/e",
    "WH-SIG-10/f",
    "WH-SIG-11/a",
    "WH-SIG-11/b",
    "WH-SIG-11/c",
    "WH-SIG-11/d",
    "WH-SIG-11/e",
    "WH-SIG-12/d",
    "WH-SIG-16/b",
    "WH-SIG-16/c",
    "WH-SIG-17/a",
    "WH-SIG-18/a",
];

#[test]
fn a_partner_that_ignores_signatures_is_non_conformant_for_exactly_that() {
    let ended = &*SIGNATURE_IGNORED;
    assert_eq!(ended.said.code, Some(1), "{}{}", ended.said.out, ended.said.err);
    let bundle = &ended.bundle;
    assert_eq!(bundle.results()["outcome"], "non-conformant");
    let red: BTreeSet<String> = bundle.with("fail").into_iter().collect();
    let expected: BTreeSet<String> = RED.iter().map(|&example| example.to_owned()).collect();
    assert_eq!(red, expected);
    let rulebook = Rulebook::embedded().unwrap();
    for kill in &rulebook.defect("sig-ignored").unwrap().kills {
        for letter in &kill.examples {
            assert!(
                red.contains(&format!("{}/{letter}", kill.case)),
                "{}/{letter}",
                kill.case
            );
        }
    }
    bundle.verify().exits(0);
}

#[test]
fn every_red_example_says_what_was_sent_expected_seen_and_how_to_fix_it() {
    let bundle = &SIGNATURE_IGNORED.bundle;
    let records = bundle.records();
    let cases = bundle.cases("junit.xml");
    for line in bundle.results()["examples"].as_array().unwrap() {
        if line["result"]["verdict"] != "fail" {
            continue;
        }
        let example = line["example"].as_str().unwrap();
        let told = told(&cases[example]);
        let fix = line["fix"].as_str().unwrap();
        assert!(told.contains(fix), "{example}: the remedy is not in {told}");
        for clause in line["clauses"].as_array().unwrap() {
            assert!(
                told.contains(clause.as_str().unwrap()),
                "{example}: {clause} is not in {told}"
            );
        }
        let findings = line["result"]["findings"].as_array().unwrap();
        assert!(!findings.is_empty(), "{example} is red for no reason");
        for finding in findings {
            for part in ["code", "stimulus", "expected", "observed"] {
                let text = finding[part].as_str().unwrap();
                assert!(
                    !text.is_empty() && told.contains(text),
                    "{example}: {part} is not in {told}"
                );
            }
            let numbers = finding["records"].as_array().unwrap();
            assert!(!numbers.is_empty(), "{example} names no record");
            for number in numbers {
                let record = &records[usize::try_from(number.as_u64().unwrap()).unwrap()];
                assert_eq!(&record["number"], number);
            }
        }
    }
}

/// All that JUnit says about a case.
fn told(case: &quick_junit::TestCase) -> String {
    use quick_junit::TestCaseStatus::{NonSuccess, Skipped, Success};
    match &case.status {
        NonSuccess { description, .. } | Skipped { description, .. } => {
            description.as_ref().unwrap().as_str().to_owned()
        }
        Success { .. } => panic!("{:?} is green", case.name),
    }
}

#[test]
fn the_closing_summary_tells_what_to_do() {
    let place = Place::new();
    let run = place.senang("run --reference --defect no-dedupe --seed 1 --out out --case WH-DUP-01/a");
    let said = run.run().exits(1);
    redacted(|| insta::assert_snapshot!("run-summary-failed", said.out));
}

#[test]
fn what_is_only_recommended_does_not_make_a_partner_non_conformant() {
    let place = Place::new();
    let run = place.senang("run --reference --defect past-only-window --out out --case WH-SIG-09");
    run.run().exits(0);
    let bundle = place.bundle();
    assert_eq!(bundle.with("fail"), ["WH-SIG-09/a"]);
    assert_eq!(bundle.results()["outcome"], "conformant");
    let cases = bundle.cases("junit-strict.xml");
    assert!(matches!(Colour::of(&cases["WH-SIG-09/a"]), Colour::Skipped(_)));
}
