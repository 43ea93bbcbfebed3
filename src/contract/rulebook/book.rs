//! The rulebook as a whole, and looking things up in it.

use std::sync::LazyLock;

use super::{
    entry::{Area, CaseRule, ClauseEntry, Defect},
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
}

impl Rulebook {
    /// The embedded rulebook, read once.
    pub fn embedded() -> Result<&'static Self, &'static ContractError> {
        EMBEDDED.as_ref()
    }

    /// Reads a rulebook from texts: the clause, area and defect files and the case files, each with
    /// the name that errors should carry.
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

    /// Sort key of a case in the catalogue: place of its area, then its number.
    pub fn place(&self, case: &CaseId) -> (u32, CaseId) {
        let area = self.area(&case.area()).map_or(u32::MAX, |area| area.order);
        (area, case.clone())
    }
}
