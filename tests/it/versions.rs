//! A version that is out demands what it demanded: what can turn a run red changes only with another minor version
//! and an entry in the changelog. The policy is docs/versioning.md.

use std::{fmt::Write as _, fs, path::PathBuf};

use regex::Regex;
use senang_conformance::{
    contract::{
        capability::Capability,
        profile::Profile,
        rulebook::{Rulebook, entry::CaseRule},
    },
    plan::filter::in_smoke,
    suite::{case::Case, read::Suite},
    wire::digest::sha256_hex,
};
use serde_json::Value;

use crate::documents::ROOT;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that can turn a run red, a line each: every example with severity, mode, revision of its case, needs
/// and a digest of what is done to judge it; every value of the profiles.
fn demands() -> String {
    let suite = Suite::embedded().unwrap();
    let rulebook = Rulebook::embedded().unwrap();
    let mut text = String::new();
    for rule in &rulebook.cases {
        let case = suite.case(&rule.id).unwrap();
        for line in of_case(&suite, case, rule) {
            let _ = writeln!(text, "{line}");
        }
    }
    for name in Profile::names() {
        let usual = Profile::embedded(name).unwrap().values();
        let short = Profile::embedded(name).unwrap().compressed().values();
        for (parameter, entry) in usual["parameters"].as_object().unwrap() {
            let (value, compressed) = (&entry["value"], &short["parameters"][parameter]["value"]);
            let shorter = if value == compressed {
                String::new()
            } else {
                format!(" compressed {compressed}")
            };
            let _ = writeln!(text, "{name} {parameter} {value}{shorter}");
        }
    }
    text
}

fn of_case(suite: &Suite, case: &Case, rule: &CaseRule) -> Vec<String> {
    let document = suite
        .documents
        .iter()
        .find(|document| document.path == case.file)
        .unwrap();
    let before: Vec<String> = document
        .frame
        .background
        .iter()
        .flat_map(|background| &background.steps)
        .map(words)
        .collect();
    case.examples
        .iter()
        .map(|example| {
            let steps: Vec<String> = example.scenario().steps.iter().map(words).collect();
            let done = format!(
                "{before:?} {steps:?} {:?} {:?} {:?}",
                case.lane, case.timing, rule.without_effect_channel
            );
            let mut needs = rule.needs_of(example.id().letter());
            needs.extend(example.needs());
            needs.sort_unstable();
            needs.dedup();
            let needs: Vec<String> = needs.iter().map(Capability::to_string).collect();
            format!(
                "{} {} {} revision {} needs {} does {}",
                example.id(),
                example.severity(),
                if in_smoke(&case.id) {
                    "smoke"
                } else {
                    example.mode().name()
                },
                rule.revision,
                needs.join(","),
                &sha256_hex(done.as_bytes())[..16]
            )
        })
        .collect()
}

fn words(step: &gherkin::Step) -> String {
    let rows = step.table.as_ref().map(|table| &table.rows);
    format!("{:?} {} {rows:?} {:?}", step.ty, step.value, step.docstring)
}

/// One version of the changelog.
struct Entry {
    version: Vec<u32>,
    is_out: bool,
    text: String,
}

fn changelog() -> Vec<Entry> {
    let text = fs::read_to_string(PathBuf::from(ROOT).join("CHANGELOG.md")).unwrap();
    let head = Regex::new(r"(?m)^## \[(\d+\.\d+\.\d+)\] - (unreleased|\d{4}-\d{2}-\d{2})$").unwrap();
    let heads: Vec<_> = head.captures_iter(&text).collect();
    assert_eq!(
        heads.len(),
        text.matches("\n## ").count(),
        "a heading of CHANGELOG.md is not of the form"
    );
    let starts: Vec<usize> = heads.iter().map(|head| head.get(0).unwrap().start()).collect();
    heads
        .iter()
        .enumerate()
        .map(|(place, head)| Entry {
            version: head[1].split('.').map(|part| part.parse().unwrap()).collect(),
            is_out: &head[2] != "unreleased",
            text: text[starts[place]..starts.get(place + 1).copied().unwrap_or(text.len())].to_owned(),
        })
        .collect()
}

fn file_of(version: &[u32]) -> PathBuf {
    PathBuf::from(ROOT).join(format!("snapshots/demands-{}.{}.txt", version[0], version[1]))
}

/// The first lines in which two lists differ.
fn difference(old: &str, new: &str) -> String {
    let gone = old
        .lines()
        .filter(|line| !new.lines().any(|other| other == *line));
    let come = new
        .lines()
        .filter(|line| !old.lines().any(|other| other == *line));
    let lines: Vec<String> = gone
        .take(8)
        .map(|line| format!("- {line}"))
        .chain(come.take(8).map(|line| format!("+ {line}")))
        .collect();
    lines.join("\n")
}

#[test]
fn what_a_run_demands_changes_with_the_minor_version_only() {
    let entries = changelog();
    let current = &entries[0];
    let (file, now) = (file_of(&current.version), demands());
    let kept = fs::read_to_string(&file).unwrap_or_default();
    if kept == now {
        return;
    }
    let new = file.with_extension("txt.new");
    fs::write(&new, &now).unwrap();
    let what_to_do = if current.is_out {
        "this version is out, so its demands stay as they are: raise the minor version in Cargo.toml, begin an entry in \
         CHANGELOG.md with a section `### Demands` that says what changed for partners, and rename the new file to the \
         new version's"
    } else {
        "this version is not out yet: say in its entry of CHANGELOG.md, under `### Demands`, what changed for partners, \
         and rename the new file over the old one"
    };
    panic!(
        "what a run demands is not what {} says:\n{}\n{} was written; {what_to_do} (docs/versioning.md)",
        file.display(),
        difference(&kept, &now),
        new.display()
    );
}

#[test]
fn the_changelog_is_about_this_version_and_tells_of_demands() {
    let entries = changelog();
    let current = entries[0]
        .version
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(".");
    assert_eq!(
        current, VERSION,
        "the first entry of CHANGELOG.md is not about the version in Cargo.toml"
    );
    assert!(
        entries.windows(2).all(|two| two[0].version > two[1].version),
        "versions must fall"
    );
    assert!(
        entries[1..].iter().all(|entry| entry.is_out),
        "only the first entry may be unreleased"
    );
    for (place, entry) in entries.iter().enumerate() {
        let file = file_of(&entry.version);
        let demands = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let earlier = entries[place + 1..].iter().map(|entry| file_of(&entry.version));
        let before = earlier.map(|file| fs::read_to_string(file).unwrap()).next();
        if before.is_none_or(|before| before != demands) {
            assert!(
                entry.text.contains("\n### Demands\n"),
                "{:?} demands something else than the version before it; tell of it under `### Demands`",
                entry.version
            );
        }
    }
}

/// Texts that only explain may be mended in a patch: they are no part of the demands.
#[test]
fn demands_are_no_texts() {
    let now = demands();
    let examples = now.lines().filter(|line| line.contains(" revision ")).count();
    assert_eq!(
        examples,
        Suite::embedded()
            .unwrap()
            .cases
            .iter()
            .map(|case| case.examples.len())
            .sum::<usize>()
    );
    let fix = &Rulebook::embedded().unwrap().cases[0].fix;
    assert!(!now.contains(fix));
    assert!(
        now.contains("senang-io ack_deadline \"5s\"\n"),
        "{}",
        &now[now.len() - 2000..]
    );
    assert_eq!(Value::from(difference("a\nb\n", "b\nc\n")), "- a\n+ c");
}
