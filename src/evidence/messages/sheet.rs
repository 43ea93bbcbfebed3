//! Feature files with the examples in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use gherkin::{Feature, GherkinEnv, Scenario};

use crate::{contract::id::ExampleId, evidence::text::PlainText, plan::entry::Entry, suite::embedded};

/// A feature file.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Path below `features/`.
    pub(super) uri: String,
    /// Its text.
    pub(super) text: String,
    /// What it says.
    pub(super) feature: Feature,
}

/// Where an example stands in its file.
#[derive(Clone, Debug)]
pub(super) struct Standpoint<'a> {
    /// Its scenario.
    pub(super) scenario: &'a Scenario,
    /// Place of the scenario in the file.
    pub(super) number: usize,
    /// Its row, if it is one.
    pub(super) row: Option<Row<'a>>,
}

/// A row of an outline.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Place of its table.
    pub(super) table: usize,
    /// Place in the table, from 1: the heading is 0.
    pub(super) number: usize,
    /// Headings.
    pub(super) headings: &'a [String],
    /// Cells.
    pub(super) cells: &'a [String],
}

/// Name of the file that stands in for examples which no embedded file has: the bundle is of another
/// version of the suite.
const ELSEWHERE: &str = "not-in-this-suite.feature";

/// The files in which the examples stand, and no others.
pub(super) fn of(entries: &[&Entry]) -> Vec<Sheet> {
    let mut missing: BTreeMap<&ExampleId, &Entry> =
        entries.iter().map(|entry| (&entry.example, *entry)).collect();
    let embedded = embedded::feature_texts().unwrap_or_default();
    let mut sheets: Vec<Sheet> = embedded
        .into_iter()
        .filter_map(|(path, text)| Sheet::read(path, text))
        .filter(|sheet| {
            let held = sheet.examples();
            let before = missing.len();
            missing.retain(|example, _| !held.contains_key(*example));
            missing.len() < before
        })
        .collect();
    if !missing.is_empty() {
        sheets.extend(Sheet::read(ELSEWHERE, &made_up(missing.values().copied())));
    }
    sheets
}

fn made_up<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let mut text = "Feature: Examples that this version of the suite does not have\n".to_owned();
    let mut seen = BTreeSet::new();
    for entry in entries.filter(|entry| seen.insert(&entry.example)) {
        let title = PlainText::line(&entry.title).into_string();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n  @example:{}\n  Scenario: {title}\n    Then it holds\n",
            entry.example
        );
    }
    text
}

impl Sheet {
    fn read(uri: &str, text: &str) -> Option<Self> {
        let feature = Feature::parse(text, GherkinEnv::default()).ok()?;
        Some(Self {
            uri: uri.to_owned(),
            text: text.to_owned(),
            feature,
        })
    }

    /// The examples of the file.
    pub(super) fn examples(&self) -> BTreeMap<ExampleId, Standpoint<'_>> {
        let mut examples = BTreeMap::new();
        for (number, scenario) in self.feature.scenarios.iter().enumerate() {
            let plain = Standpoint {
                scenario,
                number,
                row: None,
            };
            let tagged = |prefix: &str| scenario.tags.iter().find_map(|tag| tag.strip_prefix(prefix));
            if let Some(example) = tagged("example:").and_then(|id| id.parse().ok()) {
                examples.insert(example, plain);
            } else if let Some(case) = tagged("case:") {
                let id = |letter: &str| format!("{case}/{letter}").parse::<ExampleId>().ok();
                if scenario.examples.is_empty() {
                    examples.extend(id("a").map(|id| (id, plain)));
                } else {
                    examples.extend(rows(scenario).filter_map(|row| {
                        let id = id(row.cells.first()?)?;
                        Some((
                            id,
                            Standpoint {
                                row: Some(row),
                                ..plain.clone()
                            },
                        ))
                    }));
                }
            }
        }
        examples
    }
}

fn rows(scenario: &Scenario) -> impl Iterator<Item = Row<'_>> {
    scenario
        .examples
        .iter()
        .enumerate()
        .filter_map(|(table, examples)| Some((table, examples.table.as_ref()?.rows.split_first()?)))
        .flat_map(|(table, (headings, rows))| {
            rows.iter().enumerate().map(move |(index, cells)| Row {
                table,
                number: index + 1,
                headings,
                cells,
            })
        })
}

impl Standpoint<'_> {
    /// The text with the row's cells in place of the headings in angle brackets.
    pub(super) fn filled(&self, text: &str) -> String {
        let Some(row) = &self.row else {
            return text.to_owned();
        };
        let cell = |name: &str| {
            let column = row.headings.iter().position(|heading| heading == name)?;
            row.cells.get(column)
        };
        let mut parts = text.split('<');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let held = part
                .split_once('>')
                .and_then(|(name, after)| Some((cell(name)?, after)));
            if let Some((cell, after)) = held {
                filled.push_str(cell);
                filled.push_str(after);
            } else {
                filled.push('<');
                filled.push_str(part);
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract::severity::Severity, evidence::sample, plan::entry::Selection, suite::read::Suite};

    #[test]
    fn every_example_of_the_suite_is_found_with_the_steps_that_the_engine_runs() {
        let suite = Suite::embedded().unwrap();
        let entries: Vec<Entry> = suite
            .cases
            .iter()
            .flat_map(|case| &case.examples)
            .map(|example| sample::entry(&example.id().to_string(), Severity::Required, Selection::Selected))
            .collect();
        let sheets = of(&entries.iter().collect::<Vec<_>>());
        assert!(sheets.iter().all(|sheet| sheet.uri != ELSEWHERE));
        let found: BTreeMap<_, _> = sheets.iter().flat_map(Sheet::examples).collect();
        assert_eq!(found.len(), entries.len());
        for (id, standpoint) in found {
            let (_, example) = suite.example(&id).unwrap();
            let ours: Vec<_> = standpoint
                .scenario
                .steps
                .iter()
                .map(|step| standpoint.filled(&step.value))
                .collect();
            let theirs: Vec<_> = example
                .scenario()
                .steps
                .into_iter()
                .map(|step| step.value)
                .collect();
            assert_eq!(ours, theirs, "{id}");
        }
    }

    #[test]
    fn an_example_that_the_suite_does_not_have_is_not_lost() {
        let mut entry = sample::entry("WH-NEW-77/b", Severity::Required, Selection::Selected);
        entry.title = format!("{}\nFeature: another", sample::HOSTILE);
        let sheets = of(&[&entry]);
        assert_eq!(sheets.len(), 1);
        assert!(
            sheets[0].examples().contains_key(&entry.example),
            "{}",
            sheets[0].text
        );
    }
}
