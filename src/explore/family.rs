//! The families of generated messages, each an example of its own.

use crate::{
    checks::trial::Expectation,
    contract::{id::ExampleId, lane::Lane, severity::Severity},
    plan::entry::{Entry, Selection},
};

/// The case that all families are examples of. It is in no feature file: its messages are made up anew
/// for each seed.
pub const CASE: &str = "EXPLORE-01";

/// What the case is called.
pub const TITLE: &str = "Generated events do what they should";

/// How to fix what it finds.
pub const FIX: &str = "Start from the smallest message that failed; exploration.json holds it. Verify the \
    signature over the bytes as they arrived, before anything is read; parse inside a guard and answer 400 to \
    what is no event; ignore unknown members and keep any text.";

/// A family of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Valid events in unusual writing.
    Valid,
    /// Valid events, damaged after they were signed.
    Forged,
    /// Damaged bodies, rightly signed.
    Garbled,
}

impl Family {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::Valid, Self::Forged, Self::Garbled];

    /// What is expected of its messages.
    pub fn expects(self) -> Expectation {
        match self {
            Self::Valid => Expectation::Taken,
            Self::Forged => Expectation::Refused,
            Self::Garbled => Expectation::Survived,
        }
    }

    /// What it is made of and must do, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Valid => "valid ones in any writing are taken once",
            Self::Forged => "those damaged after signing do nothing",
            Self::Garbled => "damaged bodies, rightly signed, are survived",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::Valid => "a",
            Self::Forged => "b",
            Self::Garbled => "c",
        }
    }

    /// Its line of the plan.
    pub fn entry(self) -> Option<Entry> {
        let example: ExampleId = format!("{CASE}/{}", self.letter()).parse().ok()?;
        let clauses: &[&str] = match self {
            Self::Valid => &["001:2.2", "001:3.2"],
            Self::Forged => &["001:4.2", "001:8.2"],
            Self::Garbled => &["000:6.2", "001:3.2"],
        };
        Some(Entry {
            example,
            title: format!("{TITLE}: {}", self.title()),
            severity: Severity::Required,
            clauses: clauses.iter().filter_map(|clause| clause.parse().ok()).collect(),
            revision: 1,
            fix: FIX.to_owned(),
            timing: false,
            lane: Lane::Quiet,
            selection: Selection::Selected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::rulebook::Rulebook;

    #[test]
    fn every_family_cites_clauses_that_exist() {
        let rulebook = Rulebook::embedded().unwrap();
        for family in Family::ALL {
            let entry = family.entry().unwrap();
            assert_eq!(entry.clauses.len(), 2);
            assert!(
                entry
                    .clauses
                    .iter()
                    .all(|clause| rulebook.clause(clause).is_some())
            );
        }
    }
}
