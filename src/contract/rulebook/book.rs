//! The rulebook as a whole, and looking things up in it.

use std::sync::LazyLock;

use super::{
    entry::{Area, CaseRule, ClauseEntry, Defect, Remedy},
    load,
};
use crate::contract::{
    error::ContractError,
    id::{AreaId, CaseId, Clause},
};

static EMBEDDED: LazyLock<Result<Rulebook, ContractError>> = LazyLock::new(load::embedded);

/// Everything the rulebook files say, in catalogue order.
#[derive(Clone, Debug, PartialEq)]
pub struct Rulebook {
    /// Clauses of the seeds, in seed order.
    pub clauses: Vec<ClauseEntry>,
    /// Areas by their order.
    pub areas: Vec<Area>,
    /// Cases by area, then number.
    pub cases: Vec<CaseRule>,
    /// Defects in the order of their file.
    pub defects: Vec<Defect>,
    /// What to do about findings that have a remedy of their own.
    pub remedies: Vec<Remedy>,
}

impl Rulebook {
    /// The embedded rulebook, read once.
    pub fn embedded() -> Result<&'static Self, &'static ContractError> {
        EMBEDDED.as_ref()
    }

    /// Reads a rulebook without remedies of single findings from texts: the clause, area and defect files and the case
    /// files, each with the name that errors should carry.
    pub fn from_texts(
        clauses: (&str, &str),
        areas: (&str, &str),
        defects: (&str, &str),
        cases: &[(&str, &str)],
    ) -> Result<Self, ContractError> {
        load::from_texts(clauses, areas, defects, cases)
    }

    /// What it says about a case.
    pub fn case(&self, id: &CaseId) -> Option<&CaseRule> {
        self.cases.iter().find(|case| case.id == *id)
    }

    /// What a clause says.
    pub fn clause(&self, id: &Clause) -> Option<&ClauseEntry> {
        self.clauses.iter().find(|clause| clause.id == *id)
    }

    /// An area.
    pub fn area(&self, id: &AreaId) -> Option<&Area> {
        self.areas.iter().find(|area| area.id == *id)
    }

    /// A defect.
    pub fn defect(&self, name: &str) -> Option<&Defect> {
        self.defects.iter().find(|defect| defect.name == name)
    }

    /// The defects that a case must notice, in file order.
    pub fn defects_of<'a>(&'a self, case: &'a CaseId) -> impl Iterator<Item = &'a Defect> {
        self.defects
            .iter()
            .filter(move |defect| defect.kills.iter().any(|kill| kill.case == *case))
    }

    /// What to do about a finding in a case, where the finding has a remedy of its own. Where the case is about the
    /// finding, that of the case is better.
    pub fn remedy(&self, case: &CaseId, code: &str) -> Option<&str> {
        let remedy = self.remedies.iter().find(|remedy| remedy.code.name() == code)?;
        let kills = self.defects.iter().flat_map(|defect| &defect.kills);
        let is_about = kills
            .filter(|kill| kill.case == *case)
            .any(|kill| kill.codes.contains(&remedy.code));
        (!is_about).then_some(remedy.fix.as_str())
    }

    /// Sort key of a case in the catalogue: place of its area, then its number.
    pub fn place(&self, case: &CaseId) -> (u32, CaseId) {
        let area = self.area(&case.area()).map_or(u32::MAX, |area| area.order);
        (area, case.clone())
    }
}
