//! What the suite covers of the documents it stands for.

use std::collections::BTreeSet;

use senang_conformance::contract::rulebook::{
    Rulebook,
    entry::{Party, Route},
};

use crate::shared::CLEAN;

/// Clauses of the examples that ran in the run against the clean partner and passed.
fn covered() -> BTreeSet<String> {
    let passed: BTreeSet<String> = CLEAN.bundle.with("pass").into_iter().collect();
    let planned = CLEAN.bundle.records().into_iter();
    planned
        .filter(|record| record["kind"] == "planned")
        .filter(|record| passed.contains(record["what"]["example"].as_str().unwrap()))
        .flat_map(|record| record["what"]["clauses"].as_array().unwrap().clone())
        .map(|clause| clause.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_clause_that_binds_the_partner_has_an_example_that_ran() {
    let covered = covered();
    let rulebook = Rulebook::embedded().unwrap();
    let due = rulebook
        .clauses
        .iter()
        .filter(|clause| clause.binds.contains(&Party::Partner) && clause.testable != Route::None);
    let missing: Vec<&str> = due
        .map(|clause| clause.id.as_str())
        .filter(|clause| !covered.contains(*clause))
        .collect();
    assert!(missing.is_empty(), "no example ran for {missing:?}");
}

/// Areas with their number of cases. An id is never used again, so no number here may fall.
const CASES: [(&str, usize); 21] = [
    ("WH-DEL", 11),
    ("WH-SIG", 19),
    ("WH-DUP", 10),
    ("WH-ORD", 11),
    ("EP-TLS", 10),
    ("WH-PAY", 10),
    ("RC-JSON", 17),
    ("RC-FORM", 5),
    ("RC-RET", 8),
    ("API-FLW", 11),
    ("API-ERR", 11),
    ("API-RL", 7),
    ("API-RTY", 7),
    ("API-VAL", 6),
    ("LOG", 8),
    ("SEC", 5),
    ("EMB", 5),
    ("BAT", 5),
    ("FWD", 5),
    ("LOAD", 4),
    ("ATT", 5),
];

#[test]
fn every_case_of_every_area_is_there() {
    let rulebook = Rulebook::embedded().unwrap();
    let counted: Vec<(&str, usize)> = CASES
        .iter()
        .map(|(area, _)| {
            let cases = rulebook.cases.iter();
            (
                *area,
                cases.filter(|case| case.id.area().to_string() == *area).count(),
            )
        })
        .collect();
    assert_eq!(counted, CASES);
    assert_eq!(rulebook.areas.len(), CASES.len());
}
