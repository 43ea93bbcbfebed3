//! What is known about an example, and about the run, when it is over.

use serde::{Deserialize, Serialize};

use super::{
    cause::{Cause, Kind, SignsOfRun, find},
    lattice::{RunOutcome, Verdict},
    waiving::WaiverUse,
};
use crate::{
    checks::outcome::{Finding, Grade},
    config::waivers::Waiver,
    contract::{id::ExampleId, rulebook::Rulebook, severity::Severity},
    plan::entry::Entry,
    transcript::record::RunStarted,
    wire::moment::Micros,
};

/// The judgement of one selected example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExampleResult {
    /// Its id.
    pub example: ExampleId,
    /// The verdict over all attempts.
    pub verdict: Verdict,
    /// Lowest grade of its passing checks; only with verdict pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Attempts made, in order.
    pub attempts: Vec<Verdict>,
    /// Number of checks made in the attempt that decided.
    pub checks: u32,
    /// What is wrong (verdict fail).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Why it is inconclusive or an error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Notes for the reviewer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// When the partner's client tried what and what became of it, where a check about that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<String>,
    /// Why the case turned out not to be about this partner. Its row in the assessment then stands
    /// among those that were not selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
    /// Start of the first attempt.
    pub started: Micros,
    /// End of the last attempt.
    pub ended: Micros,
}

/// A planned example with what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The plan's line.
    pub entry: Entry,
    /// Its result; none when it was not selected. A selected example without a result does not
    /// occur: the judge gives it the verdict error.
    pub result: Option<ExampleResult>,
    /// The waiver that covers its failure; see [`Row::waived`].
    pub waiver: Option<Waiver>,
}

impl Row {
    /// Its verdict; none where nothing was judged.
    pub fn verdict(&self) -> Verdict {
        self.result
            .as_ref()
            .map_or(Verdict::None, |result| result.verdict)
    }

    /// What to do about one of its findings: the remedy of the finding where it has one of its own, else that of the
    /// case.
    pub fn remedy(&self, code: &str) -> &str {
        let book = Rulebook::embedded().ok();
        let own = book.and_then(|book| book.remedy(&self.entry.case(), code));
        own.unwrap_or(&self.entry.fix)
    }

    /// What to do about all that was found, one remedy in each line; none where nothing was found.
    pub fn remedies(&self) -> Option<String> {
        let findings = self.result.iter().flat_map(|result| &result.findings);
        let mut remedies: Vec<&str> = Vec::new();
        for remedy in findings.map(|finding| self.remedy(&finding.code)) {
            if !remedies.contains(&remedy) {
                remedies.push(remedy);
            }
        }
        (!remedies.is_empty()).then(|| remedies.join("\n"))
    }

    /// The waiver under which its failure does not count. An error of the harness is never waived.
    pub fn waived(&self) -> Option<&Waiver> {
        let waivable = matches!(self.verdict(), Verdict::Fail | Verdict::Inconclusive);
        self.waiver.as_ref().filter(|_| waivable)
    }
}

/// The judgement of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// What the run says.
    pub outcome: RunOutcome,
    /// Whether the run was cut short.
    pub interrupted: bool,
    /// All rows in plan order.
    pub rows: Vec<Row>,
    /// All waivers in the order of their file, with what became of them.
    pub waivers: Vec<WaiverUse>,
    /// Wall time of the run.
    pub wall: Micros,
    /// The longest single example.
    pub longest: Option<(ExampleId, Micros)>,
    /// What its records show about the connection to the partner.
    pub signs: SignsOfRun,
    /// What explains the examples that did not pass, the heaviest first. It changes no verdict.
    pub causes: Vec<Cause>,
}

impl Assessment {
    /// The same, with its causes found in those signs.
    #[must_use]
    pub fn explained(mut self, started: &RunStarted, signs: SignsOfRun) -> Self {
        self.causes = find(started, &self, &signs);
        self.signs = signs;
        self
    }

    /// Whether a cause only keeps examples undecided that do not weigh for the certificate, for want of something in the
    /// partner's file. Nothing is wrong then.
    pub fn is_light(&self, cause: &Cause) -> bool {
        let light =
            |row: &Row| row.verdict() == Verdict::Inconclusive && row.entry.severity != Severity::Required;
        cause.recognised
            && cause.kind == Kind::Configuration
            && self
                .rows
                .iter()
                .filter(|row| cause.examples.contains(&row.entry.example))
                .all(light)
    }

    /// Remarks of the look before the first example that stand by no cause.
    pub fn remarks_alone(&self) -> impl Iterator<Item = &String> {
        let told = |remark: &&String| self.causes.iter().any(|cause| cause.remarks.contains(remark));
        self.signs.remarks.iter().filter(move |remark| !told(remark))
    }

    /// The cause of an example, with its place among all, from 1; none where it stands by itself.
    pub fn cause_of(&self, example: &ExampleId) -> Option<(usize, &Cause)> {
        let places = (1..).zip(&self.causes);
        places
            .into_iter()
            .find(|(_, cause)| cause.examples.contains(example))
    }
}
