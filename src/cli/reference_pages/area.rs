//! The page of an area, and the page of all areas.

use std::fmt::Write as _;

use super::{
    case,
    catalogue::{Catalogue, Entry, link, page_of},
    clauses::link_to_clause,
    markdown::{cell, table, text},
    page::Page,
};
use crate::{
    contract::{rulebook::entry::Area, severity::Severity},
    explore::family::{self, Family},
    plan::filter::in_smoke,
};

/// The page of an area.
pub fn page(catalogue: &Catalogue, area: &Area) -> Page {
    let entries: Vec<Entry<'_>> = catalogue.cases(&area.id).collect();
    let mut body = format!(
        "{} `senang-conformance run --area {}` runs this area alone, `senang-conformance explain {}` prints one of its \
         cases. All areas: [README.md](README.md).\n\n",
        counted(&entries),
        area.id,
        entries.first().map_or("CASE", |entry| entry.rule.id.as_str())
    );
    for description in descriptions(catalogue, &entries) {
        let _ = writeln!(body, "{description}\n");
    }
    body.push_str(&table(
        ["case", "severity", "examples", "title"],
        entries.iter().map(|entry| {
            [
                link(&entry.rule.id, Some(&area.id)),
                entry.case.severity.to_string(),
                entry.case.examples.len().to_string(),
                cell(&entry.case.title),
            ]
        }),
    ));
    for entry in &entries {
        body.push('\n');
        body.push_str(&case::section(catalogue, *entry));
    }
    let title = format!("{}: {}", area.id, text(&area.title));
    Page::new(&format!("cases/{}", page_of(&area.id)), &title, &body)
}

fn counted(entries: &[Entry<'_>]) -> String {
    let examples: usize = entries.iter().map(|entry| entry.case.examples.len()).sum();
    format!(
        "{}, {}.",
        several(entries.len(), "case"),
        several(examples, "example")
    )
}

/// What the feature files say about themselves, in the order of their cases.
fn descriptions(catalogue: &Catalogue, entries: &[Entry<'_>]) -> Vec<String> {
    let mut files: Vec<&str> = Vec::new();
    for entry in entries {
        if !files.contains(&&*entry.case.file) {
            files.push(&entry.case.file);
        }
    }
    let area = entries.first().map(|entry| entry.rule.id.area());
    files
        .into_iter()
        .filter_map(|file| {
            let document = catalogue.suite.documents.iter().find(|one| &*one.path == file)?;
            let says = document.frame.description.as_deref().unwrap_or_default();
            let says: Vec<&str> = says.split_whitespace().collect();
            let says = catalogue.linked(&says.join(" "), area.as_ref());
            Some(format!("**{}.** {says}", text(&document.frame.name)))
        })
        .collect()
}

/// The page of all areas.
pub fn index(catalogue: &Catalogue) -> Page {
    let all: Vec<Entry<'_>> = catalogue.entries().collect();
    let mut body = format!(
        "What a run demands of a partner. {} Each case says what it does, why, what typically breaks and how to fix it; \
         `senang-conformance explain CASE` prints the same. By clause of the platform's documents: \
         [clauses.md](clauses.md). By code of a finding: [findings.md](findings.md).\n\n",
        counted(&all)
    );
    body.push_str(&table(
        [
            "area",
            "what it is about",
            "cases",
            "examples",
            "required",
            "recommended",
            "informational",
            "smoke",
        ],
        catalogue.areas().map(|area| {
            let entries: Vec<Entry<'_>> = catalogue.cases(&area.id).collect();
            let examples = || entries.iter().flat_map(|entry| &entry.case.examples);
            let weighing = |severity: Severity| {
                examples()
                    .filter(|example| example.severity() == severity)
                    .count()
                    .to_string()
            };
            let smoke = entries.iter().filter(|entry| in_smoke(&entry.rule.id)).count();
            [
                format!("[{}]({})", area.id, page_of(&area.id)),
                cell(&area.title),
                entries.len().to_string(),
                examples().count().to_string(),
                weighing(Severity::Required),
                weighing(Severity::Recommended),
                weighing(Severity::Informational),
                smoke.to_string(),
            ]
        }),
    ));
    body.push_str(
        "\nThe columns `required`, `recommended` and `informational` count examples, the column `smoke` counts the cases \
         of `run --mode smoke`. A required example that fails stands in the way of a certificate; a recommended one is \
         reported and to be answered in writing; an informational one is only reported. A case applies when the partner \
         declares what it needs; `list --partner FILE` says what applies to a partner, and why the rest does not.\n\n",
    );
    body.push_str(&explored());
    Page::new("cases/README.md", "Cases", &body)
}

/// The case of the command `explore`, which no feature file holds.
fn explored() -> String {
    let rows = Family::ALL.into_iter().filter_map(|family| {
        let entry = family.entry()?;
        let clauses: Vec<String> = entry.clauses.iter().map(link_to_clause).collect();
        Some([
            format!("`{}`", entry.example),
            cell(family.title()),
            clauses.join(", "),
        ])
    });
    format!(
        "## {}\n\n**{}** · belongs to no area: the command `explore` makes its messages up, anew for each seed, and makes \
         the first that fails smaller until nothing can be left out.\n\n**How to fix.** {}\n\n{}",
        family::CASE,
        text(family::TITLE),
        text(family::FIX),
        table(["example", "what it is", "clauses"], rows)
    )
}

fn several(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
