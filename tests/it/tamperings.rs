//! What can be done to a bundle to make it say something else.

use std::fs;

use senang_conformance::{
    evidence::attestation::{dsse::Envelope, statement::PAYLOAD_TYPE},
    plan::{entry::Entry, filter::Mode, select::digest_of},
};
use serde_json::Value;

use crate::{
    bundle::Bundle,
    forger::{ATTESTATION, MANIFEST, RESULTS, TRANSCRIPT, chain, edit, edit_json, key, relist, remake, sign},
    program::Place,
    shared::SMALL,
};

/// Seeds of the key that is trusted, and of the forger's.
pub(crate) const OURS: u8 = 1;
const THEIRS: u8 = 2;

/// The tampering of this name.
pub(crate) fn tampering(name: &str) -> fn(&Bundle) {
    match name {
        "flip a verdict" => flip,
        "flip the recorded check behind a verdict" => flip_check,
        "delete a case from the results" => delete,
        "delete a case from transcript, plan and plan digest" => delete_everywhere,
        "delete all records of a failed case, so that it did not run" => delete_records,
        "merge the reports of two runs" => merge,
        "reorder records" => swap_lines,
        "reorder records, chain left as it was" => swap_lines_relisted,
        "reorder records, chain redone" => reorder_records,
        "reorder cases" => reorder_cases,
        "swap the transcripts of two runs" => swap,
        "put a whole other run in place" => replace_run,
        "change the configuration digest" => configuration_digest,
        "change the configuration where it was recorded" => configuration,
        "take the attestation away" => unsign,
        "sign again with another key" => sign_again,
        "sign again with another key that takes the name of the trusted one" => sign_as_ours,
        "put a whole other run in place and sign it with another key" => replace_and_sign,
        "take the attestation of another bundle" => attestation_of_another,
        "drop a failed attempt from the results" => drop_result,
        "drop a failed attempt from the transcript, numbers left" => drop_attempt_alone,
        "drop a failed attempt from the transcript, numbers made right" => drop_attempt,
        "truncate the chain" => truncate,
        "truncate the chain and make the reports anew" => truncate_remade,
        "edit JUnit counts" => counts,
        "replace a report" => replace_report,
        "back-date the start of the run, reports left" => back_date,
        "back-date the start of the run" => back_date_remade,
        "back-date the start of the run and every message" => back_date_everything,
        other => panic!("no tampering is called {other:?}"),
    }
}

fn flip(bundle: &Bundle) {
    edit(bundle, RESULTS, |text| {
        text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"pass\"", 1)
    });
}

/// Records with the index of the first check that failed in the first failed example. Examples run at the same
/// time, so the first of all of them is another one from run to run.
fn with_failed_check(bundle: &Bundle) -> (Vec<Value>, usize) {
    let example = failed_example(bundle);
    let records = bundle.records();
    let failed = |record: &Value| {
        record["kind"] == "checked"
            && record["scope"]["example"] == example.as_str()
            && record["what"]["outcome"].to_string().contains("effect-followed")
    };
    let at = records.iter().position(failed).unwrap();
    (records, at)
}

fn flip_check(bundle: &Bundle) {
    let (mut records, at) = with_failed_check(bundle);
    let mut outcomes = records.iter().map(|record| record["what"]["outcome"].clone());
    let passed = outcomes.find(|outcome| outcome["grade"] == "A").unwrap();
    records[at]["what"]["outcome"] = passed;
    chain(bundle, records);
    remake(bundle);
}

fn failed_example(bundle: &Bundle) -> String {
    bundle.with("fail").into_iter().next().unwrap()
}

fn delete(bundle: &Bundle) {
    let failed = failed_example(bundle);
    edit_json(bundle, RESULTS, |results| {
        results["examples"]
            .as_array_mut()
            .unwrap()
            .retain(|line| line["example"] != failed.as_str());
    });
}

fn delete_everywhere(bundle: &Bundle) {
    let failed = failed_example(bundle);
    let mut records = bundle.records();
    records.retain(|record| {
        record["scope"]["example"] != failed.as_str()
            && !(record["kind"] == "planned" && record["what"]["example"] == failed.as_str())
    });
    let planned = records.iter().filter(|record| record["kind"] == "planned");
    let entries: Vec<Entry> = planned
        .map(|record| serde_json::from_value(record["what"].clone()).unwrap())
        .collect();
    let suite = records[0]["what"]["suite_digest"].as_str().unwrap().to_owned();
    records[0]["what"]["plan_digest"] = digest_of(&suite, Mode::Certify, &entries).into();
    chain(bundle, records);
    remake(bundle);
}

fn delete_records(bundle: &Bundle) {
    let failed = failed_example(bundle);
    let mut records = bundle.records();
    records.retain(|record| record["scope"]["example"] != failed.as_str());
    chain(bundle, records);
    remake(bundle);
    assert_ne!(bundle.results()["outcome"], "conformant");
}

fn merge(bundle: &Bundle) {
    fs::write(bundle.path(RESULTS), SMALL.bundle.bytes(RESULTS)).unwrap();
}

fn swap_lines(bundle: &Bundle) {
    edit(bundle, TRANSCRIPT, |text| {
        let mut lines: Vec<&str> = text.lines().collect();
        let middle = lines.len() / 2;
        lines.swap(middle, middle + 1);
        lines.join("\n") + "\n"
    });
}

fn swap_lines_relisted(bundle: &Bundle) {
    swap_lines(bundle);
    relist(bundle);
}

fn reorder_records(bundle: &Bundle) {
    let (mut records, at) = with_failed_check(bundle);
    let scope = records[at]["scope"].clone();
    let begun = records
        .iter()
        .position(|record| record["kind"] == "example-started" && record["scope"] == scope);
    let checked = records.remove(at);
    records.insert(begun.unwrap() + 1, checked);
    chain(bundle, records);
    remake(bundle);
}

fn reorder_cases(bundle: &Bundle) {
    edit_json(bundle, RESULTS, |results| {
        results["examples"].as_array_mut().unwrap().reverse();
    });
}

fn swap(bundle: &Bundle) {
    fs::write(bundle.path(TRANSCRIPT), SMALL.bundle.bytes(TRANSCRIPT)).unwrap();
}

fn replace_run(bundle: &Bundle) {
    swap(bundle);
    remake(bundle);
}

fn configuration_digest(bundle: &Bundle) {
    edit_json(bundle, MANIFEST, |manifest| {
        manifest["configuration_digest"] = "0".repeat(64).into();
    });
}

fn configuration(bundle: &Bundle) {
    let mut records = bundle.records();
    records[0]["what"]["configuration"]["partner"]["version"] = "99.0".into();
    chain(bundle, records);
    remake(bundle);
}

fn unsign(bundle: &Bundle) {
    fs::remove_file(bundle.path(ATTESTATION)).unwrap();
}

fn sign_again(bundle: &Bundle) {
    sign(bundle, &key(THEIRS));
}

fn sign_as_ours(bundle: &Bundle) {
    sign(bundle, &key(THEIRS));
    let mut envelope = Envelope::parse(&bundle.bytes(ATTESTATION)).unwrap();
    key(OURS)
        .public()
        .id()
        .clone_into(&mut envelope.signatures[0].keyid);
    fs::write(bundle.path(ATTESTATION), envelope.bytes().unwrap()).unwrap();
}

fn replace_and_sign(bundle: &Bundle) {
    unsign(bundle);
    replace_run(bundle);
    sign(bundle, &key(THEIRS));
}

fn attestation_of_another(bundle: &Bundle) {
    let place = Place::new();
    let other = SMALL.bundle.copied(&place.path("bundle"));
    sign(&other, &key(OURS));
    assert!(
        Envelope::parse(&other.bytes(ATTESTATION))
            .unwrap()
            .open(PAYLOAD_TYPE)
            .is_ok()
    );
    fs::write(bundle.path(ATTESTATION), other.bytes(ATTESTATION)).unwrap();
}

fn drop_result(bundle: &Bundle) {
    edit_json(bundle, RESULTS, |results| {
        let examples = results["examples"].as_array_mut().unwrap();
        let tried = |line: &&mut Value| {
            line["result"]["attempts"]
                .as_array()
                .is_some_and(|tries| tries.len() > 1)
        };
        let line = examples.iter_mut().find(tried).unwrap();
        line["result"]["attempts"].as_array_mut().unwrap().remove(0);
    });
}

fn drop_attempt_alone(bundle: &Bundle) {
    let mut records = bundle.records();
    let again = records
        .iter()
        .find(|record| record["scope"]["attempt"] == 2)
        .unwrap();
    let example = again["scope"]["example"].clone();
    records.retain(|record| record["scope"]["example"] != example || record["scope"]["attempt"] != 1);
    chain(bundle, records);
    remake(bundle);
}

fn drop_attempt(bundle: &Bundle) {
    let mut records = bundle.records();
    let again = records
        .iter()
        .find(|record| record["scope"]["attempt"] == 2)
        .unwrap();
    let example = again["scope"]["example"].clone();
    records.retain(|record| record["scope"]["example"] != example || record["scope"]["attempt"] != 1);
    for record in records
        .iter_mut()
        .filter(|record| record["scope"]["example"] == example)
    {
        let attempt = record["scope"]["attempt"].as_u64().unwrap();
        record["scope"]["attempt"] = (attempt - 1).into();
    }
    chain(bundle, records);
    remake(bundle);
}

fn truncate(bundle: &Bundle) {
    edit(bundle, TRANSCRIPT, |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines[..lines.len() - 1].join("\n") + "\n"
    });
}

fn truncate_remade(bundle: &Bundle) {
    truncate(bundle);
    remake(bundle);
    assert_eq!(bundle.results()["outcome"], "undetermined");
}

fn counts(bundle: &Bundle) {
    let failures = regex::Regex::new(r#"(<testsuites [^>]*failures=")[1-9]\d*""#).unwrap();
    edit(bundle, "junit.xml", |text| {
        failures.replace(text, "${1}0\"").into_owned()
    });
}

fn replace_report(bundle: &Bundle) {
    fs::write(bundle.path("junit-strict.xml"), "<html><p>certified</p></html>\n").unwrap();
}

const A_MONTH: i64 = 30 * 86_400;

/// The same moment a month earlier.
fn earlier(moment: &str) -> String {
    let moment: jiff::Timestamp = moment.parse().unwrap();
    jiff::Timestamp::from_second(moment.as_second() - A_MONTH)
        .unwrap()
        .to_string()
}

fn back_dated(bundle: &Bundle) -> Vec<Value> {
    let mut records = bundle.records();
    let started = &mut records[0]["what"]["started_at"];
    *started = earlier(started.as_str().unwrap()).into();
    records
}

fn back_date(bundle: &Bundle) {
    chain(bundle, back_dated(bundle));
}

fn back_date_remade(bundle: &Bundle) {
    back_date(bundle);
    remake(bundle);
}

fn back_date_everything(bundle: &Bundle) {
    let mut records = back_dated(bundle);
    for record in records.iter_mut().filter(|record| record["kind"] == "delivered") {
        for header in record["what"]["sent"]["headers"].as_array_mut().unwrap() {
            let second = header[1].as_str().unwrap().parse::<i64>();
            if let (Ok(second), "webhook-timestamp") = (second, header[0].as_str().unwrap()) {
                header[1] = (second - A_MONTH).to_string().into();
            }
        }
    }
    chain(bundle, records);
    remake(bundle);
}
