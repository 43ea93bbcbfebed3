//! `manifest.json`: digests of all other files, and what binds them together.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    files,
    results::{self, RunFacts},
    tally::Tally,
};
use crate::{
    contract::id::ExampleId,
    plan::digest::canonical_digest,
    transcript::{build::Build, record::RunStarted},
    verdict::{
        lattice::{RunOutcome, Verdict},
        result::{Assessment, Row},
    },
    wire::digest::sha256_hex,
};

/// Version of the format. It is raised when a reader of the old one would misunderstand the new one.
/// 2 has the build, digests of configuration and profile, and all attempts, which 1 had not.
pub const FORMAT: u32 = 2;

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// SHA-256 over the bytes of this file with the value of this field empty.
    pub self_digest: String,
    /// What made the bundle.
    pub tool: Tool,
    /// Facts of the run.
    pub run: RunFacts,
    /// What the run says.
    pub outcome: RunOutcome,
    /// The same in words.
    pub sentence: String,
    /// Whether the run was cut short.
    pub interrupted: bool,
    /// End of the transcript's chain.
    pub transcript: ChainHead,
    /// The plan.
    pub plan: PlanFacts,
    /// Every attempt at every example that ran, in plan order.
    pub attempts: Vec<Attempts>,
    /// The resolved, masked configuration.
    pub configuration: Value,
    /// SHA-256 over it as canonical JSON: no spaces, sorted members.
    pub configuration_digest: String,
    /// The profile values, each with its provenance.
    pub profile: Value,
    /// SHA-256 over them, likewise.
    pub profile_digest: String,
    /// Profile values that nobody has confirmed.
    pub assumed: Vec<String>,
    /// All other files of the bundle in the order in which they were written.
    pub files: Vec<FileDigest>,
}

/// What made the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build, as the transcript has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
}

/// The attempts at one example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempts {
    /// The example.
    pub example: ExampleId,
    /// What each attempt came to, in order.
    pub verdicts: Vec<Verdict>,
    /// What they came to together.
    pub verdict: Verdict,
}

/// End of a transcript's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainHead {
    /// How many records the transcript has.
    pub records: u64,
    /// Chain digest of the last record, as the transcript writes it.
    pub head: String,
}

/// How the plan turned out, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFacts {
    /// Where every planned example stands with its selection and reason.
    pub examples: String,
    /// Examples that were to run.
    pub selected: u64,
    /// Examples that need what the partner does not declare.
    pub not_applicable: u64,
    /// Examples that a filter or the mode left out.
    pub excluded: u64,
}

/// One file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 over its bytes, lower-case hex.
    pub sha256: String,
}

/// Content of `manifest.json`; the same arguments give the same bytes.
pub fn write(
    started: &RunStarted,
    assessment: &Assessment,
    transcript: &ChainHead,
    listed: &[FileDigest],
) -> Result<Vec<u8>, serde_json::Error> {
    let mut manifest = manifest(started, assessment, transcript, listed);
    manifest.self_digest = sha256_hex(&bytes(&manifest)?);
    bytes(&manifest)
}

/// The digest that a manifest with these bytes should carry in itself: over all its bytes, with the value
/// of `self_digest` cut out. None when the bytes do not hold that value exactly once.
pub fn digest_of_itself(manifest: &[u8], self_digest: &str) -> Option<String> {
    let text = std::str::from_utf8(manifest).ok()?;
    if self_digest.is_empty() || text.matches(self_digest).count() != 1 {
        return None;
    }
    Some(sha256_hex(text.replacen(self_digest, "", 1).as_bytes()))
}

/// A manifest with another digest over itself, to be compared with one that carries it.
pub fn resealed(manifest: &[u8], self_digest: &str) -> Result<Vec<u8>, serde_json::Error> {
    let mut manifest: Manifest = serde_json::from_slice(manifest)?;
    self_digest.clone_into(&mut manifest.self_digest);
    bytes(&manifest)
}

fn bytes(manifest: &Manifest) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn manifest(
    started: &RunStarted,
    assessment: &Assessment,
    transcript: &ChainHead,
    listed: &[FileDigest],
) -> Manifest {
    Manifest {
        format: FORMAT,
        self_digest: String::new(),
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: started.version.clone(),
            build: started.build.clone(),
        },
        run: RunFacts::of(started),
        outcome: assessment.outcome,
        sentence: results::sentence(started, assessment),
        interrupted: assessment.interrupted,
        transcript: transcript.clone(),
        plan: plan_facts(&assessment.rows),
        attempts: attempts_of(&assessment.rows),
        configuration: started.configuration.clone(),
        configuration_digest: canonical_digest(&started.configuration),
        profile: started.profile.clone(),
        profile_digest: canonical_digest(&started.profile),
        assumed: assumed(&started.profile),
        files: listed.to_vec(),
    }
}

/// How a plan turned out.
pub(super) fn plan_facts(rows: &[Row]) -> PlanFacts {
    let Tally {
        selected,
        not_applicable,
        excluded,
        ..
    } = Tally::of(rows);
    PlanFacts {
        examples: format!("{}#/examples", files::RESULTS),
        selected,
        not_applicable,
        excluded,
    }
}

/// The attempts at every example that ran.
pub(super) fn attempts_of(rows: &[Row]) -> Vec<Attempts> {
    rows.iter()
        .filter_map(|row| row.result.as_ref())
        .map(|result| Attempts {
            example: result.example.clone(),
            verdicts: result.attempts.clone(),
            verdict: result.verdict,
        })
        .collect()
}

/// Names of the profile values that are only assumed: the paths of all objects in it whose `provenance`
/// is `assumed`, or their `name` where they stand in a list.
pub fn assumed(profile: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_assumed(profile, "", 0, &mut found);
    found
}

fn collect_assumed(value: &Value, path: &str, depth: usize, found: &mut Vec<String>) {
    const DEEPEST: usize = 32;
    if depth > DEEPEST {
        return;
    }
    let below = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        Value::Object(fields) => {
            if fields.get("provenance").and_then(Value::as_str) == Some("assumed") {
                found.push(path.to_owned());
            }
            for (key, inner) in fields {
                collect_assumed(inner, &below(key), depth + 1, found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                let named = inner.get("name").and_then(Value::as_str);
                let key = named.map_or_else(|| index.to_string(), str::to_owned);
                collect_assumed(inner, &below(&key), depth + 1, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn a_manifest_protects_each_of_its_bytes() {
        let (started, assessment) = sample::run();
        let head = ChainHead {
            records: 3,
            head: "00".repeat(32),
        };
        let bytes = write(&started, &assessment, &head, &[]).unwrap();
        let manifest: Manifest = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            digest_of_itself(&bytes, &manifest.self_digest),
            Some(manifest.self_digest)
        );
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let holds = serde_json::from_slice::<Manifest>(&changed).is_ok_and(|manifest| {
                digest_of_itself(&changed, &manifest.self_digest) == Some(manifest.self_digest)
            });
            assert!(!holds, "byte {at}");
        }
    }

    #[test]
    fn only_what_is_assumed_is_listed() {
        let (started, _) = sample::run();
        assert_eq!(assumed(&started.profile), ["webhook.timeout"]);
    }
}
