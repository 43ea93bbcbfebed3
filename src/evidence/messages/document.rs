//! A feature file as a source and as the tree of its parts, each with an id.

use gherkin::{Examples, Feature, Scenario, Step, StepType, Table};
use serde_json::{Value, json};

use super::sheet::Sheet;

/// Ids of the parts of a file. They follow from the place and mean the same on every machine.
pub(super) mod ids {
    /// Of a scenario.
    pub(in super::super) fn scenario(uri: &str, number: usize) -> String {
        format!("{uri}#{number}")
    }

    /// Of a step of a scenario.
    pub(in super::super) fn step(uri: &str, number: usize, step: usize) -> String {
        format!("{uri}#{number}/step/{step}")
    }

    /// Of a table of an outline.
    pub(in super::super) fn table(uri: &str, number: usize, table: usize) -> String {
        format!("{uri}#{number}/table/{table}")
    }

    /// Of a row in such a table; 0 is the heading.
    pub(in super::super) fn row(uri: &str, number: usize, table: usize, row: usize) -> String {
        format!("{uri}#{number}/table/{table}/row/{row}")
    }

    /// Of a tag of whatever has this id; a feature has its uri.
    pub(in super::super) fn tag(owner: &str, tag: usize) -> String {
        format!("{owner}/tag/{tag}")
    }
}

/// The source of a file.
pub(super) fn source(sheet: &Sheet) -> Value {
    json!({"source": {
        "uri": sheet.uri,
        "data": sheet.text,
        "mediaType": "text/x.cucumber.gherkin+plain",
    }})
}

/// The tree of a file.
pub(super) fn document(sheet: &Sheet) -> Value {
    let lines: Vec<&str> = sheet.text.lines().collect();
    let comments: Vec<Value> = (1..)
        .zip(&lines)
        .filter(|(_, line)| line.trim_start().starts_with('#'))
        .map(|(number, line)| json!({"location": {"line": number}, "text": line}))
        .collect();
    let tree = Tree {
        uri: &sheet.uri,
        lines: &lines,
    };
    json!({"gherkinDocument": {
        "uri": sheet.uri,
        "feature": tree.feature(&sheet.feature),
        "comments": comments,
    }})
}

struct Tree<'a> {
    uri: &'a str,
    lines: &'a [&'a str],
}

impl Tree<'_> {
    fn feature(&self, feature: &Feature) -> Value {
        let children: Vec<Value> = feature
            .scenarios
            .iter()
            .enumerate()
            .map(|(number, scenario)| json!({"scenario": self.scenario(scenario, number)}))
            .collect();
        json!({
            "location": {"line": feature.position.line},
            "tags": self.tags(&feature.tags, self.uri, feature.position.line),
            "language": "en",
            "keyword": feature.keyword.trim(),
            "name": feature.name,
            "description": feature.description.as_deref().unwrap_or_default(),
            "children": children,
        })
    }

    fn scenario(&self, scenario: &Scenario, number: usize) -> Value {
        let id = ids::scenario(self.uri, number);
        let steps = scenario.steps.iter().enumerate();
        let tables = scenario.examples.iter().enumerate();
        json!({
            "location": {"line": scenario.position.line},
            "tags": self.tags(&scenario.tags, &id, scenario.position.line),
            "keyword": scenario.keyword.trim(),
            "name": scenario.name,
            "description": scenario.description.as_deref().unwrap_or_default(),
            "steps": steps.map(|(place, step)| self.step(step, number, place)).collect::<Vec<_>>(),
            "examples": tables.map(|(place, table)| self.examples(table, number, place)).collect::<Vec<_>>(),
            "id": id,
        })
    }

    fn step(&self, step: &Step, number: usize, place: usize) -> Value {
        let id = ids::step(self.uri, number, place);
        let mut value = json!({
            "location": {"line": step.position.line},
            "keyword": format!("{} ", step.keyword.trim()),
            "keywordType": keyword_type(step),
            "text": step.value,
            "id": id,
        });
        if let (Some(table), Some(members)) = (&step.table, value.as_object_mut()) {
            let rows = rows(table, |row| format!("{id}/row/{row}"));
            let location = json!({"line": table.position.line});
            members.insert(
                "dataTable".to_owned(),
                json!({"location": location, "rows": rows}),
            );
        }
        value
    }

    fn examples(&self, examples: &Examples, number: usize, place: usize) -> Value {
        let id = ids::table(self.uri, number, place);
        let table = examples.table.as_ref();
        let mut rows = table
            .map(|table| rows(table, |row| ids::row(self.uri, number, place, row)))
            .unwrap_or_default()
            .into_iter();
        let header = rows.next();
        let mut value = json!({
            "location": {"line": examples.position.line},
            "tags": self.tags(&examples.tags, &id, examples.position.line),
            "keyword": examples.keyword.trim(),
            "name": examples.name.as_deref().unwrap_or_default(),
            "description": examples.description.as_deref().unwrap_or_default(),
            "tableBody": rows.collect::<Vec<_>>(),
            "id": id,
        });
        if let (Some(header), Some(members)) = (header, value.as_object_mut()) {
            members.insert("tableHeader".to_owned(), header);
        }
        value
    }

    // The parser keeps no places of tags; they stand in the lines above what they belong to.
    fn tags(&self, tags: &[String], owner: &str, line: usize) -> Vec<Value> {
        let above = || {
            (1..line)
                .rev()
                .map_while(|number| Some((number, self.lines.get(number - 1)?.trim())))
                .take_while(|(_, text)| text.starts_with(['@', '#']))
        };
        tags.iter()
            .enumerate()
            .map(|(place, tag)| {
                let name = format!("@{tag}");
                let found = above().find(|(_, text)| text.split_whitespace().any(|word| word == name));
                json!({
                    "location": {"line": found.map_or(line, |(number, _)| number)},
                    "name": name,
                    "id": ids::tag(owner, place),
                })
            })
            .collect()
    }
}

fn rows(table: &Table, id: impl Fn(usize) -> String) -> Vec<Value> {
    (table.position.line..)
        .zip(&table.rows)
        .enumerate()
        .map(|(place, (line, cells))| {
            let cells = cells
                .iter()
                .map(|cell| json!({"location": {"line": line}, "value": cell}));
            json!({"location": {"line": line}, "cells": cells.collect::<Vec<_>>(), "id": id(place)})
        })
        .collect()
}

fn keyword_type(step: &Step) -> &'static str {
    match step.keyword.trim() {
        "And" | "But" => "Conjunction",
        _ => match step.ty {
            StepType::Given => "Context",
            StepType::When => "Action",
            StepType::Then => "Outcome",
        },
    }
}
