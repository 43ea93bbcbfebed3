//! Counting what each addition to the file would decide.

use std::collections::BTreeMap;

use serde::Serialize;

use super::vocabulary::{lacking, leaves_a_choice, objects};
use crate::{
    config::partner::Config,
    contract::{
        channel::{Observation, WithoutEffect},
        id::ExampleId,
        rulebook::Rulebook,
        severity::Severity,
    },
    plan::{
        entry::{Entry, Selection},
        select::Plan,
    },
};

/// What can be said before a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Foresight {
    /// Examples that run.
    pub selected: usize,
    /// Examples that will be inconclusive, each with everything that it lacks.
    pub undecided: BTreeMap<ExampleId, Vec<String>>,
    /// How many of these are required.
    pub required_undecided: usize,
    /// Examples that are judged by the answer or by what the platform's API saw, because no effect can be read:
    /// inconclusive where that settles nothing, and a weaker proof where it does.
    pub by_answer_alone: Vec<ExampleId>,
    /// Reasons for which examples do not apply, with their number.
    pub not_applicable: BTreeMap<String, usize>,
    /// What would decide the most, best first.
    pub additions: Vec<Addition>,
}

/// One addition to the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addition {
    /// What to add.
    pub what: String,
    /// Examples that it alone would make decidable.
    pub decides: usize,
    /// The required ones of them.
    pub required: usize,
    /// Examples that it would decide together with something else.
    pub together: usize,
    /// Examples that are judged by the answer alone today and would get proof.
    pub proves: usize,
}

/// Looks over a plan.
pub fn foresee(plan: &Plan, rulebook: &Rulebook, config: &Config) -> Foresight {
    let mut foresight = Foresight::default();
    let mut lacks: Vec<(&Entry, Vec<String>, bool)> = Vec::new();
    for entry in plan.entries() {
        match &entry.selection {
            Selection::NotApplicable { reason } => {
                *foresight.not_applicable.entry(reason.clone()).or_default() += 1;
                continue;
            }
            Selection::Excluded { .. } => continue,
            Selection::Selected => {}
        }
        foresight.selected += 1;
        let (missing, weak) = of(plan, rulebook, config, entry);
        if weak {
            foresight.by_answer_alone.push(entry.example.clone());
        } else if !missing.is_empty() {
            foresight.required_undecided += usize::from(entry.severity == Severity::Required);
            foresight.undecided.insert(entry.example.clone(), missing.clone());
        }
        if !missing.is_empty() {
            lacks.push((entry, missing, weak));
        }
    }
    foresight.additions = count(&lacks);
    foresight
}

/// What an example lacks, and whether it may be decided all the same.
fn of(plan: &Plan, rulebook: &Rulebook, config: &Config, entry: &Entry) -> (Vec<String>, bool) {
    let (Some(rule), Some(detail), Some(scenario)) = (
        rulebook.case(&entry.case()),
        plan.detail(&entry.example),
        plan.scenario(&entry.example),
    ) else {
        return (Vec::new(), false);
    };
    let steps: Vec<String> = scenario
        .steps
        .iter()
        .map(|step| format!("{} ", step.value))
        .collect();
    let observations = &rule.channels.observations;
    let mut missing = lacking(&steps, detail, observations, config);
    let choice = leaves_a_choice(&steps, config);
    let certain = !missing.is_empty() && !choice;
    if !observations.contains(&Observation::Effect) {
        return (missing, false);
    }
    let unseen: Vec<String> = objects(&steps)
        .into_iter()
        .filter(|subject| !config.effects.contains_key(subject))
        .map(|subject| format!("[effects.{subject}]"))
        .collect();
    missing.extend(unseen);
    let weak =
        !certain && !missing.is_empty() && (choice || rule.without_effect_channel != WithoutEffect::ByLog);
    (missing, weak)
}

fn count(lacks: &[(&Entry, Vec<String>, bool)]) -> Vec<Addition> {
    let mut additions: BTreeMap<&str, Addition> = BTreeMap::new();
    for (entry, missing, weak) in lacks {
        for what in missing {
            let addition = additions.entry(what).or_insert_with(|| Addition {
                what: what.clone(),
                decides: 0,
                required: 0,
                together: 0,
                proves: 0,
            });
            let alone = missing.len() == 1;
            if *weak {
                addition.proves += usize::from(alone);
            } else if alone {
                addition.decides += 1;
                addition.required += usize::from(entry.severity == Severity::Required);
            } else {
                addition.together += 1;
            }
        }
    }
    let mut additions: Vec<Addition> = additions.into_values().collect();
    additions.sort_by(|one, other| {
        (other.required, other.decides, other.proves, other.together)
            .cmp(&(one.required, one.decides, one.proves, one.together))
            .then_with(|| one.what.cmp(&other.what))
    });
    additions
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::phrases;
    use crate::suite::read::Suite;

    #[test]
    fn every_phrase_of_the_vocabulary_stands_in_a_step_of_the_suite() {
        let suite = Suite::embedded().unwrap();
        let steps: Vec<String> = suite
            .cases
            .iter()
            .flat_map(|case| &case.examples)
            .flat_map(|example| example.scenario().steps)
            .map(|step| format!("{} ", step.value))
            .collect();
        for phrase in phrases() {
            assert!(steps.iter().any(|step| step.contains(phrase)), "{phrase:?}");
        }
    }
}
