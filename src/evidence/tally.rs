//! How many of what.

use serde::{Deserialize, Serialize};

use crate::{
    checks::outcome::Grade,
    plan::entry::Selection,
    verdict::{lattice::Verdict, result::Row},
};

/// Counts over some planned examples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Examples that ran or should have run; the next five add up to it.
    pub selected: u64,
    /// Passed.
    pub pass: u64,
    /// Declared, but not observable.
    pub inconclusive: u64,
    /// The partner is wrong.
    pub fail: u64,
    /// The harness or its surroundings are wrong, or nothing was judged.
    pub error: u64,
    /// Failed or inconclusive under a valid waiver, and counted here only.
    #[serde(default)]
    pub waived: u64,
    /// Not asked, for want of a declaration.
    pub not_applicable: u64,
    /// Left out by a filter or the mode.
    pub excluded: u64,
    /// The weakest evidence behind any of the passes.
    pub lowest_grade: Option<Grade>,
}

impl Tally {
    /// Counts rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut tally = Self::default();
        for row in rows {
            tally.add(row);
        }
        tally
    }

    fn add(&mut self, row: &Row) {
        match row.entry.selection {
            Selection::NotApplicable { .. } => self.not_applicable += 1,
            Selection::Excluded { .. } => self.excluded += 1,
            Selection::Selected => {
                self.selected += 1;
                match row.verdict() {
                    _ if row.waived().is_some() => self.waived += 1,
                    Verdict::Pass => self.pass += 1,
                    Verdict::Inconclusive => self.inconclusive += 1,
                    Verdict::Fail => self.fail += 1,
                    Verdict::None | Verdict::Error => self.error += 1,
                }
                let grade = row.result.as_ref().and_then(|result| result.grade);
                self.lowest_grade = self.lowest_grade.max(grade);
            }
        }
    }
}
