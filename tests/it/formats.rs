//! What is in the HTTP archive and in the Cucumber Messages, held against the transcript.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    bundle::Bundle,
    shared::{ATTACKED, FAILING, SMALL},
};

fn messages(bundle: &Bundle) -> Vec<Value> {
    let text = bundle.text("messages.ndjson");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn entries(bundle: &Bundle) -> Vec<Value> {
    let archive: Value = serde_json::from_slice(&bundle.bytes("exchanges.har")).unwrap();
    archive["log"]["entries"].as_array().unwrap().clone()
}

#[test]
fn every_exchange_is_in_the_archive_once_in_the_order_of_time_and_as_it_was() {
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let records: BTreeMap<u64, Value> = bundle
            .records()
            .into_iter()
            .filter(|record| record["kind"] == "delivered" || record["kind"] == "seen")
            .map(|record| (record["number"].as_u64().unwrap(), record))
            .collect();
        let entries = entries(bundle);
        let shown: BTreeSet<u64> = entries
            .iter()
            .map(|entry| entry["_record"].as_u64().unwrap())
            .collect();
        assert_eq!(shown, records.keys().copied().collect());
        assert_eq!(entries.len(), records.len());
        let mut before = 0;
        for entry in &entries {
            let record = &records[&entry["_record"].as_u64().unwrap()];
            let what = &record["what"];
            let started = what["started"].as_u64().unwrap();
            assert!(before <= started, "{entry}");
            before = started;
            assert_eq!(entry["_example"], record["scope"]["example"]);
            let (request, status) = if record["kind"] == "delivered" {
                (&what["sent"], &what["ending"]["answered"]["status"])
            } else {
                (what, &what["status"])
            };
            assert_eq!(entry["request"]["method"], request["method"]);
            assert_eq!(
                entry["response"]["status"].as_u64(),
                status.as_u64().or(Some(0)),
                "{entry}"
            );
            if let Some(text) = request["body"]["text"].as_str().filter(|text| !text.is_empty()) {
                assert_eq!(entry["request"]["postData"]["text"], text);
            }
            let headers = entry["request"]["headers"].as_array().unwrap().iter();
            let headers: Vec<Value> = headers
                .map(|header| Value::from(vec![header["name"].clone(), header["value"].clone()]))
                .collect();
            assert_eq!(Value::from(headers), request["headers"]);
        }
    }
}

#[test]
fn every_verdict_is_told_by_the_messages() {
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let mut worst: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for message in messages(bundle) {
            let finished = &message["testStepFinished"];
            if let Some(step) = finished["testStepId"].as_str() {
                let example = step.trim_start_matches("case/").rsplit_once('/').unwrap().0;
                let status = finished["testStepResult"]["status"].as_str().unwrap();
                worst
                    .entry(example.to_owned())
                    .or_default()
                    .insert(status.to_owned());
            }
        }
        for (example, verdict) in bundle.verdicts() {
            let told = &worst[&example];
            match verdict.as_str() {
                "pass" => assert!(
                    told.iter().all(|status| status == "PASSED"),
                    "{example}: {told:?}"
                ),
                "fail" | "error" => assert!(told.contains("FAILED"), "{example}: {told:?}"),
                _ => assert!(
                    told.contains("PENDING") && !told.contains("FAILED"),
                    "{example}: {told:?}"
                ),
            }
        }
    }
}

#[test]
fn no_character_of_a_partner_reaches_a_terminal_through_them() {
    for name in ["exchanges.har", "messages.ndjson"] {
        let text = ATTACKED.bundle.text(name);
        let bad = text
            .chars()
            .find(|letter| (letter.is_control() && *letter != '\n') || *letter == '\u{202e}');
        assert_eq!(bad, None, "{name}");
        assert!(
            text.contains("alert(1)"),
            "the partner's text is not there at all"
        );
    }
}

#[test]
fn a_step_that_fails_is_the_one_whose_check_failed() {
    let messages = messages(&FAILING.bundle);
    let failed: Vec<&Value> = messages
        .iter()
        .map(|message| &message["testStepFinished"])
        .filter(|finished| finished["testStepResult"]["status"] == "FAILED")
        .collect();
    assert_eq!(failed.len(), FAILING.bundle.with("fail").len());
    for finished in failed {
        let step = messages
            .iter()
            .filter_map(|message| message["testCase"]["testSteps"].as_array())
            .flatten()
            .find(|step| step["id"] == finished["testStepId"])
            .unwrap();
        let text = messages
            .iter()
            .filter_map(|message| message["pickle"]["steps"].as_array())
            .flatten()
            .find(|pickled| pickled["id"] == step["pickleStepId"])
            .unwrap();
        assert_eq!(text["text"], "nothing happens to the order");
        let said = finished["testStepResult"]["message"].as_str().unwrap();
        assert!(said.contains(" failed: expected no effect"), "{said}");
        let attached = messages
            .iter()
            .map(|message| &message["attachment"])
            .filter(|attached| attached["testStepId"] == finished["testStepId"])
            .count();
        assert_eq!(attached, 3, "two controls and the stimulus");
    }
}
