//! The entries of the rulebook files.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::contract::{
    capability::Capability,
    channel::{Observation, Trigger, WithoutEffect},
    finding::FindingCode,
    id::{AreaId, CaseId, Clause},
    severity::Severity,
    word::words,
};

words! {
    /// Whom a clause binds or describes.
    Party, "party" {
        /// The partner has a duty.
        Partner = "partner",
        /// The platform says what it does or may do.
        Platform = "platform",
    }
}

words! {
    /// The main way in which a clause can be tested.
    Route, "test route" {
        /// By traffic to or from the partner.
        Http = "http",
        /// By reading the partner's logs.
        Log = "log",
        /// By reading files, pages, configuration.
        Static = "static",
        /// By an attested answer.
        Declaration = "declaration",
        /// There is nothing to test.
        None = "none",
    }
}

/// One clause of a seed document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseEntry {
    /// Its number.
    pub id: Clause,
    /// What it says, in short.
    pub text: String,
    /// Whom it binds; empty when nobody.
    pub binds: Vec<Party>,
    /// The main test route.
    pub testable: Route,
}

/// A group of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its id.
    pub id: AreaId,
    /// What it is about.
    pub title: String,
    /// Place in the catalogue, from 1.
    pub order: u32,
}

/// How a case acts and what it looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// How it makes something happen.
    pub triggers: Vec<Trigger>,
    /// What it looks at.
    pub observations: Vec<Observation>,
}

/// What the rulebook says about a case. Its title and steps are in the feature file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRule {
    /// The case.
    pub id: CaseId,
    /// Weight in the certificate.
    pub severity: Severity,
    /// The clauses behind it.
    pub clauses: Vec<Clause>,
    /// What the case does.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What typically breaks in practice.
    pub breaks: String,
    /// How to fix it.
    pub fix: String,
    /// Raised when stimulus or criterion changes, from 1.
    pub revision: u32,
    /// Expected seconds of its longest example when the clock is compressed.
    pub takes: f64,
    /// What the partner must support for the case to apply.
    pub needs: Vec<Capability>,
    /// What single examples need on top, by letter.
    #[serde(default)]
    pub example_needs: BTreeMap<String, Vec<Capability>>,
    /// Triggers and observations.
    pub channels: Channels,
    /// What becomes of it when the partner declares no effect channel.
    pub without_effect_channel: WithoutEffect,
}

impl CaseRule {
    /// Expected time of its longest example when the clock is compressed.
    pub fn takes(&self) -> Duration {
        Duration::try_from_secs_f64(self.takes).unwrap_or_default()
    }

    /// Everything that the example with this letter needs, without repetitions.
    pub fn needs_of(&self, letter: &str) -> Vec<Capability> {
        let mut needs = self.needs.clone();
        for need in self.example_needs.get(letter).into_iter().flatten() {
            if !needs.contains(need) {
                needs.push(*need);
            }
        }
        needs
    }
}

/// The examples of one case that a defect must turn red.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kill {
    /// The case.
    pub case: CaseId,
    /// Letters of the examples that must be red.
    pub examples: Vec<String>,
    /// Finding codes, any one of which counts as the right reason.
    pub codes: Vec<FindingCode>,
}

/// A mistake that an implementation can make and that the suite must notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Its name, the switch of the reference partner.
    pub name: String,
    /// What an implementation with it does.
    pub description: String,
    /// Where it must be noticed.
    pub kills: Vec<Kill>,
}

/// What to do about a finding, in whatever case it turns up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// The finding.
    pub code: FindingCode,
    /// How to fix it.
    pub fix: String,
}
