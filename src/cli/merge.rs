//! `merge`: the shards of one run, put together as if one run had made them.

use super::{args::MergeArguments, bundle_folder, error::CliError, exit::Exit, judged::judge_file, output};
use crate::{
    config::host::Host,
    evidence::{merged, results::results, summary::summary},
    verify::merged::{composed, joined},
};

/// Checks every shard, joins them, and writes the folder of the merged run.
pub fn merge(arguments: &MergeArguments, host: &Host) -> Result<Exit, CliError> {
    if arguments.out.symlink_metadata().is_ok() {
        return Err(CliError::Usage(format!(
            "{} is there already; name a folder that does not exist yet",
            arguments.out.display()
        )));
    }
    for shard in &arguments.shards {
        bundle_folder::of_one_run(shard)?;
    }
    let joined = joined(&arguments.shards, &judge_file, &[])?;
    let composed = composed(&joined)?;
    merged::write(&arguments.out, &joined.shards, &composed)
        .map_err(|error| CliError::Undetermined(error.to_string()))?;
    let (started, assessment) = (&joined.whole.started, &joined.whole.assessment);
    if arguments.json {
        output::print(&output::json(&results(started, assessment)))?;
    } else {
        let folder = arguments.out.display().to_string();
        let mut text = summary(started, assessment, &folder, host.terminal.colour);
        text.push_str("    shards        record numbers count on from one shard to the next; manifest.json has the first of each\n");
        output::print(&text)?;
    }
    Ok(Exit::of(assessment))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use crate::{
        cli::{
            args::{ClockChoice, Selection as Chosen},
            prepare::{self, Profiles},
        },
        contract::rulebook::Rulebook,
        plan::{
            entry::{Entry, Selection},
            filter::Mode,
            select::{Plan, PlanError, digest_of},
            shard::{OTHER_SHARD, Shard, everywhere},
        },
        suite::read::Suite,
    };

    fn whole(case: &[&str]) -> Plan {
        let profiles = Profiles::load(&[], ClockChoice::Real).unwrap();
        let chosen = Chosen {
            area: Vec::new(),
            case: case.iter().map(|case| (*case).to_owned()).collect(),
            mode: Mode::Certify,
        };
        let suite = Arc::new(Suite::embedded().unwrap());
        let declared = prepare::everything(&profiles);
        prepare::plan(&suite, Rulebook::embedded().unwrap(), &declared, &chosen).unwrap()
    }

    #[test]
    fn the_parts_of_the_suite_give_the_suite() {
        let whole = whole(&[]);
        for of in [1, 2, 4, 7] {
            let parts: Vec<Plan> = (1..=of)
                .map(|number| whole.clone().part(Shard { number, of }).unwrap())
                .collect();
            for part in &parts {
                assert_eq!(
                    part.digest(),
                    digest_of(whole.suite_digest(), whole.mode(), part.entries())
                );
            }
            let mut joined: Vec<Entry> = whole.entries().to_vec();
            for (index, entry) in joined.iter_mut().enumerate() {
                let here = |part: &&Plan| part.entries()[index].selection == Selection::Selected;
                let count = parts.iter().filter(here).count();
                if entry.selection == Selection::Selected {
                    let wanted = if everywhere(entry.lane) { parts.len() } else { 1 };
                    assert_eq!(count, wanted, "{}", entry.example);
                    entry.selection = Selection::Excluded {
                        reason: "seen".to_owned(),
                    };
                } else {
                    assert_eq!(count, 0);
                }
            }
            // Cases stay whole.
            let mut homes = BTreeSet::new();
            for (number, part) in parts.iter().enumerate() {
                let own: BTreeSet<String> = part
                    .selected()
                    .filter(|entry| !everywhere(entry.lane))
                    .map(|entry| entry.case().to_string())
                    .collect();
                assert!(!own.is_empty(), "shard {} of {of}", number + 1);
                assert!(own.iter().all(|case| homes.insert(case.clone())));
            }
            let elsewhere = |entry: &&Entry| matches!(&entry.selection, Selection::Excluded { reason } if reason == OTHER_SHARD);
            assert_eq!(parts[0].entries().iter().any(|entry| elsewhere(&entry)), of > 1);
        }
    }

    #[test]
    fn more_shards_than_cases_are_refused() {
        let error = whole(&["WH-SIG-02", "LOG-05"])
            .part(Shard { number: 1, of: 2 })
            .unwrap_err();
        assert_eq!(error, PlanError::Shards { cases: 1, of: 2 });
    }
}
