//! From the shards of a run to the run: whether they are its parts, all of them and no more, and what they come to
//! together.

mod clock;
mod plan;
mod result;
mod same;
#[cfg(test)]
mod tests;
mod unjoinable;

use std::collections::{BTreeMap, HashMap};

use self::{
    clock::{Clock, moment},
    plan::whole_plan,
    result::joined,
    same::Same,
};
use super::{assessment::assess, cause::SignsOfRun, result::Assessment, waiving::Terms};
use crate::{
    contract::id::ExampleId,
    plan::entry::Entry,
    transcript::{provenance::Sharded, record::RunStarted},
};

pub use unjoinable::Unjoinable;

/// One shard that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Facts of its run.
    pub started: RunStarted,
    /// Its judgement.
    pub assessment: Assessment,
    /// The plan as it was recorded, before anything ran.
    pub plan: Vec<Entry>,
    /// How many records its transcript has.
    pub records: u64,
    /// How many attempts at each example it has.
    pub attempts: HashMap<ExampleId, u8>,
}

/// The run of which all shards are parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// Its facts.
    pub started: RunStarted,
    /// Its judgement.
    pub assessment: Assessment,
}

/// Brings shards into the order of their numbers; each is there once.
pub fn ordered<T>(parts: Vec<T>, shard: impl Fn(&T) -> &RunStarted) -> Result<Vec<T>, Unjoinable> {
    let mut found: BTreeMap<u32, T> = BTreeMap::new();
    let mut count = None;
    for part in parts {
        let started = shard(&part);
        let Some(Sharded { number, of, .. }) = started.shard.clone() else {
            let run = started.run_id.clone();
            return Err(Unjoinable::NoShard { run });
        };
        let expected = *count.get_or_insert(of);
        if of != expected {
            let found = of;
            return Err(Unjoinable::Count {
                number,
                expected,
                found,
            });
        }
        if found.insert(number, part).is_some() {
            return Err(Unjoinable::Twice { number });
        }
    }
    let of = count.ok_or(Unjoinable::Nothing)?;
    if let Some(number) = (1..=of).find(|number| !found.contains_key(number)) {
        return Err(Unjoinable::Missing { number, of });
    }
    Ok(found.into_values().collect())
}

/// Joins shards, which stand in the order of their numbers. Records of later shards count on from those before them,
/// as they do in the files that are made from all transcripts.
pub fn join(parts: &[Part]) -> Result<Whole, Unjoinable> {
    let parts = ordered(parts.iter().collect(), |part: &&Part| &part.started)?;
    let [first, others @ ..] = parts.as_slice() else {
        return Err(Unjoinable::Nothing);
    };
    for (number, other) in (2..).zip(others) {
        if let Some(what) = Same::ALL
            .into_iter()
            .find(|same| !same.holds(&first.started, &other.started))
        {
            return Err(Unjoinable::Differs {
                first: 1,
                number,
                what,
            });
        }
    }
    let plan = whole_plan(&parts)?;
    let started = started(&parts, first);
    let clock = Clock::of(&parts);
    let wall = parts
        .iter()
        .enumerate()
        .map(|(index, part)| clock.shifted(index, part.assessment.wall))
        .max();
    let terms = Terms::of(&started);
    let assessment = assess(
        plan,
        |entry| joined(&parts, &clock, entry),
        parts.iter().any(|part| part.assessment.interrupted),
        wall.unwrap_or_default(),
        &terms,
    );
    let mut signs = SignsOfRun::default();
    for (index, part) in parts.iter().enumerate() {
        let shifted = part
            .assessment
            .signs
            .shifted(|moment| clock.shifted(index, moment));
        signs.add(shifted);
    }
    let assessment = assessment.explained(&started, signs);
    Ok(Whole { started, assessment })
}

fn started(parts: &[&Part], first: &Part) -> RunStarted {
    let earliest = parts
        .iter()
        .min_by_key(|part| (moment(&part.started), part.started.started_at.clone()))
        .map_or(&first.started, |part| &part.started);
    let mut not_certifiable: Vec<String> = Vec::new();
    for part in parts {
        let own = part.started.shard.as_ref().map(Sharded::reason);
        for reason in &part.started.not_certifiable {
            if own.as_ref() != Some(reason) && !not_certifiable.contains(reason) {
                not_certifiable.push(reason.clone());
            }
        }
    }
    let one_build = parts.iter().all(|part| part.started.build == first.started.build);
    let name = earliest.shard.as_ref().and_then(|shard| {
        let ending = format!("-{}of{}", shard.number, shard.of);
        earliest.run_id.strip_suffix(&ending)
    });
    RunStarted {
        run_id: format!("{}-merged", name.unwrap_or(&earliest.run_id)),
        started_at: earliest.started_at.clone(),
        plan_digest: first
            .started
            .shard
            .as_ref()
            .map_or_else(String::new, |shard| shard.whole_plan_digest.clone()),
        shard: None,
        submission: None,
        build: first.started.build.clone().filter(|_| one_build),
        not_certifiable,
        ..first.started.clone()
    }
}
