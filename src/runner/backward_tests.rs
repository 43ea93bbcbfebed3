//! Steps that look back over the whole run belong to closing examples, because those run in every shard. Whoever adds
//! one elsewhere would see only part of the run in a shard, and this test says so.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::table::StepTable;
use crate::{contract::lane::Lane, plan::shard::everywhere, suite::read::Suite};

/// Calls that look at more than what the example did itself: at the transcript, and at the whole log.
const LOOKS_BACK: [&str; 2] = [".whole_run()", ".search_log()"];

fn calls(text: &str) -> usize {
    LOOKS_BACK.iter().map(|call| text.matches(call).count()).sum()
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The step function that is defined at a line.
fn function(path: &str, line: u32) -> String {
    let text = source(path);
    let lines: Vec<&str> = text.lines().skip(line as usize - 1).collect();
    let end = lines.iter().position(|line| *line == "}").unwrap();
    lines[..=end].join("\n")
}

#[test]
fn only_examples_that_run_in_every_shard_look_over_the_whole_run() {
    let table = StepTable::default();
    let mut looking: BTreeMap<(String, u32), usize> = BTreeMap::new();
    let mut cases = BTreeSet::new();
    for case in &Suite::embedded().unwrap().cases {
        for example in &case.examples {
            for step in &example.scenario().steps {
                let location = table.find(step).unwrap().unwrap().location.unwrap();
                let found = calls(&function(location.path, location.line));
                if found > 0 {
                    assert!(
                        everywhere(case.lane),
                        "{} looks over the whole run ({}:{}), so it has to be of the lane closing",
                        example.id(),
                        location.path,
                        location.line
                    );
                    looking.insert((location.path.to_owned(), location.line), found);
                    cases.insert(case.id.to_string());
                }
            }
        }
    }
    // None hides behind a function between, where it would not be seen.
    let texts = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/steps"));
    let all: usize = texts.iter().map(|text| calls(text)).sum();
    assert_eq!(looking.values().sum::<usize>(), all, "{looking:?}");
    // And there is no other way to what other examples did.
    for way in ["Reader::open(", "Transcript::open(", "context.transcript"] {
        let there: usize = texts.iter().map(|text| text.matches(way).count()).sum();
        assert!(there <= 1, "{way} is used {there} times in src/steps");
    }
    assert!(cases.len() >= 8, "{cases:?}");
}

#[test]
fn the_lane_that_runs_everywhere_is_the_last_one() {
    let everywhere: Vec<Lane> = Lane::ALL.into_iter().filter(|lane| everywhere(*lane)).collect();
    assert_eq!(everywhere, [Lane::Closing]);
}

/// The texts of all files in a folder and its folders.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}
