//! The clauses of the platform's documents, and the cases behind each of them.

use super::{
    catalogue::{Catalogue, link},
    markdown::{cell, table},
    page::Page,
};
use crate::contract::id::Clause;

/// A link to a clause from a page about cases.
pub fn link_to_clause(clause: &Clause) -> String {
    format!("[{clause}](clauses.md#{})", place(clause))
}

/// The anchor of a clause.
fn place(clause: &Clause) -> String {
    clause.as_str().replace([':', '.'], "-").to_lowercase()
}

/// The page of clauses.
pub fn page(catalogue: &Catalogue) -> Page {
    let rows = catalogue.rulebook.clauses.iter().map(|clause| {
        let cases: Vec<String> = catalogue
            .entries()
            .filter(|entry| entry.rule.clauses.contains(&clause.id))
            .map(|entry| link(&entry.rule.id, None))
            .collect();
        let binds: Vec<&str> = clause.binds.iter().map(|party| party.name()).collect();
        [
            format!("<a id=\"{}\"></a>{}", place(&clause.id), clause.id),
            cell(&clause.text),
            if binds.is_empty() {
                "nobody".to_owned()
            } else {
                binds.join(", ")
            },
            if cases.is_empty() {
                "none".to_owned()
            } else {
                cases.join(" ")
            },
        ]
    });
    let body = format!(
        "The clauses of the platform's documents in our own words, and the cases that rest on each. The documents stay the \
         authority. 000 are the integration guides, 001 is about webhooks, 002 about the advance recurring callback; the \
         number behind the colon is the section.\n\n{}",
        table(["clause", "what it says", "binds", "cases"], rows)
    );
    Page::new("cases/clauses.md", "Clauses", &body)
}
