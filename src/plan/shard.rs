//! Which part of a plan one of several runs takes on: whole cases, spread by how long they take.

use std::{collections::BTreeMap, fmt, str::FromStr, time::Duration};

use super::entry::Lane;
use crate::contract::id::CaseId;

/// Most shards of a run.
const MOST: u32 = 64;

/// Why an example does not run here though the whole plan has it.
pub const OTHER_SHARD: &str = "other shard";

/// One of several parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

/// The text names no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no shard; write its number and how many there are, such as 1/4, of at most {MOST}")]
pub struct NoShard(String);

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let wrong = || NoShard(text.to_owned());
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(number) || !digits(of) {
            return Err(wrong());
        }
        let number = number.parse().map_err(|_| wrong())?;
        let of = of.parse().map_err(|_| wrong())?;
        if (1..=MOST).contains(&of) && (1..=of).contains(&number) {
            Ok(Self { number, of })
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shard {} of {}", self.number, self.of)
    }
}

/// Whether an example of this lane runs in every shard. What looks back over the whole run sees only the traffic of
/// its own shard, so each shard has to look over what it did itself; all of them together look over everything. So a
/// check over the whole run has to be one that holds of the whole when it holds of every part.
pub fn everywhere(lane: Lane) -> bool {
    lane == Lane::Closing
}

/// The shard of each case. Examples are given with their lane and expected time; those that run everywhere have no
/// shard of their own. The same examples give the same shards.
pub fn split<'a>(
    examples: impl IntoIterator<Item = (&'a CaseId, Lane, Duration)>,
    of: u32,
) -> BTreeMap<CaseId, u32> {
    let mut cases: BTreeMap<&CaseId, (bool, Duration)> = BTreeMap::new();
    for (case, lane, takes) in examples {
        if everywhere(lane) {
            continue;
        }
        let (alone, sum) = cases.entry(case).or_default();
        *alone |= lane != Lane::Together;
        *sum += takes;
    }
    let mut cases: Vec<(&CaseId, bool, Duration)> = cases
        .into_iter()
        .map(|(case, (alone, sum))| (case, alone, sum))
        .collect();
    // What runs alone adds up, so it is spread first; of the rest, the longest first. The order of names is stable.
    cases.sort_by(|a, b| (b.1, b.2).cmp(&(a.1, a.2)).then_with(|| a.0.cmp(b.0)));
    let mut loads: Vec<Load> = (1..=of).map(Load::new).collect();
    let mut home = BTreeMap::new();
    for (case, alone, takes) in cases {
        let lightest = loads
            .iter_mut()
            .min_by_key(|load| (load.time(alone), load.cases, load.number));
        if let Some(load) = lightest {
            load.add(alone, takes);
            home.insert(case.clone(), load.number);
        }
    }
    home
}

struct Load {
    number: u32,
    alone: Duration,
    together: Duration,
    cases: usize,
}

impl Load {
    fn new(number: u32) -> Self {
        Self {
            number,
            alone: Duration::ZERO,
            together: Duration::ZERO,
            cases: 0,
        }
    }

    fn time(&self, alone: bool) -> Duration {
        if alone { self.alone } else { self.together }
    }

    fn add(&mut self, alone: bool, takes: Duration) {
        let time = if alone {
            &mut self.alone
        } else {
            &mut self.together
        };
        *time += takes;
        self.cases += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_shard_is_a_number_and_a_count() {
        let shard: Shard = "2/3".parse().unwrap();
        assert_eq!(shard, Shard { number: 2, of: 3 });
        assert_eq!(shard.to_string(), "shard 2 of 3");
        for text in [
            "", "1", "0/2", "3/2", "1/0", "1/65", "+1/2", "1/2/3", "a/b", "1 /2", "-1/2",
        ] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    type Example = (CaseId, Lane, Duration);

    fn examples() -> impl Strategy<Value = Vec<Example>> {
        let case = (0..4_usize, 1..400_u64, 1..3_usize);
        proptest::collection::vec(case, 1..60).prop_map(|cases| {
            let named = cases.into_iter().enumerate();
            named
                .flat_map(|(index, (lane, takes, count))| {
                    let case: CaseId = format!("WH-SIG-{:02}", index + 1).parse().unwrap();
                    let one = (case, Lane::ALL[lane], Duration::from_millis(takes));
                    std::iter::repeat_n(one, count)
                })
                .collect()
        })
    }

    fn home(examples: &[Example], of: u32) -> BTreeMap<CaseId, u32> {
        split(
            examples.iter().map(|(case, lane, takes)| (case, *lane, *takes)),
            of,
        )
    }

    proptest! {
        #[test]
        fn every_case_has_one_shard_whatever_the_order(
            examples in examples(),
            of in 1_u32..9,
            turned in any::<prop::sample::Index>(),
        ) {
            let found = home(&examples, of);
            for (case, lane, _) in &examples {
                let number = found.get(case).copied();
                prop_assert_eq!(number.is_none(), everywhere(*lane));
                prop_assert!(number.is_none_or(|number| (1..=of).contains(&number)));
            }
            let mut other = examples.clone();
            other.rotate_left(turned.index(examples.len()));
            prop_assert_eq!(&home(&other, of), &found);
        }

        #[test]
        fn shards_are_as_long_as_each_other_up_to_one_case(examples in examples(), of in 1_u32..9) {
            let found = home(&examples, of);
            for alone in [false, true] {
                let mut cases: BTreeMap<&CaseId, Duration> = BTreeMap::new();
                for (case, lane, takes) in &examples {
                    if !everywhere(*lane) && (*lane != Lane::Together) == alone {
                        *cases.entry(case).or_default() += *takes;
                    }
                }
                let longest = cases.values().max().copied().unwrap_or_default();
                let load = |number: u32| -> Duration {
                    let here = cases.iter().filter(|(case, _)| found[**case] == number);
                    here.map(|(_, takes)| *takes).sum()
                };
                let loads: Vec<Duration> = (1..=of).map(load).collect();
                let (most, least) = (loads.iter().max().unwrap(), loads.iter().min().unwrap());
                prop_assert!(*most <= *least + longest);
            }
        }

        #[test]
        fn no_shard_is_empty_where_there_are_cases_enough(examples in examples(), of in 1_u32..9) {
            let found = home(&examples, of);
            if found.len() >= of as usize {
                let used: std::collections::BTreeSet<u32> = found.values().copied().collect();
                prop_assert_eq!(used.len(), of as usize);
            }
        }
    }
}
