//! `explain`: one case, in full.

use std::fmt::Write as _;

use super::{error::CliError, exit::Exit, output, prepare};
use crate::{contract::id::CaseId, explore::family, plan::near::near, runner::table::StepTable};

/// Explains a case, given as a case or one of its examples.
pub fn explain(typed: &str) -> Result<Exit, CliError> {
    let (suite, rulebook) = prepare::suite(&StepTable::default())?;
    let wanted = typed.split('/').next().unwrap_or(typed).to_ascii_uppercase();
    if wanted == family::CASE {
        output::print(&explored())?;
        return Ok(Exit::Success);
    }
    let found = wanted
        .parse::<CaseId>()
        .ok()
        .and_then(|id| Some((suite.case(&id)?, rulebook.case(&id)?)));
    let Some((case, rule)) = found else {
        let mut of_area: Vec<String> = suite
            .cases
            .iter()
            .filter(|case| case.id.area().as_str() == wanted)
            .map(|case| format!("  {}  {}", case.id, case.title))
            .collect();
        of_area.sort_unstable();
        if !of_area.is_empty() {
            return Err(CliError::Usage(format!(
                "{wanted} is an area; explain one of its cases:\n{}",
                of_area.join("\n")
            )));
        }
        let known: Vec<&str> = suite.cases.iter().map(|case| case.id.as_str()).collect();
        let near = near(&wanted, known.iter().copied());
        let hint = if near.is_empty() {
            ";".to_owned()
        } else {
            format!("; did you mean {}?", near.join(", "))
        };
        return Err(CliError::Usage(format!(
            "no case is called {typed:?}{hint} `list` shows them all"
        )));
    };
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}\n{}\n", case.id, case.title, case.severity);
    let mut part = |head: &str, body: &str| {
        let _ = writeln!(text, "{head}\n{}\n", indented(body));
    };
    part("What it does", &rule.what);
    part("Why", &rule.why);
    part("What typically breaks", &rule.breaks);
    part("How to fix", &rule.fix);
    let clauses: Vec<String> = case
        .clauses
        .iter()
        .map(|clause| {
            let says = rulebook.clause(clause).map_or("", |entry| entry.text.as_str());
            format!("{clause}  {says}")
        })
        .collect();
    part("Clauses", &clauses.join("\n"));
    let examples: Vec<String> = case
        .examples
        .iter()
        .map(|example| format!("{}  {}", example.id(), example.title()))
        .collect();
    part("Examples", &examples.join("\n"));
    let steps: Vec<String> = case
        .examples
        .first()
        .map(|example| {
            example
                .scenario()
                .steps
                .iter()
                .map(|step| format!("{}{}", step.keyword, step.value))
                .collect()
        })
        .unwrap_or_default();
    part(
        &format!("Steps of the first example ({})", case.file),
        &steps.join("\n"),
    );
    let defects: Vec<String> = rulebook
        .defects_of(&case.id)
        .map(|defect| format!("{}  {}", defect.name, defect.description))
        .collect();
    part(
        "Defects of the reference partner that prove it",
        &defects.join("\n"),
    );
    output::print(&text)?;
    Ok(Exit::Success)
}

/// The case of generated messages, which no feature file holds.
fn explored() -> String {
    let families: Vec<String> = family::Family::ALL
        .into_iter()
        .filter_map(|family| Some(format!("{}  {}", family.entry()?.example, family.title())))
        .collect();
    format!(
        "{}  {}\n\nWhat it does\n  Sends generated events (command `explore`), each about an order of its own, and \
         makes the first that fails\n  smaller until nothing can be left out.\n\nHow to fix\n{}\n\nExamples\n{}\n",
        family::CASE,
        family::TITLE,
        indented(family::FIX),
        indented(&families.join("\n"))
    )
}

fn indented(text: &str) -> String {
    text.trim()
        .lines()
        .map(|line| format!("  {}", line.trim()))
        .collect::<Vec<_>>()
        .join("\n")
}
