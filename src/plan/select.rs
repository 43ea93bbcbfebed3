//! The plan: every example of the suite with whether it runs, and the order in which it starts.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    declared::Declared,
    digest::canonical_digest,
    entry::{Entry, Selection},
    filter::{Filter, Mode, UnknownName},
    shard::{OTHER_SHARD, Shard, everywhere, split},
};
use crate::{
    contract::{
        channel::{Observation, Trigger, WithoutEffect},
        id::{CaseId, ExampleId},
        lane::Lane,
        profile::Profile,
        rest::Rest,
        rulebook::{Rulebook, entry::CaseRule},
    },
    suite::{case::Case, example::Example, parser::PlannedParser, read::Suite},
};

/// Why there is no plan.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanError {
    /// A filter names what does not exist.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unknown(Vec<UnknownName>),
    /// Every example is excluded or not applicable.
    #[error(
        "nothing is selected: {excluded} examples are left out by filter or mode, {not_applicable} do not apply{}",
        because(.reasons)
    )]
    NothingSelected {
        /// Left out by filter or mode.
        excluded: usize,
        /// The partner does not declare what they need.
        not_applicable: usize,
        /// Why they do not apply, each reason once.
        reasons: BTreeSet<String>,
    },
    /// There are more shards than cases that can be spread over them.
    #[error("there are {of} shards and only {cases} cases to spread over them; use at most {cases} shards")]
    Shards {
        /// Cases with a selected example.
        cases: usize,
        /// Shards.
        of: u32,
    },
    /// A case of the suite is not in the rulebook.
    #[error("{0} is in the feature files but not in the rulebook; run the lint of the suite")]
    NotInRulebook(CaseId),
}

/// What the plan knows about an example beyond its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Expected time at the compressed clock; the longest start first.
    pub takes: Duration,
    /// The long pause that it makes on purpose, which comes on top.
    pub rest: Option<Rest>,
    /// What the case looks at but the partner gives no way to see.
    pub unobservable: Vec<Observation>,
    /// What becomes of the case without an effect channel.
    pub without_effect: WithoutEffect,
}

/// The lane of its tags; what uses a shared address cannot run together with others that do.
fn lane(case: &Case, rule: &CaseRule, declared: &Declared) -> Lane {
    let answers = rule
        .channels
        .triggers
        .iter()
        .any(|trigger| matches!(trigger, Trigger::Sandbox | Trigger::RawSandbox));
    if case.lane == Lane::Together && declared.shared_sandbox && answers {
        Lane::Quiet
    } else {
        case.lane
    }
}

/// Waist one of the way through: what runs, what does not, and why.
#[derive(Clone, Debug)]
pub struct Plan {
    suite: Arc<Suite>,
    mode: Mode,
    entries: Vec<Entry>,
    details: HashMap<ExampleId, Detail>,
    digest: String,
}

impl Plan {
    /// Decides about every example of a suite.
    pub fn make(
        suite: Arc<Suite>,
        rulebook: &Rulebook,
        declared: &Declared,
        filter: &Filter,
    ) -> Result<Self, PlanError> {
        let unknown = filter.unknown(
            suite
                .cases
                .iter()
                .flat_map(|case| &case.examples)
                .map(Example::id),
        );
        if !unknown.is_empty() {
            return Err(PlanError::Unknown(unknown));
        }
        let mut cases: Vec<&Case> = suite.cases.iter().collect();
        cases.sort_by_cached_key(|case| rulebook.place(&case.id));
        let mut entries = Vec::new();
        let mut details = HashMap::new();
        for case in cases {
            let rule = rulebook
                .case(&case.id)
                .ok_or_else(|| PlanError::NotInRulebook(case.id.clone()))?;
            for example in &case.examples {
                entries.push(Entry {
                    example: example.id().clone(),
                    title: example.title().to_owned(),
                    severity: example.severity(),
                    clauses: case.clauses.clone(),
                    revision: rule.revision,
                    fix: rule.fix.clone(),
                    timing: case.timing,
                    lane: lane(case, rule, declared),
                    selection: select(example, rule, declared, filter),
                });
                details.insert(example.id().clone(), detail(example, rule, declared));
            }
        }
        let digest = digest_of(&suite.digest, filter.mode, &entries);
        let plan = Self {
            suite,
            mode: filter.mode,
            entries,
            details,
            digest,
        };
        plan.not_empty()
    }

    fn not_empty(self) -> Result<Self, PlanError> {
        let count = |wanted: fn(&Selection) -> bool| {
            self.entries
                .iter()
                .filter(|entry| wanted(&entry.selection))
                .count()
        };
        let excluded = count(|selection| matches!(selection, Selection::Excluded { .. }));
        let not_applicable = count(|selection| matches!(selection, Selection::NotApplicable { .. }));
        if self.selected().next().is_some() {
            Ok(self)
        } else {
            let reasons = self.entries.iter().filter_map(|entry| match &entry.selection {
                Selection::NotApplicable { reason } => Some(reason.clone()),
                Selection::Selected | Selection::Excluded { .. } => None,
            });
            Err(PlanError::NothingSelected {
                excluded,
                not_applicable,
                reasons: reasons.collect(),
            })
        }
    }

    /// The plan of one shard: what the others run is excluded here. Examples that look over the whole run stay.
    pub fn part(mut self, shard: Shard) -> Result<Self, PlanError> {
        let cases: Vec<(CaseId, Lane, Duration)> = self
            .selected()
            .map(|entry| (entry.case(), entry.lane, self.takes(&entry.example)))
            .collect();
        let home = split(
            cases.iter().map(|(case, lane, takes)| (case, *lane, *takes)),
            shard.of,
        );
        if home.len() < shard.of as usize {
            let (cases, of) = (home.len(), shard.of);
            return Err(PlanError::Shards { cases, of });
        }
        for entry in &mut self.entries {
            let here = everywhere(entry.lane) || home.get(&entry.case()) == Some(&shard.number);
            if entry.selection == Selection::Selected && !here {
                let reason = OTHER_SHARD.to_owned();
                entry.selection = Selection::Excluded { reason };
            }
        }
        self.digest = digest_of(&self.suite.digest, self.mode, &self.entries);
        self.not_empty()
    }

    /// Every example in catalogue order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The examples that run, in catalogue order.
    pub fn selected(&self) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.selection == Selection::Selected)
    }

    /// The examples that run, in the order in which they start: lane by lane, and in each the longest
    /// first, so that nothing long is left for the end.
    pub fn order(&self) -> Vec<&Entry> {
        let mut order: Vec<&Entry> = self.selected().collect();
        order.sort_by_key(|entry| {
            let rest = self.detail(&entry.example).and_then(|detail| detail.rest);
            (entry.lane, Reverse(rest), Reverse(self.takes(&entry.example)))
        });
        order
    }

    /// How long the run takes at least under a profile: the longest of the examples that run together,
    /// or all those that run alone, one after the other, whichever is more.
    pub fn estimate(&self, profile: &Profile) -> Duration {
        let lasts = |entry: &Entry| {
            let rest = self.detail(&entry.example).and_then(|detail| detail.rest);
            self.takes(&entry.example) + rest.map_or(Duration::ZERO, |rest| rest.length(profile))
        };
        let of = |lanes: [Lane; 2]| {
            let entries = self.selected().filter(move |entry| lanes.contains(&entry.lane));
            entries.map(lasts)
        };
        let together = of([Lane::Together, Lane::Closing]).max().unwrap_or_default();
        let alone: Duration = of([Lane::Quiet, Lane::Disruptive]).sum();
        together.max(alone)
    }

    /// Expected time of an example at the compressed clock.
    pub fn takes(&self, example: &ExampleId) -> Duration {
        self.detail(example).map_or(Duration::ZERO, |detail| detail.takes)
    }

    /// What else is known about an example.
    pub fn detail(&self, example: &ExampleId) -> Option<&Detail> {
        self.details.get(example)
    }

    /// The steps of an example with its values in place.
    pub fn scenario(&self, example: &ExampleId) -> Option<gherkin::Scenario> {
        self.suite.example(example).map(|(_, example)| example.scenario())
    }

    /// The engine's parser for the examples that run.
    pub fn parser(&self) -> PlannedParser {
        let selected = self.selected().map(|entry| entry.example.clone());
        PlannedParser::new(Arc::clone(&self.suite), selected)
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Digest of the suite that it was made from.
    pub fn suite_digest(&self) -> &str {
        &self.suite.digest
    }

    /// Its own digest; see [`digest_of`].
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The plan as it is written into the evidence: suite digest, mode, entries, digest.
    pub fn document(&self) -> Value {
        json!({
            "suite_digest": self.suite.digest,
            "mode": self.mode,
            "digest": self.digest,
            "entries": self.entries,
        })
    }
}

/// The reasons, where they can be read at a glance.
fn because(reasons: &BTreeSet<String>) -> String {
    const MOST: usize = 3;
    if reasons.is_empty() || reasons.len() > MOST {
        return String::new();
    }
    let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
    format!(" ({})", reasons.join("; "))
}

/// SHA-256, in lower-case hex, of suite digest, mode and entries as canonical JSON (no spaces, sorted
/// keys), so that a reader of the evidence can compute it again.
pub fn digest_of(suite_digest: &str, mode: Mode, entries: &[Entry]) -> String {
    canonical_digest(&json!({"suite_digest": suite_digest, "mode": mode, "entries": entries}))
}

fn select(example: &Example, rule: &CaseRule, declared: &Declared, filter: &Filter) -> Selection {
    // Whoever names some cases does not ask whether the others would apply.
    if let Some(reason) = filter.outside(example.id()) {
        return Selection::Excluded { reason };
    }
    let of_rule = rule.needs_of(example.id().letter());
    let missing = of_rule
        .iter()
        .chain(example.needs())
        .find_map(|need| declared.missing(*need));
    if let Some(reason) = missing {
        return Selection::NotApplicable { reason };
    }
    filter
        .excludes(example)
        .map_or(Selection::Selected, |reason| Selection::Excluded { reason })
}

fn detail(example: &Example, rule: &CaseRule, declared: &Declared) -> Detail {
    let observations = rule.channels.observations.iter().copied();
    Detail {
        takes: rule.takes(),
        rest: example.rest(),
        unobservable: observations
            .filter(|observation| !declared.observable(*observation))
            .collect(),
        without_effect: rule.without_effect_channel,
    }
}
