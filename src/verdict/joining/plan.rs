//! The plan of which the plans of all shards are parts.

use super::{Part, unjoinable::Unjoinable};
use crate::{
    contract::mode::Mode,
    plan::{
        entry::{Entry, Selection},
        select::digest_of,
        shard::{OTHER_SHARD, everywhere},
    },
};

/// The plan of which all are parts, computed from them.
pub(super) fn whole_plan(parts: &[&Part]) -> Result<Vec<Entry>, Unjoinable> {
    let Some(first) = parts.first() else {
        return Err(Unjoinable::Nothing);
    };
    let other_shard =
        |entry: &Entry| matches!(&entry.selection, Selection::Excluded { reason } if reason == OTHER_SHARD);
    // Everything of a line but whether it runs here.
    let common = |entry: Option<&Entry>| {
        entry.map(|entry| {
            let runs = entry.selection == Selection::Selected || other_shard(entry);
            let selection = if runs {
                Selection::Selected
            } else {
                entry.selection.clone()
            };
            Entry {
                selection,
                ..entry.clone()
            }
        })
    };
    let longest = parts.iter().map(|part| part.plan.len()).max().unwrap_or_default();
    let mut whole = Vec::with_capacity(longest);
    for index in 0..longest {
        let line = common(first.plan.get(index));
        for (number, part) in (1..).zip(parts) {
            let found = common(part.plan.get(index));
            if found != line {
                let told = |entry: Option<Entry>| {
                    serde_json::to_string(&entry)
                        .unwrap_or_default()
                        .chars()
                        .take(300)
                        .collect()
                };
                return Err(Unjoinable::Lines {
                    number,
                    line: index + 1,
                    expected: told(line),
                    found: told(found),
                });
            }
        }
        whole.extend(line);
    }
    for (index, entry) in whole
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.selection == Selection::Selected)
    {
        let runs = |part: &&Part| {
            part.plan
                .get(index)
                .is_some_and(|line| line.selection == Selection::Selected)
        };
        let numbered = (1_u32..).zip(parts);
        let (with, lacking): (Vec<_>, Vec<_>) = numbered.partition(|(_, part)| runs(part));
        let example = entry.example.clone();
        match (everywhere(entry.lane), with.len(), lacking.first()) {
            (true, _, None) | (false, 1, _) => {}
            (true, _, Some((shard, _))) | (false, 0, Some((shard, _))) => {
                return Err(Unjoinable::Gap {
                    example,
                    shard: *shard,
                });
            }
            (false, _, _) => {
                let shards = with.iter().map(|(number, _)| *number).collect();
                return Err(Unjoinable::Overlap { example, shards });
            }
        }
    }
    let expected = first
        .started
        .shard
        .as_ref()
        .map_or("", |shard| &shard.whole_plan_digest);
    // A mode that does not exist gives no digest, and was refused with the shard.
    let mode: Option<Mode> = first.started.mode.parse().ok();
    let found = mode.map_or_else(String::new, |mode| {
        digest_of(&first.started.suite_digest, mode, &whole)
    });
    if found != expected {
        let expected = expected.to_owned();
        return Err(Unjoinable::WholePlan { expected, found });
    }
    Ok(whole)
}
