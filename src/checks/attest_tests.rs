//! Tests of the checks on declarations.

use std::sync::Arc;

use super::*;
use crate::{
    checks::samples::{code, record},
    transcript::{
        attest::{SupportScanned, Surroundings},
        record::{Event, Record},
    },
    wire::moment::Micros,
};

fn given(answer: &str, change: impl FnOnce(&mut Attested)) -> Vec<Arc<Record>> {
    let mut attested = Attested {
        question: "q.a".to_owned(),
        asked: "Who?".to_owned(),
        fields: [("answer".to_owned(), vec![answer.to_owned()])].into(),
        name: "Aina".to_owned(),
        role: "CTO".to_owned(),
        date: "2026-11-20".to_owned(),
        ..Attested::default()
    };
    change(&mut attested);
    vec![record(0, Event::Attested(Box::new(attested)))]
}

fn judged(records: &[Arc<Record>]) -> String {
    let due = [("answer".to_owned(), vec!["Errors".to_owned()])].into();
    let view = View::new(records);
    let plain = code(answered(view, "q.a", &["answer".to_owned()], &BTreeMap::new()));
    if plain == "passed" {
        format!(
            "passed, {}",
            code(answered(view, "q.a", &["answer".to_owned()], &due))
        )
    } else {
        plain
    }
}

#[test]
fn an_answer_says_something_and_is_signed() {
    assert_eq!(judged(&given("errors", |_| {})), "passed, passed");
    assert_eq!(judged(&given("we do", |_| {})), "passed, not-answered");
    assert_eq!(judged(&given("tbd", |_| {})), "not-answered");
    assert_eq!(
        judged(&given("yes", |answer| answer.name.clear())),
        "not-answered"
    );
    assert_eq!(
        judged(&given("yes", |answer| "-".clone_into(&mut answer.date))),
        "not-answered"
    );
    assert_eq!(
        judged(&given("yes", |answer| answer.fields.clear())),
        "not-answered"
    );
    let missing = |answer: &mut Attested| answer.missing = Some("no file".to_owned());
    assert_eq!(judged(&given("yes", missing)), "inconclusive");
    assert_eq!(judged(&[]), "inconclusive");
}

#[test]
fn the_declared_scope_is_the_tested_one() {
    let judged = |tested: &[&str]| {
        let tested: Vec<String> = tested.iter().map(|name| (*name).to_owned()).collect();
        let records = given("payment.success", |_| {});
        code(scope_agrees(View::new(&records), "q.a", "answer", &tested))
    };
    assert_eq!(judged(&["payment.success"]), "passed");
    assert_eq!(judged(&["payment.success", "policy.issued"]), "scope-differs");
}

#[test]
fn the_pointed_line_compares_in_constant_time() {
    let judged = |seen: CodeSeen| {
        let records = given("x", |answer| answer.code = Some(seen));
        code(constant_time(View::new(&records), "q.a"))
    };
    let line = |text: &str| CodeSeen::Line {
        text: text.to_owned(),
    };
    for good in [
        "if !hmac.compare_digest(a, b):",
        "if hash_equals($a, $b) == false {",
        "if subtle.ConstantTimeCompare(a, b) != 1 {",
        "webhook.verify(body, headers)?;",
    ] {
        assert_eq!(judged(line(good)), "passed", "{good}");
    }
    for plain in [
        "if expected == given {",
        "return a.equals(b);",
        "if (strcmp(a, b))",
        "a !== b",
    ] {
        assert_eq!(judged(line(plain)), "plain-comparison", "{plain}");
    }
    assert_eq!(judged(line("   ")), "no-such-place");
    assert_eq!(judged(CodeSeen::BehindTheEnd { lines: 3 }), "no-such-place");
    let reason = "not found".to_owned();
    assert_eq!(judged(CodeSeen::NotHere { reason }), "passed");
}

#[test]
fn a_support_request_is_complete_and_masked() {
    let judged = |found: &[&str], there: bool, missing: Option<&str>| {
        let scanned = SupportScanned {
            place: "bundle.json".to_owned(),
            bytes: 10,
            found: found.iter().map(|label| ((*label).to_owned(), 1)).collect(),
            searched: Vec::new(),
            facts: [("event id".to_owned(), there)].into(),
            missing: missing.map(str::to_owned),
            at: Micros(0),
        };
        let records = [record(0, Event::SupportScanned(Box::new(scanned)))];
        let view = View::new(&records);
        (code(support_is_masked(view)), code(support_is_complete(view)))
    };
    let both = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(judged(&[], true, None), both("passed", "passed"));
    assert_eq!(
        judged(&["expected-digest-4"], true, None),
        both("passed", "passed")
    );
    assert_eq!(
        judged(&["webhook secret"], false, None),
        both("unmasked-support", "support-incomplete")
    );
    assert_eq!(
        judged(&[], true, Some("none")),
        both("inconclusive", "inconclusive")
    );
}

#[test]
fn a_run_belongs_into_the_sandbox_and_to_a_build() {
    let judged = |host: &str, looks: Option<&str>, version: &str| {
        let used = Surroundings {
            hosts: [("webhook".to_owned(), host.to_owned())].into(),
            keys: [("HOOK".to_owned(), looks.map(str::to_owned))].into(),
            implementation: "pay".to_owned(),
            version: version.to_owned(),
        };
        let records = [record(0, Event::Surroundings(Box::new(used)))];
        let view = View::new(&records);
        (code(sandbox_only(view)), code(build_named(view)))
    };
    let both = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(judged("sandbox.acme.my", None, "4.2.0"), both("passed", "passed"));
    assert_eq!(
        judged("api.prod.acme.my", None, "latest"),
        both("not-the-sandbox", "build-unnamed")
    );
    assert_eq!(
        judged("deliver.my", Some("sk_live"), "tbd"),
        both("not-the-sandbox", "build-unnamed")
    );
}
