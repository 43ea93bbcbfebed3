//! The families of generated messages, each an example of its own.

use crate::{
    checks::trial::Expectation,
    contract::{id::ExampleId, lane::Lane, severity::Severity},
    plan::entry::{Entry, Selection},
};

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

    /// What the reports call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Valid => "Generated valid events are taken once",
            Self::Forged => "Generated events, damaged after signing, do nothing",
            Self::Garbled => "Generated damaged bodies, rightly signed, are survived",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::Valid => "a",
            Self::Forged => "b",
            Self::Garbled => "c",
        }
    }

    fn fix(self) -> &'static str {
        match self {
            Self::Valid => {
                "Read the event with a JSON parser that knows all of the format, ignore unknown members, and \
                 keep any text. The smallest event that fails is in exploration.json."
            }
            Self::Forged => {
                "Verify the signature over the bytes as they arrived, before anything is read, and refuse with \
                 401. The smallest message that fails is in exploration.json."
            }
            Self::Garbled => {
                "Parse inside a guard and answer 400 to whatever is no event. The smallest body that fails is \
                 in exploration.json."
            }
        }
    }

    /// Its line of the plan.
    pub fn entry(self) -> Option<Entry> {
        let example: ExampleId = format!("EXPLORE-01/{}", self.letter()).parse().ok()?;
        let clauses: &[&str] = match self {
            Self::Valid => &["001:2.2", "001:3.2"],
            Self::Forged => &["001:4.2", "001:8.2"],
            Self::Garbled => &["000:6.2", "001:3.2"],
        };
        Some(Entry {
            example,
            title: self.title().to_owned(),
            severity: Severity::Required,
            clauses: clauses.iter().filter_map(|clause| clause.parse().ok()).collect(),
            revision: 1,
            fix: self.fix().to_owned(),
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
