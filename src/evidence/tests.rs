//! The written files, as readers other than ours see them.

use proptest::prelude::*;
use quick_junit::{NonSuccessKind, TestCaseStatus};
use serde_json::{Value, json};

use super::{junit, results, sample, standing::Standing};
use crate::{
    transcript::record::RunStarted,
    verdict::{
        result::{Assessment, Row},
        waiving::WaiverFate,
    },
};

const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/results.schema.json"));

/// This reader wants a zone behind every timestamp, which some schemas forbid in the strict file.
fn read_back(xml: &[u8]) -> quick_junit::Report {
    let zoneless = regex::Regex::new(r#"( timestamp="[0-9T:-]+)""#).unwrap();
    let xml = zoneless
        .replace_all(std::str::from_utf8(xml).unwrap(), "${1}Z\"")
        .into_owned();
    quick_junit::Report::deserialize_from_str(&xml).unwrap()
}

fn count(assessment: &Assessment, counted: impl Fn(Standing) -> bool) -> usize {
    assessment
        .rows
        .iter()
        .filter(|row| counted(Standing::of(row)))
        .count()
}

/// Waivers that are red, each a case of its own.
fn void(assessment: &Assessment) -> usize {
    assessment.void_waivers().count()
}

/// Reads both files with an independent parser and holds them against the assessment.
fn hold_against(started: &RunStarted, assessment: &Assessment) {
    let rich = junit::rich(started, assessment).unwrap();
    let strict = junit::strict(started, assessment).unwrap();
    for xml in [&rich, &strict] {
        let report = read_back(xml);
        let cases: Vec<_> = report
            .test_suites
            .iter()
            .flat_map(|suite| &suite.test_cases)
            .collect();
        let kinds =
            |kind: fn(&TestCaseStatus) -> bool| cases.iter().filter(|case| kind(&case.status)).count();
        let failures = kinds(|status| {
            matches!(
                status,
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Failure,
                    ..
                }
            )
        });
        let errors = kinds(|status| {
            matches!(
                status,
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Error,
                    ..
                }
            )
        });
        let passed = kinds(|status| matches!(status, TestCaseStatus::Success { .. }));
        assert_eq!(
            failures,
            count(assessment, |standing| standing == Standing::Failed) + void(assessment)
        );
        assert_eq!(
            errors,
            count(assessment, |s| matches!(
                s,
                Standing::Unproven | Standing::Harness
            ))
        );
        assert_eq!(passed, count(assessment, |standing| standing == Standing::Passed));
        assert_eq!(
            cases.len(),
            count(assessment, |standing| standing != Standing::Excluded) + void(assessment)
        );
        let total =
            |of: fn(&quick_junit::TestSuite) -> usize| report.test_suites.iter().map(of).sum::<usize>();
        assert_eq!(total(|suite| suite.tests), cases.len());
        assert_eq!(total(|suite| suite.failures), failures);
        assert_eq!(total(|suite| suite.errors), errors);
    }
    let rich = read_back(&rich);
    let skipped = count(assessment, |s| {
        matches!(
            s,
            Standing::Warning | Standing::Open | Standing::Waived | Standing::NotApplicable
        )
    });
    assert_eq!(
        rich.test_suites.iter().map(|suite| suite.skipped).sum::<usize>(),
        skipped
    );
    assert_eq!((rich.tests, rich.failures, rich.errors), {
        let blocked = count(assessment, |s| {
            matches!(s, Standing::Unproven | Standing::Harness)
        });
        let failed = count(assessment, |standing| standing == Standing::Failed);
        (
            count(assessment, |standing| standing != Standing::Excluded) + void(assessment),
            failed + void(assessment),
            blocked,
        )
    });
}

fn case(started: &RunStarted, assessment: &Assessment, id: &str) -> quick_junit::TestCase {
    let report = read_back(&junit::rich(started, assessment).unwrap());
    let cases = report.test_suites.into_iter().flat_map(|suite| suite.test_cases);
    cases.into_iter().find(|case| case.name.starts_with(id)).unwrap()
}

#[test]
fn an_independent_reader_counts_the_same() {
    let (started, mut assessment) = sample::run();
    hold_against(&started, &assessment);
    assessment.rows.clear();
    hold_against(&started, &assessment);
    let (started, mut assessment) = sample::with_waivers();
    hold_against(&started, &assessment);
    assessment.rows.clear();
    hold_against(&started, &assessment);
}

#[test]
fn what_is_waived_is_skipped_and_a_void_waiver_is_red() {
    let (started, assessment) = sample::with_waivers();
    let waived = case(&started, &assessment, "WH-DUP-04/a");
    let TestCaseStatus::Skipped {
        message,
        ty,
        description,
        ..
    } = &waived.status
    else {
        panic!()
    };
    assert_eq!(ty.as_ref().unwrap().as_str(), "waived");
    let message = message.as_ref().unwrap().as_str();
    assert!(message.starts_with("waived: the store is replaced"), "{message}");
    let told = description.as_ref().unwrap().as_str();
    for part in [
        "Owner: Aina",
        "Approved by: Tan",
        "Until: 2027-01-31",
        "Observed: ",
    ] {
        assert!(told.contains(part), "{part}");
    }
    let void = case(&started, &assessment, "waiver for WH-DUP-05");
    let TestCaseStatus::NonSuccess { ty, message, .. } = &void.status else {
        panic!()
    };
    assert_eq!(ty.as_ref().unwrap().as_str(), "waiver-expired");
    assert!(message.as_ref().unwrap().contains("its last day was 2026-11-01"));
    assert_eq!(void.classname.as_ref().unwrap().as_str(), "waivers");
    assert_eq!(
        results::sentence(&started, &assessment),
        "non-conformant with 1 waiver, 1 waiver is expired or stale (not certifiable: loopback, compressed clock)"
    );
}

#[test]
fn an_independent_reader_sees_everything_that_helps() {
    let (started, assessment) = sample::run();
    let failed = case(&started, &assessment, "WH-SIG-02/b");
    let TestCaseStatus::NonSuccess {
        message,
        ty,
        description,
        ..
    } = &failed.status
    else {
        panic!()
    };
    assert_eq!(ty.as_ref().unwrap().as_str(), "effect-followed");
    assert_eq!(
        message.as_ref().unwrap().as_str(),
        "expected an answer 401 and no fulfilment; observed 1 fulfilment of order O-77"
    );
    let told = description.as_ref().unwrap().as_str();
    for part in [
        "Stimulus: ",
        "Expected: ",
        "Observed: ",
        "Clauses: 001:4.2, 001:4.3",
        "How to fix: ",
        "41, 42, 47",
    ] {
        assert!(told.contains(part), "{part}");
    }
    let requirements: Vec<_> = failed
        .properties
        .iter()
        .filter(|property| property.name.as_str() == "requirement")
        .map(|property| property.value.as_str())
        .collect();
    assert_eq!(requirements, ["001:4.2", "001:4.3"]);

    let warned = case(&started, &assessment, "WH-SIG-03/a");
    let TestCaseStatus::Skipped {
        message, description, ..
    } = &warned.status
    else {
        panic!()
    };
    assert!(message.as_ref().unwrap().starts_with("warning: "));
    assert!(description.as_ref().unwrap().contains("How to fix: "));
}

#[test]
fn a_partner_cannot_have_a_file_attached() {
    let (started, assessment) = sample::run();
    let rich = String::from_utf8(junit::rich(&started, &assessment).unwrap()).unwrap();
    let strict = junit::strict(&started, &assessment).unwrap();
    let marks: Vec<_> = rich
        .match_indices("[[")
        .map(|(at, _)| &rich[at..at + 13])
        .collect();
    assert!(!marks.is_empty() && marks.iter().all(|mark| *mark == "[[ATTACHMENT|"));
    assert!(!rich.contains("[[ATTACHMENT|/etc"));
    assert!(!String::from_utf8(strict).unwrap().contains("[["));
}

#[test]
fn times_have_three_decimals_and_strict_timestamps_no_zone() {
    let (started, assessment) = sample::run();
    let strict = String::from_utf8(junit::strict(&started, &assessment).unwrap()).unwrap();
    let times = regex::Regex::new(r#" time="([^"]*)""#).unwrap();
    let whole = regex::Regex::new(r"^\d+\.\d{3}$").unwrap();
    assert!(times.captures_iter(&strict).all(|time| whole.is_match(&time[1])));
    assert!(strict.contains(r#"timestamp="2026-11-20T10:15:00""#));
    assert!(!strict.contains("<properties>"));
}

#[test]
fn the_reports_read_as_agreed() {
    let (started, assessment) = sample::run();
    let rich = junit::rich(&started, &assessment).unwrap();
    let strict = junit::strict(&started, &assessment).unwrap();
    let results = results::write(&started, &assessment).unwrap();
    sample::snapshots().bind(|| {
        insta::assert_snapshot!("evidence-junit", String::from_utf8(rich).unwrap());
        insta::assert_snapshot!("evidence-junit-strict", String::from_utf8(strict).unwrap());
        insta::assert_snapshot!("evidence-results", String::from_utf8(results).unwrap());
    });
}

#[test]
fn results_follow_their_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let (started, assessment) = sample::run();
    let results: Value = serde_json::from_slice(&results::write(&started, &assessment).unwrap()).unwrap();
    let problems: Vec<String> = validator
        .iter_errors(&results)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(problems, Vec::<String>::new());
    for (pointer, wrong) in [
        ("/outcome", json!("fine")),
        ("/run/seed", json!(7)),
        ("/examples/0/result/verdict", json!("green")),
        ("/examples/10/result", results["examples"][0]["result"].clone()),
        ("/counts/areas/0/pass", json!(-1)),
    ] {
        let mut changed = results.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
    let (started, assessment) = sample::with_waivers();
    let results: Value = serde_json::from_slice(&results::write(&started, &assessment).unwrap()).unwrap();
    assert!(validator.is_valid(&results));
    for (pointer, wrong) in [
        ("/run/assurance", json!("certified")),
        ("/run/challenge/nonce", json!("7")),
        ("/run/submission/attempt", json!(0)),
        ("/waivers/0/state", json!("passed")),
        ("/waivers/1/why", json!(7)),
        ("/examples/12/waiver/owner", json!(null)),
    ] {
        let mut changed = results.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reports(raw in any::<String>(), tail in "[\\]\\[>&<\"'a-z\\x00-\\x1f]{0,40}") {
        let (mut started, mut assessment) = sample::with_waivers();
        let text = format!("{raw}{tail}");
        started.run_id.clone_from(&text);
        started.witness = Some(text.clone());
        for used in &mut assessment.waivers {
            used.waiver.case.clone_from(&text);
            used.waiver.reason.clone_from(&text);
            used.fate = WaiverFate::Stale { why: text.clone() };
        }
        started.started_at.clone_from(&text);
        started.not_certifiable = vec![text.clone()];
        for Row { entry, result, waiver } in &mut assessment.rows {
            entry.title.clone_from(&text);
            entry.fix.clone_from(&text);
            if let Some(waiver) = waiver {
                waiver.reason.clone_from(&text);
                waiver.owner.clone_from(&text);
            }
            let Some(result) = result else { continue };
            result.notes = vec![text.clone()];
            result.reasons = vec![text.clone()];
            for finding in &mut result.findings {
                finding.code.clone_from(&text);
                finding.observed.clone_from(&text);
            }
        }
        hold_against(&started, &assessment);
    }
}
