//! Suite and rulebook together, by area, and links between what they name.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::markdown::{anchor, text};
use crate::{
    cli::{error::CliError, prepare},
    contract::{
        id::{AreaId, CaseId},
        rulebook::{
            Rulebook,
            entry::{Area, CaseRule},
        },
    },
    runner::table::StepTable,
    suite::{case::Case, read::Suite},
};

/// What the pages about cases are made from.
#[derive(Debug)]
pub struct Catalogue {
    /// The feature files.
    pub suite: Arc<Suite>,
    /// The rulebook.
    pub rulebook: &'static Rulebook,
}

/// A case as both know it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// From the feature file.
    pub case: &'a Case,
    /// From the rulebook.
    pub rule: &'a CaseRule,
}

impl Catalogue {
    /// The embedded one, held against itself.
    pub fn embedded() -> Result<Self, CliError> {
        let (suite, rulebook) = prepare::suite(&StepTable::default())?;
        Ok(Self { suite, rulebook })
    }

    /// The areas with cases, in the order of the catalogue.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.rulebook
            .areas
            .iter()
            .filter(|area| self.cases(&area.id).next().is_some())
    }

    /// The cases of an area by their numbers.
    pub fn cases<'a>(&'a self, area: &'a AreaId) -> impl Iterator<Item = Entry<'a>> {
        self.entries().filter(move |entry| entry.rule.id.area() == *area)
    }

    /// All cases, by area and number.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.rulebook.cases.iter().filter_map(|rule| {
            let case = self.suite.case(&rule.id)?;
            Some(Entry { case, rule })
        })
    }

    /// Text in which every known case is a link. `here` is the area of the page that it stands on.
    pub fn linked(&self, plain: &str, here: Option<&AreaId>) -> String {
        static CASE: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"\b[A-Z]{2,4}(?:-[A-Z]+)?-[0-9]{2}\b").ok());
        let Some(pattern) = &*CASE else {
            return text(plain);
        };
        let mut written = String::new();
        let mut rest = 0;
        for found in pattern.find_iter(plain) {
            let known = found.as_str().parse().ok();
            let Some(case) = known.filter(|case| self.rulebook.case(case).is_some()) else {
                continue;
            };
            written.push_str(&text(&plain[rest..found.start()]));
            written.push_str(&link(&case, here));
            rest = found.end();
        }
        written.push_str(&text(&plain[rest..]));
        written
    }
}

/// The page of an area, beside the other pages about cases.
pub fn page_of(area: &AreaId) -> String {
    format!("{}.md", area.as_str().to_lowercase())
}

/// A link to a case from a page about cases.
pub fn link(case: &CaseId, here: Option<&AreaId>) -> String {
    let area = case.area();
    let page = if here == Some(&area) {
        String::new()
    } else {
        page_of(&area)
    };
    format!("[{case}]({page}#{})", anchor(case.as_str()))
}
