//! What a reviewer decided about a bundle: a document that is signed and stands beside it.

use serde::{Deserialize, Serialize};

use crate::{
    transcript::{provenance::Assurance, record::RunStarted},
    verdict::{lattice::RunOutcome, result::Assessment},
};

use super::results;

/// Payload type of the envelope around a decision.
pub const PAYLOAD_TYPE: &str = "application/vnd.senang-conformance.decision+json";

/// Version of the format.
pub const FORMAT: u32 = 1;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Production access is granted.
    Approved,
    /// It is not.
    Declined,
}

impl Word {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Version of the format.
    pub format: u32,
    /// What was decided.
    pub decision: Word,
    /// Who decided.
    pub reviewer: String,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub decided_at: String,
    /// Last day on which an approval counts, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// What the decision is about.
    pub about: About,
}

/// The bundle that a decision is about. All of it but the digest follows from the bundle, and stands here so that
/// the decision can be read on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// SHA-256 of its manifest, lower-case hex.
    pub manifest_sha256: String,
    /// The run's id.
    pub run: String,
    /// What the run says.
    pub outcome: RunOutcome,
    /// The same in words, with what takes weight from it.
    pub sentence: String,
    /// Its assurance level.
    pub assurance: Assurance,
    /// Nonce of the challenge that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Why it can never be a certificate. Whoever approves it all the same has said so.
    pub limits: Vec<String>,
    /// Examples that stand as waived.
    pub waived: usize,
}

impl About {
    /// What is said of a run whose manifest has this digest.
    pub fn of(started: &RunStarted, assessment: &Assessment, manifest_sha256: String) -> Self {
        Self {
            manifest_sha256,
            run: started.run_id.clone(),
            outcome: assessment.outcome,
            sentence: results::sentence(started, assessment),
            assurance: started.assurance,
            nonce: started.challenge.as_ref().map(|taken| taken.nonce.clone()),
            limits: started.not_certifiable.clone(),
            waived: assessment
                .rows
                .iter()
                .filter(|row| row.waived().is_some())
                .count(),
        }
    }
}

impl Decision {
    /// The document as it is signed; the same decision gives the same bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}
