//! The whole stream, one message a line.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    attempts::{self, Run},
    document, pickle,
    sheet::{self, Sheet, Standpoint},
    testcase::{self, Definitions, RUN, timestamp},
};
use crate::{
    contract::id::ExampleId,
    evidence::{
        derived::{Basis, DerivedError},
        json_text, results,
        standing::Standing,
    },
    verdict::{lattice::RunOutcome, result::Row},
};

/// Version of the protocol, as the library `@cucumber/messages` counts it.
const PROTOCOL: &str = "34.2.1";

/// Content of `messages.ndjson`. Examples that a filter or the mode left out are not in it.
pub fn write(basis: &Basis<'_>) -> Result<Vec<u8>, DerivedError> {
    let rows: Vec<&Row> = basis
        .assessment
        .rows
        .iter()
        .filter(|row| Standing::of(row) != Standing::Excluded)
        .collect();
    let sheets = sheet::of(&rows.iter().map(|row| &row.entry).collect::<Vec<_>>());
    let standpoints: BTreeMap<ExampleId, (&Sheet, Standpoint<'_>)> = sheets
        .iter()
        .flat_map(|sheet| {
            sheet
                .examples()
                .into_iter()
                .map(move |(id, found)| (id, (sheet, found)))
        })
        .collect();
    let placed: Vec<(&Row, &Sheet, &Standpoint<'_>)> = rows
        .into_iter()
        .filter_map(|row| {
            let (sheet, standpoint) = standpoints.get(&row.entry.example)?;
            Some((row, *sheet, standpoint))
        })
        .collect();
    let run = attempts::read(basis)?;
    let mut stream = Stream(Vec::new());
    stream.add(&meta(&basis.started.version))?;
    for sheet in &sheets {
        stream.add(&document::source(sheet))?;
        stream.add(&document::document(sheet))?;
    }
    for (row, sheet, standpoint) in &placed {
        stream.add(&pickle::pickle(sheet, standpoint, &row.entry))?;
    }
    let definitions = stream.definitions(&sheets)?;
    stream.run(basis, &run, &placed, &definitions)?;
    Ok(stream.0)
}

// What the run was made on is not in the transcript, and what makes the file again may be another machine.
fn meta(version: &str) -> Value {
    json!({"meta": {
        "protocolVersion": PROTOCOL,
        "implementation": {"name": "senang-conformance", "version": version},
        "runtime": {"name": "rust"},
        "os": {"name": "not recorded"},
        "cpu": {"name": "not recorded"},
    }})
}

struct Stream(Vec<u8>);

impl Stream {
    fn add(&mut self, message: &Value) -> Result<(), serde_json::Error> {
        self.0.extend_from_slice(json_text::line(message)?.as_bytes());
        self.0.push(b'\n');
        Ok(())
    }

    // One for each text of a step, as it stands in the suite; the functions behind them are not told.
    fn definitions(&mut self, sheets: &[Sheet]) -> Result<Definitions, serde_json::Error> {
        let mut definitions = Definitions::new();
        for sheet in sheets {
            for step in sheet
                .feature
                .scenarios
                .iter()
                .flat_map(|scenario| &scenario.steps)
            {
                if definitions.contains_key(&step.value) {
                    continue;
                }
                let id = format!("definition/{}", definitions.len() + 1);
                self.add(&json!({"stepDefinition": {
                    "id": id,
                    "pattern": {"source": pattern(&step.value), "type": "REGULAR_EXPRESSION"},
                    "sourceReference": {"uri": sheet.uri, "location": {"line": step.position.line}},
                }}))?;
                definitions.insert(step.value.clone(), id);
            }
        }
        Ok(definitions)
    }

    fn run(
        &mut self,
        basis: &Basis<'_>,
        run: &Run,
        placed: &[(&Row, &Sheet, &Standpoint<'_>)],
        definitions: &Definitions,
    ) -> Result<(), serde_json::Error> {
        self.add(&json!({"testRunStarted": {"id": RUN, "timestamp": timestamp(run.begun)}}))?;
        for (row, _, standpoint) in placed {
            self.add(&testcase::test_case(&row.entry.example, standpoint, definitions))?;
        }
        let mut told: Vec<_> = placed
            .iter()
            .map(|(row, _, standpoint)| testcase::told(row, standpoint, run))
            .collect();
        // Stable: examples that began together stay in the order of the plan.
        told.sort_by_key(|(begun, _)| *begun);
        for message in told.iter().flat_map(|(_, messages)| messages) {
            self.add(message)?;
        }
        self.add(&json!({"testRunFinished": {
            "success": basis.assessment.outcome == RunOutcome::Conformant,
            "message": results::sentence(basis.started, basis.assessment),
            "timestamp": timestamp(run.over),
            "testRunStartedId": RUN,
        }}))
    }
}

/// The text as a pattern in which every name in angle brackets stands for anything.
fn pattern(text: &str) -> String {
    let mut pattern = "^".to_owned();
    let mut rest = text;
    while let Some((before, (_, after))) = rest
        .split_once('<')
        .and_then(|(before, inner)| Some((before, inner.split_once('>')?)))
    {
        pattern.push_str(&regex::escape(before));
        pattern.push_str("(.*)");
        rest = after;
    }
    pattern.push_str(&regex::escape(rest));
    pattern.push('$');
    pattern
}
