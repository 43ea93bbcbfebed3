//! `results.json`: the judgement of a run in one document. `docs/results.schema.json` describes it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tally::Tally;
use crate::{
    config::waivers::Waiver,
    contract::{
        id::{AreaId, ExampleId},
        severity::Severity,
    },
    plan::entry::Entry,
    transcript::{
        provenance::{Assurance, Sharded, Submission},
        record::RunStarted,
    },
    verdict::{
        cause::Cause,
        lattice::RunOutcome,
        result::{Assessment, ExampleResult},
        waiving::WaiverUse,
    },
    wire::moment::Micros,
};

/// Version of the format. It is raised when a reader of the old one would misunderstand the new one.
pub const FORMAT: u32 = 1;

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results<'a> {
    /// Version of the format.
    pub format: u32,
    /// Facts of the run.
    pub run: RunFacts,
    /// What the run says.
    pub outcome: RunOutcome,
    /// The same in words, with what takes weight from it.
    pub sentence: String,
    /// Whether the run can be part of a certificate.
    pub certifiable: bool,
    /// Whether the run was cut short.
    pub interrupted: bool,
    /// How long it took.
    pub time: Spent,
    /// How many of what.
    pub counts: Counts,
    /// Every waiver with what became of it.
    pub waivers: &'a [WaiverUse],
    /// What explains the examples that did not pass, the heaviest first. It changes no verdict.
    pub causes: &'a [Cause],
    /// Every planned example in plan order.
    pub examples: Vec<Line<'a>>,
    /// The profile values, each with its provenance.
    pub profile: &'a Value,
}

/// Facts of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The run's id.
    pub id: String,
    /// Version of this program.
    pub version: String,
    /// Digest of the suite.
    pub suite_digest: String,
    /// Digest of the plan.
    pub plan_digest: String,
    /// Seed, in decimal; text because many readers of JSON round large numbers.
    pub seed: String,
    /// Wall clock at the start, RFC 3339.
    pub started_at: String,
    /// Mode of the run.
    pub mode: String,
    /// How far it can be believed.
    pub assurance: Assurance,
    /// The challenge that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeFacts>,
    /// Who says to have run it, where it is witnessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// Its place in a submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<Submission>,
    /// The part of a plan that it took on; none where it took on the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Sharded>,
    /// Why the run can never be a certificate.
    pub not_certifiable: Vec<String>,
}

/// The challenge that a run answers. What it demands stands in the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeFacts {
    /// Its nonce.
    pub nonce: String,
    /// SHA-256 over its document.
    pub sha256: String,
}

/// How long the run took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// Wall time of the run in microseconds.
    pub wall_micros: Micros,
    /// The longest example.
    pub longest: Option<Longest>,
    /// Wall time divided by the time of the longest example, to three decimals.
    pub ratio: Option<f64>,
}

/// The longest example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Longest {
    /// Which.
    pub example: ExampleId,
    /// Its time in microseconds.
    pub micros: Micros,
}

/// How many of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Over all planned examples.
    pub all: Tally,
    /// By severity, heaviest first; all three are always there.
    pub severities: Vec<SeverityCount>,
    /// By area, in the order of their names.
    pub areas: Vec<AreaCount>,
}

/// Counts of one severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityCount {
    /// The severity.
    pub severity: Severity,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// Counts of one area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaCount {
    /// The area.
    pub area: AreaId,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// One planned example.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line<'a> {
    /// The plan's line.
    #[serde(flatten)]
    pub entry: &'a Entry,
    /// What became of it; null when it was not selected.
    pub result: Option<&'a ExampleResult>,
    /// The waiver under which its failure does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver: Option<&'a Waiver>,
}

/// The document of a run.
pub fn results<'a>(started: &'a RunStarted, assessment: &'a Assessment) -> Results<'a> {
    Results {
        format: FORMAT,
        run: RunFacts::of(started),
        outcome: assessment.outcome,
        sentence: sentence(started, assessment),
        certifiable: started.not_certifiable.is_empty() && !assessment.interrupted,
        interrupted: assessment.interrupted,
        time: spent(assessment),
        counts: counts(assessment),
        waivers: &assessment.waivers,
        examples: assessment
            .rows
            .iter()
            .map(|row| Line {
                entry: &row.entry,
                result: row.result.as_ref(),
                waiver: row.waived(),
            })
            .collect(),
        causes: &assessment.causes,
        profile: &started.profile,
    }
}

/// Content of `results.json`; the same arguments give the same bytes.
pub fn write(started: &RunStarted, assessment: &Assessment) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(&results(started, assessment))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What the run says, with everything that takes weight from it.
pub fn sentence(started: &RunStarted, assessment: &Assessment) -> String {
    let mut limits = Vec::new();
    if assessment.interrupted {
        limits.push("interrupted".to_owned());
    }
    if !started.not_certifiable.is_empty() {
        limits.push(format!("not certifiable: {}", started.not_certifiable.join(", ")));
    }
    let mut sentence = assessment.outcome.to_string();
    // Writing to a String cannot fail.
    let _ = match assessment.applied_waivers() {
        0 => Ok(()),
        1 => write!(sentence, " with 1 waiver"),
        several => write!(sentence, " with {several} waivers"),
    };
    let _ = match assessment.void_waivers().count() {
        0 => Ok(()),
        1 => write!(sentence, ", 1 waiver is expired or stale"),
        several => write!(sentence, ", {several} waivers are expired or stale"),
    };
    if !limits.is_empty() {
        let _ = write!(sentence, " ({})", limits.join("; "));
    }
    sentence
}

impl RunFacts {
    /// The facts of a run.
    pub fn of(started: &RunStarted) -> Self {
        Self {
            id: started.run_id.clone(),
            version: started.version.clone(),
            suite_digest: started.suite_digest.clone(),
            plan_digest: started.plan_digest.clone(),
            seed: started.seed.to_string(),
            started_at: started.started_at.clone(),
            mode: started.mode.clone(),
            assurance: started.assurance,
            challenge: started.challenge.as_ref().map(|challenge| ChallengeFacts {
                nonce: challenge.nonce.clone(),
                sha256: challenge.sha256.clone(),
            }),
            witness: started.witness.clone(),
            submission: started.submission.clone(),
            shard: started.shard.clone(),
            not_certifiable: started.not_certifiable.clone(),
        }
    }
}

fn spent(assessment: &Assessment) -> Spent {
    let ratio = assessment
        .longest
        .as_ref()
        .filter(|(_, micros)| micros.0 > 0)
        .map(|(_, micros)| (assessment.wall.seconds() / micros.seconds() * 1000.0).round() / 1000.0);
    Spent {
        wall_micros: assessment.wall,
        longest: assessment.longest.as_ref().map(|(example, micros)| Longest {
            example: example.clone(),
            micros: *micros,
        }),
        ratio,
    }
}

fn counts(assessment: &Assessment) -> Counts {
    let rows = &assessment.rows;
    let mut areas: Vec<AreaId> = rows.iter().map(|row| row.entry.area()).collect();
    areas.sort();
    areas.dedup();
    Counts {
        all: Tally::of(rows),
        severities: [Severity::Required, Severity::Recommended, Severity::Informational]
            .into_iter()
            .map(|severity| SeverityCount {
                severity,
                tally: Tally::of(rows.iter().filter(|row| row.entry.severity == severity)),
            })
            .collect(),
        areas: areas
            .into_iter()
            .map(|area| AreaCount {
                tally: Tally::of(rows.iter().filter(|row| row.entry.area() == area)),
                area,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn the_sentence_names_every_limit() {
        let (mut started, mut assessment) = sample::run();
        assessment.outcome = RunOutcome::Conformant;
        assert_eq!(
            sentence(&started, &assessment),
            "conformant (not certifiable: loopback, compressed clock)"
        );
        assessment.interrupted = true;
        started.not_certifiable.clear();
        assert_eq!(sentence(&started, &assessment), "conformant (interrupted)");
    }

    #[test]
    fn verdicts_add_up_to_what_was_selected() {
        let (_, assessment) = sample::run();
        let Counts {
            all,
            severities,
            areas,
        } = counts(&assessment);
        assert_eq!(
            all.pass + all.inconclusive + all.fail + all.error + all.waived,
            all.selected
        );
        assert_eq!(
            all.selected + all.not_applicable + all.excluded,
            u64::try_from(assessment.rows.len()).unwrap()
        );
        assert_eq!(
            severities.iter().map(|count| count.tally.selected).sum::<u64>(),
            all.selected
        );
        assert_eq!(
            areas.iter().map(|count| count.tally.selected).sum::<u64>(),
            all.selected
        );
    }
}
