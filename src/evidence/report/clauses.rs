//! The clauses of the seed documents with the examples behind each of them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words;
use crate::{
    contract::{
        id::{CaseId, Clause},
        rulebook::{book::Rulebook, entry::Route},
        severity::Severity,
    },
    evidence::{standing::Standing, text::HtmlText},
    verdict::result::Row,
};

/// A seed document.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Document {
    /// Its number.
    pub(super) number: HtmlText,
    /// Its title.
    pub(super) title: &'static str,
    /// Its clauses in their order.
    pub(super) clauses: Vec<Covered>,
    /// How many of them an example that ran stands behind.
    pub(super) covered: usize,
}

/// A clause.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Covered {
    /// Its number.
    pub(super) id: HtmlText,
    /// What it says.
    pub(super) text: HtmlText,
    /// The worst standing of its examples, or why it has none.
    pub(super) standing: words::Shown,
    /// Whether a required case behind it did not pass.
    pub(super) stands_out: bool,
    /// Its cases with those examples that were to run.
    pub(super) cases: Vec<Case>,
    /// Examples that did not run.
    pub(super) not_run: usize,
}

/// A case.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Case {
    id: HtmlText,
    examples: Vec<Link>,
}

/// An example that can be gone to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Link {
    /// Its letter.
    pub(super) letter: HtmlText,
    /// Its place on the page.
    pub(super) anchor: String,
    /// Where it stands.
    pub(super) standing: words::Shown,
}

impl Link {
    /// The link to the example of a row.
    pub(super) fn to(row: &Row) -> Self {
        Self {
            letter: HtmlText::line(row.entry.example.letter()),
            anchor: words::anchor(&row.entry.example),
            standing: words::shown(Standing::of(row)),
        }
    }
}

const UNTESTED: words::Shown = words::Shown {
    key: "untested",
    word: "No case",
};
const NOTHING: words::Shown = words::Shown {
    key: "nothing",
    word: "Nothing to test",
};

/// Only a part of its examples ran: what was left out could have failed.
const PARTLY: words::Shown = words::Shown {
    key: "partly",
    word: "Passed in part",
};

/// The documents with all their clauses, those without a case included.
pub(super) fn documents(rows: &[Row]) -> Vec<Document> {
    let mut behind: BTreeMap<&Clause, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        for clause in &row.entry.clauses {
            behind.entry(clause).or_default().push(row);
        }
    }
    let mut documents: Vec<Document> = Vec::new();
    let mut add = |clause: Covered| {
        let number = clause.id.as_str().split(':').next().unwrap_or_default();
        if documents
            .last()
            .is_none_or(|document| document.number.as_str() != number)
        {
            documents.push(Document {
                number: HtmlText::line(number),
                title: words::document(number),
                clauses: Vec::new(),
                covered: 0,
            });
        }
        if let Some(document) = documents.last_mut() {
            document.covered += usize::from(!clause.cases.is_empty());
            document.clauses.push(clause);
        }
    };
    for entry in Rulebook::embedded().map_or(&[][..], |book| book.clauses.as_slice()) {
        let none = if entry.binds.is_empty() || entry.testable == Route::None {
            NOTHING
        } else {
            UNTESTED
        };
        let rows = behind.remove(&entry.id).unwrap_or_default();
        add(covered(&entry.id, &entry.text, none, &rows));
    }
    // What a plan names and this version's rulebook does not.
    for (clause, rows) in behind {
        add(covered(clause, "", UNTESTED, &rows));
    }
    documents
}

fn covered(id: &Clause, text: &str, none: words::Shown, rows: &[&Row]) -> Covered {
    let mut cases: BTreeMap<CaseId, Vec<Link>> = BTreeMap::new();
    let mut not_run = 0;
    for row in rows {
        match Standing::of(row) {
            Standing::NotApplicable | Standing::Excluded => not_run += 1,
            _ => cases.entry(row.entry.case()).or_default().push(Link::to(row)),
        }
    }
    let worst = rows.iter().map(|row| Standing::of(row)).min();
    let left_out = rows.iter().any(|row| Standing::of(row) == Standing::Excluded);
    let standing = match worst {
        Some(Standing::Passed) if left_out => PARTLY,
        other => other.map_or(none, words::shown),
    };
    let required = |row: &&Row| row.entry.severity == Severity::Required && Standing::of(row).blocks();
    Covered {
        id: HtmlText::line(id.as_str()),
        text: HtmlText::line(text),
        standing,
        stands_out: rows.iter().any(required),
        cases: cases
            .into_iter()
            .map(|(case, examples)| Case {
                id: HtmlText::line(case.as_str()),
                examples,
            })
            .collect(),
        not_run,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn a_clause_stands_where_its_worst_example_stands() {
        let (_, assessment) = sample::run();
        let documents = documents(&assessment.rows);
        let clause = |id: &str| {
            documents
                .iter()
                .flat_map(|document| &document.clauses)
                .find(|clause| clause.id.as_str() == id)
                .unwrap()
                .clone()
        };
        let covered = clause("001:4.2");
        assert!(covered.stands_out && covered.standing.key == "failed");
        assert_eq!(covered.not_run, 2);
        assert_eq!(covered.cases.len(), 7);
        assert_eq!(clause("000:1.1").standing, NOTHING);
        assert_eq!(clause("001:3.2").standing, UNTESTED);
    }

    #[test]
    fn a_clause_of_which_a_part_was_left_out_did_not_simply_pass() {
        let (_, assessment) = sample::run();
        let standing = |rows: &[Row]| {
            let documents = documents(rows);
            let clauses = documents.iter().flat_map(|document| &document.clauses);
            let mut clauses = clauses.filter(|clause| clause.id.as_str() == "001:4.2");
            clauses.next().unwrap().standing
        };
        let (passed, left_out) = (assessment.rows[0].clone(), assessment.rows[11].clone());
        assert_eq!(standing(std::slice::from_ref(&passed)).key, "passed");
        assert_eq!(standing(&[passed, left_out]), PARTLY);
    }
}
