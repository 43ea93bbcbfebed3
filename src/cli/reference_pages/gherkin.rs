//! A scenario as Gherkin text, as its feature file has it.

use std::fmt::Write as _;

use crate::suite::case::Case;

/// The scenario of a case with its steps and all rows of its examples; the background of its file comes first.
pub fn scenario(case: &Case, background: Option<&gherkin::Background>) -> String {
    let mut text = String::new();
    if let Some(background) = background {
        let _ = writeln!(text, "{}:", background.keyword.trim());
        steps(&mut text, &background.steps);
        text.push('\n');
    }
    let Some(first) = case.examples.first() else {
        return text;
    };
    let scenario = first.template();
    let _ = writeln!(text, "{}: {}", scenario.keyword.trim(), scenario.name);
    steps(&mut text, &scenario.steps);
    let mut head: Vec<&str> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for example in &case.examples {
        let (names, cells): (Vec<&str>, Vec<String>) = example
            .cells()
            .map(|(name, cell)| (name, cell.to_owned()))
            .unzip();
        if names.is_empty() {
            continue;
        }
        // Tables of one outline may have different heads; each begins a table of its own.
        if names != head {
            table_of_examples(&mut text, &mut rows);
            rows.push(names.iter().map(|name| (*name).to_owned()).collect());
            head = names;
        }
        rows.push(cells);
    }
    table_of_examples(&mut text, &mut rows);
    text
}

fn table_of_examples(text: &mut String, rows: &mut Vec<Vec<String>>) {
    if !rows.is_empty() {
        text.push_str("\n  Examples:\n");
        table(text, rows, "    ");
        rows.clear();
    }
}

fn steps(text: &mut String, steps: &[gherkin::Step]) {
    for step in steps {
        let _ = writeln!(text, "  {} {}", step.keyword.trim(), step.value);
        if let Some(document) = &step.docstring {
            let _ = writeln!(text, "    \"\"\"");
            for line in document.trim_matches('\n').lines() {
                let _ = writeln!(text, "    {line}");
            }
            let _ = writeln!(text, "    \"\"\"");
        }
        if let Some(rows) = &step.table {
            table(text, &rows.rows, "    ");
        }
    }
}

/// Rows with columns of the same width. Bars and backslashes are escaped as Gherkin does it.
fn table(text: &mut String, rows: &[Vec<String>], indent: &str) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| escaped(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in rows {
        text.push_str(indent);
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
    }
}

fn escaped(cell: &str) -> String {
    cell.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use gherkin::{Feature, GherkinEnv};

    use super::*;
    use crate::suite::read::Suite;

    /// What is shown of every case reads back as the same steps and rows.
    #[test]
    fn every_scenario_reads_back() {
        let suite = Suite::embedded().unwrap();
        for case in &suite.cases {
            let document = suite
                .documents
                .iter()
                .find(|document| document.path == case.file)
                .unwrap();
            let shown = scenario(case, document.frame.background.as_ref());
            let feature = Feature::parse(format!("Feature: x\n{shown}"), GherkinEnv::default()).unwrap();
            let read = &feature.scenarios[0];
            let first = case.examples[0].template();
            let words = |scenario: &gherkin::Scenario| -> Vec<String> {
                let steps = scenario.steps.iter();
                steps
                    .map(|step| {
                        let rows = step.table.as_ref().map(|table| table.rows.clone());
                        format!("{} {rows:?}", step.value)
                    })
                    .collect()
            };
            assert_eq!(words(read), words(first), "{}", case.id);
            let rows: usize = read
                .examples
                .iter()
                .filter_map(|examples| examples.table.as_ref())
                .map(|table| table.rows.len() - 1)
                .sum();
            assert_eq!(rows.max(1), case.examples.len(), "{}", case.id);
        }
    }
}
