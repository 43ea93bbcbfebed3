//! What each example needs to exist at the partner, as counted on a real run.
//!
//! The counts are data (`features/fixtures/needed.toml`) and are held to what a run against the reference
//! partner consumes. Where a count follows from the profile, the data names the rule instead of a number.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{embedded, error::ContractError, id::ExampleId, profile::values::Profile};

const FILE: &str = "fixtures/needed.toml";

/// The file: what the start of a run needs, and what each example needs in one attempt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplies {
    start: Supply,
    example: BTreeMap<ExampleId, Supply>,
}

/// Counts by amount (text with two places) for each kind of object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Supply {
    order: BTreeMap<String, Count>,
    policy: BTreeMap<String, Count>,
    claim: BTreeMap<String, Count>,
    subscription: BTreeMap<String, Count>,
}

/// A number, or a sum of numbers and rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Count {
    Number(u32),
    Sum(Vec<Term>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Term {
    Number(u32),
    Rule(Rule),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rule {
    /// Events of one burst.
    Burst,
    /// Rounds of the steady traffic: one order for each round of event types.
    SteadyRounds,
    /// Rounds of the deliveries whose acknowledgement time is measured.
    AckRounds,
    /// Seconds of an attack.
    AttackSeconds,
    /// Rows of a full batch file.
    BatchRows,
}

/// Objects of one kind about one amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The kind, as `[references]` calls it.
    pub kind: &'static str,
    /// The amount, as text with two places.
    pub amount: String,
    /// How many.
    pub count: u32,
}

impl Supplies {
    /// The embedded counts.
    pub fn embedded() -> Result<Self, ContractError> {
        let files = embedded::files_in("fixtures", "toml");
        let file = files
            .iter()
            .find(|file| file.path == FILE)
            .ok_or_else(|| ContractError::Missing(FILE.to_owned()))?;
        toml::from_str(file.text()?).map_err(|error| ContractError::toml(FILE, &error))
    }

    /// What the control delivery at the start of a run needs.
    pub fn of_the_start(&self, profile: &Profile) -> Vec<Need> {
        needs(&self.start, profile, 1)
    }

    /// What one attempt at an example needs; none when nothing is known of it. `kinds` is the number of
    /// event types in the partner's scope.
    pub fn of(&self, example: &ExampleId, profile: &Profile, kinds: u32) -> Option<Vec<Need>> {
        self.example
            .get(example)
            .map(|supply| needs(supply, profile, kinds))
    }
}

fn needs(supply: &Supply, profile: &Profile, kinds: u32) -> Vec<Need> {
    [
        ("order", &supply.order),
        ("policy", &supply.policy),
        ("claim", &supply.claim),
        ("subscription", &supply.subscription),
    ]
    .into_iter()
    .flat_map(|(kind, amounts)| {
        amounts.iter().map(move |(amount, count)| Need {
            kind,
            amount: amount.clone(),
            count: resolved(count, profile, kinds),
        })
    })
    .collect()
}

fn resolved(count: &Count, profile: &Profile, kinds: u32) -> u32 {
    let seconds = |period: std::time::Duration| u32::try_from(period.as_secs()).unwrap_or(u32::MAX);
    let rule = |rule: &Rule| match rule {
        Rule::Burst => *profile.burst_size(),
        Rule::SteadyRounds => seconds(profile.burst_sustained_for())
            .saturating_mul(*profile.burst_sustained_rate())
            .div_ceil(kinds.max(1)),
        Rule::AckRounds => profile.ack_samples().div_ceil(kinds.max(1)),
        Rule::AttackSeconds => seconds(profile.attack_for()).max(1),
        Rule::BatchRows => *profile.batch_rows(),
    };
    match count {
        Count::Number(number) => *number,
        Count::Sum(terms) => terms
            .iter()
            .map(|term| match term {
                Term::Number(number) => *number,
                Term::Rule(named) => rule(named),
            })
            .fold(0, u32::saturating_add),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_follow_from_the_profile_follow_it() {
        let supplies: Supplies = toml::from_str(
            "[start]\norder = { \"100.00\" = 1 }\n[example.\"LOAD-01/b\"]\norder = { \"100.00\" = [\"burst\", 1] }\n\
             [example.\"LOAD-02/a\"]\norder = { \"100.00\" = [\"steady-rounds\"] }\n",
        )
        .unwrap();
        let profile = Profile::embedded("senang-io").unwrap();
        let count = |example: &str, profile: &Profile| {
            supplies.of(&example.parse().unwrap(), profile, 7).unwrap()[0].count
        };
        assert_eq!(count("LOAD-01/b", &profile), 51);
        assert_eq!(count("LOAD-02/a", &profile), 43);
        assert_eq!(count("LOAD-02/a", &profile.compressed()), 4);
    }

    #[test]
    fn the_embedded_counts_are_read() {
        let supplies = Supplies::embedded().unwrap();
        let profile = Profile::embedded("senang-io").unwrap();
        assert_eq!(supplies.of_the_start(&profile).len(), 1);
        assert!(
            supplies
                .of(&"WH-DEL-01/a".parse().unwrap(), &profile, 7)
                .is_some()
        );
    }
}
