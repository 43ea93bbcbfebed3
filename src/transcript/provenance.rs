//! What a run is bound to beyond itself: how far it can be believed, which challenge it answers, and which attempt
//! of a submission it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contract::id::ExampleId;

/// How far a run can be believed. `docs/assurance.md` says what each level proves and what it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// The partner ran it on its own account, whenever and as often as it liked.
    #[default]
    SelfRun,
    /// The partner ran it in answer to a reviewer's challenge, within its validity.
    Challenged,
    /// A reviewer says to have run it against the partner's public endpoint; worth what the reviewer's signature is.
    Witnessed,
}

impl Assurance {
    /// The word in records and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::SelfRun => "self-run",
            Self::Challenged => "challenged",
            Self::Witnessed => "witnessed",
        }
    }
}

impl fmt::Display for Assurance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The challenge that a run answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenChallenge {
    /// Its nonce, lower-case hex.
    pub nonce: String,
    /// SHA-256 over the bytes of its document, lower-case hex.
    pub sha256: String,
    /// The examples that it demands.
    pub required: Vec<ExampleId>,
}

/// The place of a run in a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Its number, from 1 without gaps.
    pub attempt: u32,
    /// What fixes the attempt before it; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
}

/// The part of a plan that a run took on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharded {
    /// Its number, from 1.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
    /// Digest of the plan of which this is a part, lower-case hex.
    pub whole_plan_digest: String,
}

impl Sharded {
    /// Why a part alone is no certificate.
    pub fn reason(&self) -> String {
        format!("shard {} of {}", self.number, self.of)
    }
}

/// What fixes an attempt, so that it can neither be dropped nor replaced unnoticed. Digests in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "sha256", rename_all = "kebab-case")]
pub enum Previous {
    /// SHA-256 of its `manifest.json`.
    Manifest(String),
    /// Head of its transcript, because it had no manifest: it was killed, or had not ended yet. It may have gone on
    /// from there.
    Transcript(String),
}
