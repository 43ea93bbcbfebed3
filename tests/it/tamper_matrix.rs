//! Every way to make a bundle say something else, naive and careful, against a bundle that nobody signed and one
//! that is attested by a trusted key. Each has its code, and what cannot be noticed stands here too.

use std::{fmt::Write as _, fs};

use senang_conformance::{
    evidence::attestation::{dsse::Envelope, keys::PublicKey, statement::PAYLOAD_TYPE},
    plan::{entry::Entry, filter::Mode, select::digest_of},
};
use serde_json::Value;

use crate::{
    bundle::Bundle,
    forger::{
        ATTESTATION, MANIFEST, RESULTS, TRANSCRIPT, chain, edit, edit_json, key, relist, remake, said, sign,
    },
    program::Place,
    shared::{SMALL, SMALL_FAILED, TRIED_AGAIN},
};

/// Seeds of the key that is trusted, and of the forger's.
const OURS: u8 = 1;
const THEIRS: u8 = 2;

/// How much trouble the forger takes.
#[derive(Clone, Copy)]
enum Strength {
    /// Edits files.
    Naive,
    /// Makes digests, chain, manifest and reports right again.
    Careful,
}
use Strength::{Careful, Naive};

/// Which bundle is changed.
#[derive(Clone, Copy)]
enum Base {
    /// Some cases failed.
    Failed,
    /// A case was tried more than once.
    TriedAgain,
}

/// A tampering: what is done, how carefully, to which bundle, and the codes that it has where nobody signed the
/// bundle and where it is attested.
struct Tampering(
    &'static str,
    Strength,
    Base,
    fn(&Bundle),
    Option<&'static str>,
    &'static str,
);

/// A row for each. What the first column of codes calls `holds` is the honest limit of a bundle without signature.
const TAMPERINGS: &[Tampering] = {
    use Base::{Failed, TriedAgain};
    &[
        Tampering(
            "flip a verdict",
            Naive,
            Failed,
            flip,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "flip a verdict",
            Careful,
            Failed,
            flip,
            Some("verdict-differs"),
            "verdict-differs",
        ),
        Tampering(
            "flip the recorded check behind a verdict",
            Careful,
            Failed,
            flip_check,
            Some("record-differs"),
            "record-differs",
        ),
        Tampering(
            "delete a case from the results",
            Naive,
            Failed,
            delete,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "delete a case from the results",
            Careful,
            Failed,
            delete,
            Some("example-missing"),
            "example-missing",
        ),
        Tampering(
            "delete a case from transcript, plan and plan digest",
            Careful,
            Failed,
            delete_everywhere,
            Some("plan-differs"),
            "plan-differs",
        ),
        Tampering(
            "delete all records of a failed case, so that it did not run",
            Careful,
            Failed,
            delete_records,
            Some("holds"),
            "attests-another",
        ),
        Tampering(
            "merge the reports of two runs",
            Naive,
            Failed,
            merge,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "merge the reports of two runs",
            Careful,
            Failed,
            merge,
            Some("report-differs"),
            "report-differs",
        ),
        Tampering(
            "reorder records",
            Naive,
            Failed,
            swap_lines,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "reorder records, chain left as it was",
            Careful,
            Failed,
            swap_lines_relisted,
            Some("chain-broken"),
            "chain-broken",
        ),
        Tampering(
            "reorder records, chain redone",
            Careful,
            Failed,
            reorder_records,
            Some("record-differs"),
            "record-differs",
        ),
        Tampering(
            "reorder cases",
            Naive,
            Failed,
            reorder_cases,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "reorder cases",
            Careful,
            Failed,
            reorder_cases,
            Some("reordered"),
            "reordered",
        ),
        Tampering(
            "swap the transcripts of two runs",
            Naive,
            Failed,
            swap,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "swap the transcripts of two runs",
            Careful,
            Failed,
            swap,
            Some("chain-head"),
            "chain-head",
        ),
        Tampering(
            "put a whole other run in place",
            Careful,
            Failed,
            replace_run,
            Some("holds"),
            "attests-another",
        ),
        Tampering(
            "change the configuration digest",
            Naive,
            Failed,
            configuration_digest,
            Some("manifest-changed"),
            "manifest-changed",
        ),
        Tampering(
            "change the configuration digest",
            Careful,
            Failed,
            configuration_digest,
            Some("configuration-differs"),
            "configuration-differs",
        ),
        Tampering(
            "change the configuration where it was recorded",
            Careful,
            Failed,
            configuration,
            Some("holds"),
            "attests-another",
        ),
        Tampering(
            "take the attestation away",
            Naive,
            Failed,
            unsign,
            None,
            "not-attested",
        ),
        Tampering(
            "sign again with another key",
            Careful,
            Failed,
            sign_again,
            None,
            "signed-by-another",
        ),
        Tampering(
            "sign again with another key that takes the name of the trusted one",
            Careful,
            Failed,
            sign_as_ours,
            None,
            "signature-wrong",
        ),
        Tampering(
            "put a whole other run in place and sign it with another key",
            Careful,
            Failed,
            replace_and_sign,
            None,
            "signed-by-another",
        ),
        Tampering(
            "take the attestation of another bundle",
            Careful,
            Failed,
            attestation_of_another,
            None,
            "attests-another",
        ),
        Tampering(
            "drop a failed attempt from the results",
            Naive,
            TriedAgain,
            drop_result,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "drop a failed attempt from the results",
            Careful,
            TriedAgain,
            drop_result,
            Some("attempts-differ"),
            "attempts-differ",
        ),
        Tampering(
            "drop a failed attempt from the transcript",
            Careful,
            TriedAgain,
            drop_attempt,
            Some("attempts-differ"),
            "attempts-differ",
        ),
        Tampering(
            "truncate the chain",
            Naive,
            Failed,
            truncate,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "truncate the chain",
            Careful,
            Failed,
            truncate,
            Some("chain-head"),
            "chain-head",
        ),
        Tampering(
            "truncate the chain and make the reports anew",
            Careful,
            Failed,
            truncate_remade,
            Some("holds"),
            "attests-another",
        ),
        Tampering(
            "edit JUnit counts",
            Naive,
            Failed,
            counts,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "edit JUnit counts",
            Careful,
            Failed,
            counts,
            Some("counts-differ"),
            "counts-differ",
        ),
        Tampering(
            "replace a report",
            Naive,
            Failed,
            replace_report,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "replace a report",
            Careful,
            Failed,
            replace_report,
            Some("report-differs"),
            "report-differs",
        ),
        Tampering(
            "back-date the start of the run",
            Naive,
            Failed,
            back_date,
            Some("file-changed"),
            "file-changed",
        ),
        Tampering(
            "back-date the start of the run",
            Careful,
            Failed,
            back_date_remade,
            Some("back-dated"),
            "back-dated",
        ),
        Tampering(
            "back-date the start of the run and every message",
            Careful,
            Failed,
            back_date_everything,
            Some("holds"),
            "attests-another",
        ),
    ]
};

fn flip(bundle: &Bundle) {
    edit(bundle, RESULTS, |text| {
        text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"pass\"", 1)
    });
}

/// Records with the index of the first check that failed.
fn with_failed_check(bundle: &Bundle) -> (Vec<Value>, usize) {
    let records = bundle.records();
    let failed = |record: &Value| record["what"]["outcome"].to_string().contains("effect-followed");
    let at = records
        .iter()
        .position(|record| record["kind"] == "checked" && failed(record))
        .unwrap();
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
        results["examples"].as_array_mut().unwrap().reverse()
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
        manifest["configuration_digest"] = "0".repeat(64).into()
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
    envelope.signatures[0].keyid = key(OURS).public().id().to_owned();
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

impl Tampering {
    /// Code and sentence of a copy that was changed.
    fn against(&self, place: &Place, name: &str, signed: bool) -> (String, String) {
        let Self(_, strength, base, change, ..) = self;
        let sound = match base {
            Base::Failed => &SMALL_FAILED.bundle,
            Base::TriedAgain => &TRIED_AGAIN.bundle,
        };
        let bundle = sound.copied(&place.path(name));
        let mut trusted: Vec<PublicKey> = Vec::new();
        if signed {
            sign(&bundle, &key(OURS));
            trusted.push(key(OURS).public().clone());
        }
        assert_eq!(said(&bundle, &trusted).0, "holds");
        change(&bundle);
        let already = said(&bundle, &trusted);
        // A careful forger who has edited files makes the digests agree.
        if matches!(strength, Careful) && matches!(already.0.as_str(), "file-changed" | "manifest-changed") {
            relist(&bundle);
            return said(&bundle, &trusted);
        }
        already
    }
}

#[test]
fn every_tampering_has_its_code_and_none_gets_past_a_signature() {
    let place = Place::new();
    let mut matrix = String::new();
    let mut wrong = Vec::new();
    for (number, tampering) in TAMPERINGS.iter().enumerate() {
        let Tampering(what, strength, _, _, unsigned, attested) = tampering;
        let strength = match strength {
            Naive => "naive",
            Careful => "careful",
        };
        let _ = writeln!(matrix, "{what} ({strength})");
        assert_ne!(*attested, "holds", "{what}");
        for (signed, expected) in [(false, *unsigned), (true, Some(*attested))] {
            let Some(expected) = expected else { continue };
            let (code, sentence) = tampering.against(&place, &format!("{number}-{signed}"), signed);
            let against = if signed { "attested" } else { "not signed" };
            let _ = writeln!(matrix, "  {against}: {code}: {sentence}");
            if code != expected {
                wrong.push(format!(
                    "{what} ({strength}), {against}: {code}, expected {expected}: {sentence}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    snapshot(&matrix);
}

fn snapshot(matrix: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, shown) in [
        (r"\b[0-9a-f]{64}\b", "[digest]"),
        (r"\b\d{4}-\d\d-\d\dT[0-9:.]+Z", "[time]"),
        (r"\b\d{8}T\d{6}-[0-9a-f]{8}\b", "[run]"),
        (r"\b(ORD|POL|CLM|SUB|evt|txn)[-_]\w+", "[reference]"),
        (r"\b\d{3,}\b", "[n]"),
        (r"\b(record|line|after) \d+\b", "$1 [n]"),
    ] {
        settings.add_filter(pattern, shown);
    }
    settings.bind(|| insta::assert_snapshot!("tamper-matrix", matrix));
}
