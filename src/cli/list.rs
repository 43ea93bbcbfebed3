//! `list`: the cases, and whether they apply.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    args::{ClockChoice, ListArguments},
    error::CliError,
    exit::Exit,
    output, prepare,
    prepare::Profiles,
};
use crate::{
    config::{host::Host, partner::Config},
    plan::{
        entry::{Entry, Selection},
        filter::Filter,
    },
    runner::table::StepTable,
    wire::counted::counted,
};

/// Lists every example of the suite as the plan sees it.
pub fn list(arguments: &ListArguments, host: &Host) -> Result<Exit, CliError> {
    let (suite, rulebook) = prepare::suite(&StepTable::default())?;
    let profiles = Profiles::load(&arguments.profile, ClockChoice::Real)?.for_mode(arguments.selection.mode);
    let declared = match &arguments.partner {
        Some(path) => prepare::declared(&Config::described(path, host)?, &profiles),
        None => prepare::everything(&profiles),
    };
    let plan = prepare::plan(&suite, rulebook, &declared, &arguments.selection)?;
    let text = if arguments.json {
        let examples: Vec<Value> = plan.entries().iter().map(line).collect();
        output::json(
            &json!({"suite_digest": plan.suite_digest(), "mode": plan.mode().name(), "examples": examples}),
        )
    } else {
        table(plan.entries(), &prepare::filter(&arguments.selection))
    };
    output::print(&text)?;
    Ok(Exit::Success)
}

fn line(entry: &Entry) -> Value {
    let mut line = serde_json::to_value(entry).unwrap_or_default();
    if let Value::Object(members) = &mut line {
        members.insert("case".to_owned(), json!(entry.case()));
        members.insert("area".to_owned(), json!(entry.area()));
    }
    line
}

fn table(entries: &[Entry], filter: &Filter) -> String {
    let mut text = String::new();
    let mut case = None;
    let named = entries
        .iter()
        .filter(|entry| filter.outside(&entry.example).is_none());
    for entry in named {
        if case.as_ref() != Some(&entry.case()) {
            let clauses: Vec<&str> = entry
                .clauses
                .iter()
                .map(crate::contract::id::Clause::as_str)
                .collect();
            let title = entry.title.split(": ").next().unwrap_or(&entry.title);
            let _ = writeln!(
                text,
                "{}  {}\n    {}, clauses {}",
                entry.case(),
                title,
                entry.severity,
                clauses.join(" ")
            );
            case = Some(entry.case());
        }
        let applies = match &entry.selection {
            Selection::Selected => String::new(),
            Selection::NotApplicable { reason } => format!("  [not applicable: {reason}]"),
            Selection::Excluded { reason } => format!("  [left out: {reason}]"),
        };
        let _ = writeln!(text, "      {}  {}{applies}", entry.example, entry.title);
    }
    let selected = entries
        .iter()
        .filter(|entry| entry.selection == Selection::Selected)
        .count();
    let _ = writeln!(
        text,
        "\n{selected} of {} would run",
        counted(entries.len(), "example")
    );
    text
}
