//! The defect switches: mistakes that real integrations make, one name each.

use std::fmt;
use std::str::FromStr;

use super::defect_table;

pub use super::defect_table::Defect;

impl Defect {
    /// The catalogue name.
    pub fn name(self) -> &'static str {
        defect_table::row_of(self).name
    }

    /// What goes wrong, in one sentence.
    pub fn description(self) -> &'static str {
        defect_table::row_of(self).description
    }

    /// The cases that must notice; empty for [`Defect::BROKEN_PARTNERS`], which no single case owns.
    pub fn cases(self) -> &'static [&'static str] {
        defect_table::row_of(self).cases
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A name that is no defect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no defect is called `{name}`; {}", hint(.near))]
pub struct UnknownDefect {
    /// What was asked for.
    pub name: String,
    /// Up to three names close to it, nearest first.
    pub near: Vec<&'static str>,
}

fn hint(near: &[&str]) -> String {
    if near.is_empty() {
        return "`reference-partner --list-defects` shows the names".into();
    }
    format!(
        "did you mean {}?",
        near.iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(" or ")
    )
}

impl FromStr for Defect {
    type Err = UnknownDefect;

    fn from_str(name: &str) -> Result<Self, UnknownDefect> {
        defect_table::find(name).ok_or_else(|| UnknownDefect {
            name: name.to_owned(),
            near: defect_table::near(name),
        })
    }
}

/// Switches that fit into one word of the set.
const WORD: usize = 128;

/// A set of defects, cheap to copy and to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects([u128; 2]);

const _: () = assert!(Defect::ALL.len() + Defect::BROKEN_PARTNERS.len() <= 2 * WORD);

impl Defects {
    /// Whether the switch is on.
    pub fn has(self, defect: Defect) -> bool {
        let (word, bit) = Self::place(defect);
        self.0[word] & bit != 0
    }

    /// Whether at least one of the switches is on.
    pub fn has_any(self, defects: &[Defect]) -> bool {
        defects.iter().any(|defect| self.has(*defect))
    }

    fn place(defect: Defect) -> (usize, u128) {
        (defect as usize / WORD, 1 << (defect as usize % WORD))
    }
}

impl FromIterator<Defect> for Defects {
    fn from_iter<Defined: IntoIterator<Item = Defect>>(defects: Defined) -> Self {
        let mut set = Self::default();
        for defect in defects {
            let (word, bit) = Self::place(defect);
            set.0[word] |= bit;
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_says_something() {
        for defect in Defect::ALL.iter().chain(Defect::BROKEN_PARTNERS) {
            assert_eq!(defect.to_string().parse(), Ok(*defect));
            assert!(defect.description().len() > 10, "{defect}");
        }
        assert!(Defect::ALL.iter().all(|defect| !defect.cases().is_empty()));
    }

    #[test]
    fn a_near_miss_is_told_what_was_meant() {
        let error = "no-dedup".parse::<Defect>().unwrap_err();
        assert_eq!(error.near.first(), Some(&"no-dedupe"));
        assert!(error.to_string().contains("did you mean `no-dedupe`"), "{error}");
        assert!("zzzzzzzzzzzzzzz".parse::<Defect>().unwrap_err().near.is_empty());
    }

    #[test]
    fn the_set_keeps_switches_apart() {
        let set: Defects = [Defect::AckDrop, Defect::CannedAnswers].into_iter().collect();
        assert!(set.has(Defect::AckDrop) && set.has(Defect::CannedAnswers));
        assert!(!set.has(Defect::NoDedupe));
    }
}
