//! Why shards are not the parts of one run.

use super::same::Same;
use crate::contract::id::ExampleId;

/// Shards that are not the parts of one run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unjoinable {
    /// There is none.
    #[error("there is no shard")]
    Nothing,
    /// A run was no shard.
    #[error("run {run:?} is not a shard; it was made without `run --shard`")]
    NoShard {
        /// Its id.
        run: String,
    },
    /// They are parts of divisions into other numbers.
    #[error("shard {number} is one of {found}, the first one is one of {expected}")]
    Count {
        /// Its number.
        number: u32,
        /// Of how many the first one is.
        expected: u32,
        /// Of how many this one is.
        found: u32,
    },
    /// A number is there twice.
    #[error("shard {number} is there twice")]
    Twice {
        /// Its number.
        number: u32,
    },
    /// A number is not there.
    #[error("shard {number} of {of} is missing; without it nobody knows how its examples ended")]
    Missing {
        /// Its number.
        number: u32,
        /// How many there should be.
        of: u32,
    },
    /// Something that has to be the same is not.
    #[error("shard {number} has another {what} than shard {first}, so they are no parts of one run")]
    Differs {
        /// Number of the one that is compared with.
        first: u32,
        /// Its number.
        number: u32,
        /// What.
        what: Same,
    },
    /// An example ran in several shards.
    #[error("{example} runs in {} shards and belongs into one", shards.len())]
    Overlap {
        /// The example.
        example: ExampleId,
        /// The shards.
        shards: Vec<u32>,
    },
    /// An example ran in none, or not in all of those in which it has to.
    #[error("{example} does not run in shard {shard}, and no other one makes up for it")]
    Gap {
        /// The example.
        example: ExampleId,
        /// A shard in which it is missing.
        shard: u32,
    },
    /// The plans have other lines.
    #[error("shard {number} has {found} as line {line} of its plan, the first one has {expected}")]
    Lines {
        /// Its number.
        number: u32,
        /// Number of the line, from 1.
        line: usize,
        /// What the first one has.
        expected: String,
        /// What this one has.
        found: String,
    },
    /// The parts do not give the plan of which they say to be parts.
    #[error(
        "put together the shards give a plan with digest {found}, they say to be parts of one with {expected}"
    )]
    WholePlan {
        /// What they say.
        expected: String,
        /// What they give.
        found: String,
    },
}

impl Unjoinable {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Missing { .. } => "shard-missing",
            Self::NoShard { .. } => "not-a-shard",
            Self::Count { .. } => "shard-count",
            Self::Twice { .. } => "shard-twice",
            Self::Differs { what, .. } => what.names().1,
            Self::Overlap { .. } => "shard-overlap",
            Self::Gap { .. } => "shard-gap",
            Self::Lines { .. } | Self::WholePlan { .. } => "shard-plan",
        }
    }
}
