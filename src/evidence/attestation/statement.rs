//! What is signed about a bundle: an in-toto Statement v1 whose predicate is a test result (v0.1). It follows
//! from the bundle alone, so whoever has the bundle can make it again and compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    evidence::{files, manifest::Manifest, standing::Standing, text::TerminalText},
    transcript::record::RunStarted,
    verdict::{
        lattice::RunOutcome,
        result::{Assessment, Row},
    },
    wire::digest::sha256_hex,
};

/// Type of the payload in its envelope.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// Type of the statement.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// Type of the predicate.
pub const PREDICATE_TYPE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its type.
    #[serde(rename = "_type")]
    pub kind: String,
    /// What it is about: the manifest, and through it the bundle and the partner's implementation.
    pub subject: Vec<Descriptor>,
    /// Type of what is said.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is said.
    pub predicate: TestResult,
}

/// A thing with a digest (in-toto `ResourceDescriptor`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// Its name.
    pub name: String,
    /// Its digests by algorithm, lower-case hex.
    pub digest: BTreeMap<String, String>,
    /// What else is to be said about it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// The word that programs decide by.
    pub result: Word,
    /// What the run was made with.
    pub configuration: Vec<Descriptor>,
    /// Examples that passed.
    pub passed_tests: Vec<String>,
    /// Examples that do not block a certificate, but did not pass.
    pub warned_tests: Vec<String>,
    /// Examples that block a certificate: failed, inconclusive, or not judged.
    pub failed_tests: Vec<String>,
}

/// The word that programs decide by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Word {
    /// Conformant, nothing warned, and nothing takes weight from it.
    Passed,
    /// Conformant, but something warned, or the run can never be a certificate.
    Warned,
    /// Everything else: non-conformant, undetermined, interrupted.
    Failed,
}

/// The statement about a bundle, as it is signed; the same arguments give the same bytes.
pub fn write(
    manifest: &Manifest,
    manifest_bytes: &[u8],
    started: &RunStarted,
    assessment: &Assessment,
) -> Result<Vec<u8>, serde_json::Error> {
    let statement = statement(manifest, &sha256_hex(manifest_bytes), started, assessment);
    serde_json::to_vec(&statement)
}

fn statement(
    manifest: &Manifest,
    manifest_sha256: &str,
    started: &RunStarted,
    assessment: &Assessment,
) -> Statement {
    let Lists {
        passed,
        warned,
        failed,
    } = lists(&assessment.rows);
    let certifiable = started.not_certifiable.is_empty();
    Statement {
        kind: STATEMENT_TYPE.to_owned(),
        subject: vec![
            Descriptor::of(files::MANIFEST, manifest_sha256),
            // Nobody but the partner could give a digest of the implementation itself.
            Descriptor::of(&implementation(&started.configuration), manifest_sha256),
        ],
        predicate_type: PREDICATE_TYPE.to_owned(),
        predicate: TestResult {
            result: word(assessment, certifiable && warned.is_empty()),
            configuration: configuration(manifest, started),
            passed_tests: passed,
            warned_tests: warned,
            failed_tests: failed,
        },
    }
}

/// Policies let `WARNED` through, so nothing but a conformant run may have that word.
fn word(assessment: &Assessment, clear: bool) -> Word {
    match assessment.outcome {
        _ if assessment.interrupted => Word::Failed,
        RunOutcome::Conformant if clear => Word::Passed,
        RunOutcome::Conformant => Word::Warned,
        RunOutcome::NonConformant | RunOutcome::Undetermined => Word::Failed,
    }
}

#[derive(Default)]
struct Lists {
    passed: Vec<String>,
    warned: Vec<String>,
    failed: Vec<String>,
}

fn lists(rows: &[Row]) -> Lists {
    let mut lists = Lists::default();
    for row in rows {
        let list = match Standing::of(row) {
            Standing::Passed => &mut lists.passed,
            Standing::Warning | Standing::Open | Standing::Waived => &mut lists.warned,
            Standing::Failed | Standing::Unproven | Standing::Harness => &mut lists.failed,
            Standing::NotApplicable | Standing::Excluded => continue,
        };
        list.push(row.entry.example.to_string());
    }
    lists
}

/// Name and version, in the partner's words and so as hostile as any other text of the partner's.
fn implementation(configuration: &Value) -> String {
    let text = |pointer: &str| configuration.pointer(pointer).and_then(Value::as_str);
    let name = text("/partner/implementation")
        .or_else(|| text("/partner/name"))
        .unwrap_or("implementation");
    let named =
        text("/partner/version").map_or_else(|| name.to_owned(), |version| format!("{name} {version}"));
    TerminalText::line(&named).to_string()
}

fn configuration(manifest: &Manifest, started: &RunStarted) -> Vec<Descriptor> {
    let run = &manifest.run;
    let listed = |name: &str| {
        let file = manifest.files.iter().find(|file| file.name == name);
        file.map_or_else(String::new, |file| file.sha256.clone())
    };
    let mut descriptors = vec![
        Descriptor::of("suite", &run.suite_digest),
        Descriptor::of("plan", &run.plan_digest).saying(&[
            ("mode", &run.mode),
            ("selected", &manifest.plan.selected.to_string()),
            ("not-applicable", &manifest.plan.not_applicable.to_string()),
            ("excluded", &manifest.plan.excluded.to_string()),
        ]),
        Descriptor::of("profile", &manifest.profile_digest),
        Descriptor::of("configuration", &manifest.configuration_digest),
        Descriptor::of(files::TRANSCRIPT, &listed(files::TRANSCRIPT)).saying(&[
            ("head", &manifest.transcript.head),
            ("records", &manifest.transcript.records.to_string()),
        ]),
        Descriptor::of(files::RESULTS, &listed(files::RESULTS)).saying(&[
            ("outcome", manifest.outcome.name()),
            ("sentence", &manifest.sentence),
            ("assurance", run.assurance.name()),
            ("run", &run.id),
            ("started-at", &run.started_at),
        ]),
    ];
    if let Some(build) = &started.build {
        descriptors.push(Descriptor::of("features", &build.features));
    }
    descriptors.push(tool(manifest));
    descriptors
}

/// The program itself. Without a commit there is nothing to give but the suite that is compiled into it.
fn tool(manifest: &Manifest) -> Descriptor {
    let tool = &manifest.tool;
    let mut described =
        Descriptor::of(&tool.name, &manifest.run.suite_digest).saying(&[("version", &tool.version)]);
    if let Some(build) = &tool.build {
        described = described.saying(&[
            ("target", &build.target),
            ("profile", &build.profile),
            ("modified", if build.modified { "yes" } else { "no" }),
        ]);
        if let Some(commit) = &build.commit {
            described.digest = BTreeMap::from([("gitCommit".to_owned(), commit.clone())]);
        }
    }
    described
}

impl Descriptor {
    fn of(name: &str, sha256: &str) -> Self {
        Self {
            name: name.to_owned(),
            digest: BTreeMap::from([("sha256".to_owned(), sha256.to_owned())]),
            annotations: BTreeMap::new(),
        }
    }

    fn saying(mut self, annotations: &[(&str, &str)]) -> Self {
        let pairs = annotations
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.annotations.extend(pairs);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            manifest::{self, ChainHead},
            sample,
        },
        verdict::lattice::Verdict,
    };

    fn made(started: &RunStarted, assessment: &Assessment) -> Statement {
        let head = ChainHead {
            records: 3,
            head: "00".repeat(32),
        };
        let bytes = manifest::write(started, assessment, &head, &[]).unwrap();
        let manifest = serde_json::from_slice(&bytes).unwrap();
        serde_json::from_slice(&write(&manifest, &bytes, started, assessment).unwrap()).unwrap()
    }

    /// A run of which only the examples that passed are left.
    fn green() -> (RunStarted, Assessment) {
        let (mut started, mut assessment) = sample::run();
        started.not_certifiable.clear();
        assessment.outcome = RunOutcome::Conformant;
        assessment
            .rows
            .retain(|row| Standing::of(row) == Standing::Passed);
        (started, assessment)
    }

    #[test]
    fn only_what_is_conformant_without_any_but_is_passed() {
        let word = |change: fn(&mut RunStarted, &mut Assessment)| {
            let (mut started, mut assessment) = green();
            change(&mut started, &mut assessment);
            made(&started, &assessment).predicate.result
        };
        assert_eq!(word(|_, _| {}), Word::Passed);
        assert_eq!(
            word(|started, _| started.not_certifiable.push("loopback".to_owned())),
            Word::Warned
        );
        let warned = |_: &mut RunStarted, assessment: &mut Assessment| {
            let (_, full) = sample::run();
            let warning = |row: &Row| Standing::of(row) == Standing::Warning;
            assessment.rows.extend(full.rows.into_iter().filter(warning));
        };
        assert_eq!(word(warned), Word::Warned);
        for outcome in [RunOutcome::Undetermined, RunOutcome::NonConformant] {
            let (started, mut assessment) = green();
            assessment.outcome = outcome;
            assert_eq!(made(&started, &assessment).predicate.result, Word::Failed);
        }
        assert_eq!(word(|_, assessment| assessment.interrupted = true), Word::Failed);
    }

    #[test]
    fn every_example_that_was_to_run_is_in_one_list() {
        let (started, assessment) = sample::run();
        let TestResult {
            passed_tests,
            warned_tests,
            failed_tests,
            ..
        } = made(&started, &assessment).predicate;
        assert_eq!(passed_tests, ["WH-SIG-01/a", "WH-SIG-01/b"]);
        assert_eq!(warned_tests, ["WH-SIG-03/a", "API-ERR-02/a"]);
        assert_eq!(
            failed_tests,
            [
                "WH-SIG-02/a",
                "WH-SIG-02/b",
                "WH-SIG-02/c",
                "API-ERR-01/a",
                "API-ERR-03/a",
                "API-ERR-04/a"
            ]
        );
        let passes = assessment.rows.iter().filter_map(|row| row.result.as_ref());
        assert_eq!(passes.filter(|result| result.verdict == Verdict::Pass).count(), 2);
    }

    #[test]
    fn everything_that_the_run_was_made_with_has_its_digest() {
        let (started, assessment) = sample::run();
        let statement = made(&started, &assessment);
        let names: Vec<&str> = statement
            .predicate
            .configuration
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "suite",
                "plan",
                "profile",
                "configuration",
                "transcript.ndjson",
                "results.json",
                "features",
                "senang-conformance"
            ]
        );
        let tool = statement.predicate.configuration.last().unwrap();
        assert_eq!(tool.digest["gitCommit"], "c0".repeat(20));
        assert_eq!(statement.subject[0].name, "manifest.json");
        assert_eq!(statement.subject[1].name, "Acme ]]> Sdn Bhd");
    }
}
