//! Tests of the checks on batch files.

use std::sync::Arc;

use super::{
    refusal::{nothing_taken, policy_followed, reason_given, row_named},
    rows::{alive, gap_noticed, once, taken},
    text::{export_inert, text_kept},
};
use crate::{
    checks::{
        effect::Target,
        samples::{code, reading, record},
        view::View,
    },
    config::batch::Reject,
    transcript::{
        batch::{BatchReported, BatchSent, ReportSource},
        exchange::Role,
        observation::{EffectKind, Moment},
        record::{Event, Record},
    },
    wire::{batch::Style, moment::Micros},
};

fn target() -> Target {
    Target {
        kind: EffectKind::Order,
        reference: "ORD-1".to_owned(),
    }
}

fn sent(number: u64) -> Arc<Record> {
    record(
        number,
        Event::BatchSent(Box::new(BatchSent {
            role: Role::Stimulus,
            asked: "a file".to_owned(),
            file_name: "F1.csv".to_owned(),
            file_id: "F1".to_owned(),
            sequence: 1,
            style: Style::Plain,
            flaw: None,
            rows: 1,
            content: String::new(),
            end: None,
            failed: None,
            started: Micros(0),
            ended: Micros(0),
        })),
    )
}

fn report(number: u64, rows: Option<&[&str]>, reason: Option<&str>) -> Arc<Record> {
    record(
        number,
        Event::BatchReported(Box::new(BatchReported {
            file_id: "F1".to_owned(),
            source: Some(ReportSource::File),
            text: String::new(),
            refused_rows: rows.map(|rows| rows.iter().map(|row| (*row).to_owned()).collect()),
            reason: reason.map(str::to_owned),
            processed_words: Vec::new(),
            missing: None,
            at: Micros(0),
        })),
    )
}

fn records(after: u64, reported: Arc<Record>) -> Vec<Arc<Record>> {
    vec![
        reading(0, Moment::Before, 0, "pending"),
        sent(1),
        reported,
        reading(3, Moment::After, after, "paid"),
    ]
}

fn with_amount(amount: &str) -> Vec<Arc<Record>> {
    let mut records = records(1, report(2, Some(&[]), None));
    let mut last = Record::clone(&records[3]);
    if let Event::Observed(observed) = &mut last.event
        && let crate::transcript::observation::Read::Got(reading) = &mut observed.read
    {
        reading.amount = Some(amount.to_owned());
        reading.name = Some("Aina".to_owned());
    }
    records[3] = Arc::new(last);
    records
}

#[test]
fn a_good_file_is_taken_in_once_and_adds_up() {
    let judged = |records: &[Arc<Record>]| code(taken(View::new(records), "F1", &[target()], "24.50"));
    let silent = || report(2, Some(&[]), None);
    assert_eq!(judged(&records(1, silent())), "passed");
    assert_eq!(judged(&records(0, silent())), "row-lost");
    assert_eq!(judged(&records(2, silent())), "duplicate-effect");
    assert_eq!(
        judged(&records(1, report(2, Some(&["R1"]), None))),
        "good-row-refused"
    );
    assert_eq!(judged(&with_amount("24.5")), "passed");
    assert_eq!(judged(&with_amount("24.49")), "wrong-total");
    assert_eq!(judged(&[sent(1)]), "inconclusive");
    assert_eq!(judged(&[]), "inconclusive");
}

#[test]
fn repeated_content_counts_once() {
    let judged = |after, reason| {
        let records = records(after, report(2, None, reason));
        code(once(View::new(&records), "F1", &[target()]))
    };
    assert_eq!(judged(1, None), "passed");
    assert_eq!(judged(2, Some("known")), "taken-again");
    assert_eq!(judged(0, Some("the whole file is refused")), "passed");
    assert_eq!(judged(0, None), "row-lost");
}

#[test]
fn a_gap_is_held_or_told() {
    let judged = |after, reason| {
        let mut records = records(after, report(2, None, reason));
        let mut earlier = Record::clone(&sent(4));
        if let Event::BatchSent(sent) = &mut earlier.event {
            "F0".clone_into(&mut sent.file_id);
        }
        records.push(Arc::new(earlier));
        records.push(reading(5, Moment::After, 1, "paid"));
        code(gap_noticed(View::new(&records), "F1", "F0", &[target()]))
    };
    assert_eq!(judged(0, None), "passed");
    assert_eq!(judged(1, Some("4 is missing")), "passed");
    assert_eq!(judged(1, None), "gap-unnoticed");
    let unmade = gap_noticed(View::new(&[sent(1)]), "F1", "F0", &[target()]);
    assert_eq!(code(unmade), "inconclusive");
}

#[test]
fn a_broken_file_leaves_nothing_but_a_reason() {
    let judged = |after, reason| {
        let records = records(after, report(2, None, reason));
        let view = View::new(&records);
        (
            code(nothing_taken(view, "F1", &[target()])),
            code(reason_given(view, "F1")),
        )
    };
    let both = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(judged(0, Some("total differs")), both("passed", "passed"));
    assert_eq!(judged(1, None), both("taken-in-part", "refused-in-silence"));
    assert_eq!(code(reason_given(View::new(&[sent(1)]), "F1")), "inconclusive");
}

#[test]
fn the_bad_row_is_named_and_the_policy_followed() {
    let bad = Target {
        reference: "ORD-2".to_owned(),
        ..target()
    };
    let mut of_bad = Record::clone(&reading(4, Moment::After, 0, "pending"));
    if let Event::Observed(observed) = &mut of_bad.event {
        observed.reference.clone_from(&bad.reference);
    }
    let judged = |after, reject, rows: Option<&[&str]>| {
        let mut records = records(after, report(2, rows, None));
        records.push(Arc::new(of_bad.clone()));
        let view = View::new(&records);
        (
            code(policy_followed(view, "F1", &[target()], &bad, reject)),
            code(row_named(view, "F1", "R2", reject)),
        )
    };
    let both = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(judged(1, Reject::Row, Some(&["R2"])), both("passed", "passed"));
    assert_eq!(judged(0, Reject::File, Some(&["R2"])), both("passed", "passed"));
    assert_eq!(
        judged(1, Reject::File, Some(&[])),
        both("policy-not-followed", "row-not-named")
    );
    assert_eq!(
        judged(0, Reject::Row, Some(&["R1", "R2"])),
        both("policy-not-followed", "good-row-refused")
    );
    assert_eq!(judged(1, Reject::Row, None), both("passed", "inconclusive"));
    let records = records(1, report(2, Some(&["R2"]), None));
    let taken = policy_followed(View::new(&records), "F1", &[], &target(), Reject::Row);
    assert_eq!(code(taken), "bad-row-taken");
}

#[test]
fn silence_is_proof_between_two_good_files_only() {
    let judged = |after| {
        let records = records(after, report(2, None, None));
        code(alive(View::new(&records), &[target()], &[target()]))
    };
    assert_eq!(judged(1), "passed");
    assert_eq!(judged(0), "inconclusive");
}

#[test]
fn text_is_kept_to_the_letter() {
    let judged = |records: &[Arc<Record>], text| code(text_kept(View::new(records), "F1", &target(), text));
    assert_eq!(judged(&with_amount("1.00"), "Aina"), "passed");
    assert_eq!(judged(&with_amount("1.00"), "Aina\r"), "text-changed");
    let silent = || report(2, None, None);
    assert_eq!(judged(&records(1, silent()), "Aina"), "inconclusive");
    assert_eq!(judged(&records(0, silent()), "Aina"), "row-lost");
}

#[test]
fn a_formula_is_inert_when_it_is_exported() {
    let judged = |text: Result<&str, &str>| {
        let exported = crate::transcript::batch::BatchExported {
            reference: "ORD-1".to_owned(),
            text: text.map(str::to_owned).map_err(str::to_owned),
            at: Micros(0),
        };
        let records = [sent(1), record(2, Event::BatchExported(Box::new(exported)))];
        code(export_inert(View::new(&records), "F1", "ORD-1", "mark"))
    };
    for inert in ["a,'=1+mark\n", "a,\"'=1+mark(\"\"x\"\")\"", "a; '=mark"] {
        assert_eq!(judged(Ok(inert)), "passed", "{inert}");
    }
    for live in [
        "a,=1+mark\n",
        "a,\"=1+mark(\"\"x\"\")\"",
        "\u{feff}=mark",
        "x,\"@mark\"",
    ] {
        assert_eq!(judged(Ok(live)), "formula-live", "{live}");
    }
    assert_eq!(judged(Ok("a,b")), "inconclusive");
    assert_eq!(judged(Err("status 500")), "inconclusive");
}
