//! Every way to make a bundle say something else, naive and careful, against a bundle that nobody signed and one
//! that is attested by a trusted key. Each has its code, and what cannot be noticed stands here too.

use std::fmt::Write as _;

use senang_conformance::evidence::attestation::keys::PublicKey;

use crate::{
    bundle::Bundle,
    forger::{key, relist, said, sign},
    program::Place,
    shared::{SMALL_FAILED, TRIED_AGAIN},
    tamperings::{OURS, tampering},
};

/// What is done; whether the forger only edits files (naive) or makes digests, chain, manifest and reports right
/// again (careful); the code where nobody signed the bundle; the code where it is attested. `holds` in the first
/// column of codes is the honest limit of a bundle without signature; `-` stands where there is nothing to do.
const MATRIX: &str = "\
flip a verdict | naive | file-changed | file-changed
flip a verdict | careful | verdict-differs | verdict-differs
flip the recorded check behind a verdict | careful | record-differs | record-differs
delete a case from the results | naive | file-changed | file-changed
delete a case from the results | careful | example-missing | example-missing
delete a case from transcript, plan and plan digest | careful | plan-differs | plan-differs
delete all records of a failed case, so that it did not run | careful | holds | attests-another
merge the reports of two runs | naive | file-changed | file-changed
merge the reports of two runs | careful | report-differs | report-differs
reorder records | naive | file-changed | file-changed
reorder records, chain left as it was | careful | chain-broken | chain-broken
reorder records, chain redone | careful | record-differs | record-differs
reorder cases | naive | file-changed | file-changed
reorder cases | careful | reordered | reordered
swap the transcripts of two runs | naive | file-changed | file-changed
swap the transcripts of two runs | careful | chain-head | chain-head
put a whole other run in place | careful | holds | attests-another
change the configuration digest | naive | manifest-changed | manifest-changed
change the configuration digest | careful | configuration-differs | configuration-differs
change the configuration where it was recorded | careful | holds | attests-another
take the attestation away | naive | - | not-attested
sign again with another key | careful | - | signed-by-another
sign again with another key that takes the name of the trusted one | careful | - | signature-wrong
put a whole other run in place and sign it with another key | careful | - | signed-by-another
take the attestation of another bundle | careful | - | attests-another
drop a failed attempt from the results | naive | file-changed | file-changed
drop a failed attempt from the results | careful | attempts-differ | attempts-differ
drop a failed attempt from the transcript, numbers left | careful | attempts-differ | attempts-differ
drop a failed attempt from the transcript, numbers made right | careful | attempts-differ | attempts-differ
truncate the chain | naive | file-changed | file-changed
truncate the chain | careful | chain-head | chain-head
truncate the chain and make the reports anew | careful | holds | attests-another
edit JUnit counts | naive | file-changed | file-changed
edit JUnit counts | careful | counts-differ | counts-differ
replace a report | naive | file-changed | file-changed
replace a report | careful | report-differs | report-differs
back-date the start of the run, reports left | naive | file-changed | file-changed
back-date the start of the run | careful | back-dated | back-dated
back-date the start of the run and every message | careful | holds | attests-another
";

/// Changes a copy, and gives code and sentence of what `verify` says about it then.
fn changed(place: &Place, name: &str, what: &str, careful: bool, signed: bool) -> (String, String) {
    let sound: &Bundle = if what.contains("attempt") {
        &TRIED_AGAIN.bundle
    } else {
        &SMALL_FAILED.bundle
    };
    let bundle = sound.copied(&place.path(name));
    let mut trusted: Vec<PublicKey> = Vec::new();
    if signed {
        sign(&bundle, &key(OURS));
        trusted.push(key(OURS).public().clone());
    }
    assert_eq!(said(&bundle, &trusted).0, "holds");
    tampering(what)(&bundle);
    let first = said(&bundle, &trusted);
    // Where only files were edited, a careful forger makes the digests agree.
    if careful && matches!(first.0.as_str(), "file-changed" | "manifest-changed") {
        relist(&bundle);
        return said(&bundle, &trusted);
    }
    first
}

#[test]
fn every_tampering_has_its_code_and_none_gets_past_a_signature() {
    let place = Place::new();
    let mut matrix = String::new();
    let mut wrong = Vec::new();
    for (number, row) in MATRIX.lines().enumerate() {
        let columns: Vec<&str> = row.split(" | ").collect();
        let [what, strength, unsigned, attested] = columns[..] else {
            panic!("{row}")
        };
        assert_ne!(attested, "holds", "{what}");
        let _ = writeln!(matrix, "{what} ({strength})");
        for (against, expected) in [("not signed", unsigned), ("attested", attested)] {
            if expected == "-" {
                continue;
            }
            let folder = format!("{number}-{expected}-{against}");
            let careful = strength == "careful";
            let (code, sentence) = changed(&place, &folder, what, careful, against == "attested");
            let _ = writeln!(matrix, "  {against}: {code}: {}", shortened(&sentence));
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

/// Long sentences quote what differs from run to run; where it is and what is wrong stands before that.
fn shortened(sentence: &str) -> String {
    const LONGEST: usize = 180;
    let quoted = [" it should say ", ": it says {"]
        .into_iter()
        .filter_map(|part| sentence.find(part))
        .min();
    match quoted {
        Some(end) if sentence.chars().count() > LONGEST => format!("{} …", &sentence[..end]),
        _ => sentence.to_owned(),
    }
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
        (r"([^-\d])\d{3,}\b", "${1}[n]"),
        (r"\b(record|line|after) \d+\b", "$1 [n]"),
    ] {
        settings.add_filter(pattern, shown);
    }
    settings.bind(|| insta::assert_snapshot!("tamper-matrix", matrix));
}
