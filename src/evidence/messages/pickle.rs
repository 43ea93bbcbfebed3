//! Examples as pickles: one for each, with the row's values in place.

use gherkin::StepType;
use serde_json::{Value, json};

use super::{
    document::ids,
    sheet::{Sheet, Standpoint},
};
use crate::{contract::id::ExampleId, evidence::text::PlainText, plan::entry::Entry};

/// Id of an example's pickle.
pub(super) fn id(example: &ExampleId) -> String {
    format!("pickle/{example}")
}

/// Id of a step of it.
pub(super) fn step_id(example: &ExampleId, step: usize) -> String {
    format!("pickle/{example}/{step}")
}

/// The pickle of an example. Its name is that of the case in the JUnit report.
pub(super) fn pickle(sheet: &Sheet, standpoint: &Standpoint<'_>, entry: &Entry) -> Value {
    let example = &entry.example;
    let uri = &sheet.uri;
    let scenario = ids::scenario(uri, standpoint.number);
    let row = standpoint
        .row
        .as_ref()
        .map(|row| ids::row(uri, standpoint.number, row.table, row.number));
    let steps = standpoint.scenario.steps.iter().enumerate().map(|(place, step)| {
        let mut ast = vec![ids::step(uri, standpoint.number, place)];
        ast.extend(row.clone());
        let mut value = json!({
            "id": step_id(example, place),
            "type": match step.ty {
                StepType::Given => "Context",
                StepType::When => "Action",
                StepType::Then => "Outcome",
            },
            "text": standpoint.filled(&step.value),
            "astNodeIds": ast,
        });
        if let (Some(table), Some(members)) = (&step.table, value.as_object_mut()) {
            let rows = table.rows.iter().map(|cells| {
                let cells = cells.iter().map(|cell| json!({"value": standpoint.filled(cell)}));
                json!({"cells": cells.collect::<Vec<_>>()})
            });
            let table = json!({"dataTable": {"rows": rows.collect::<Vec<_>>()}});
            members.insert("argument".to_owned(), table);
        }
        value
    });
    let steps: Vec<Value> = steps.collect();
    let mut ast = vec![scenario.clone()];
    ast.extend(row);
    json!({"pickle": {
        "id": id(example),
        "uri": uri,
        "location": {"line": line(standpoint)},
        "astNodeIds": ast,
        "tags": tags(sheet, standpoint, &scenario),
        "name": PlainText::line(&format!("{example} {}", entry.title)).as_str(),
        "language": "en",
        "steps": steps,
    }})
}

fn line(standpoint: &Standpoint<'_>) -> usize {
    let scenario = standpoint.scenario;
    let row = standpoint.row.as_ref().and_then(|row| {
        let table = scenario.examples.get(row.table)?.table.as_ref()?;
        Some(table.position.line + row.number)
    });
    row.unwrap_or(scenario.position.line)
}

fn tags(sheet: &Sheet, standpoint: &Standpoint<'_>, scenario: &str) -> Vec<Value> {
    let of = |tags: &[String], owner: &str| -> Vec<Value> {
        let numbered = tags.iter().enumerate();
        numbered
            .map(|(place, tag)| json!({"name": format!("@{tag}"), "astNodeId": ids::tag(owner, place)}))
            .collect()
    };
    let mut all = of(&sheet.feature.tags, &sheet.uri);
    all.extend(of(&standpoint.scenario.tags, scenario));
    if let Some(row) = &standpoint.row {
        let owner = ids::table(&sheet.uri, standpoint.number, row.table);
        let own = standpoint
            .scenario
            .examples
            .get(row.table)
            .map(|table| &table.tags);
        all.extend(own.map(|tags| of(tags, &owner)).unwrap_or_default());
    }
    all
}
