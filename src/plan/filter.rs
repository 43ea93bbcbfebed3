//! What a run is asked to leave out.

use serde::{Deserialize, Serialize};

use super::near::near;
pub use crate::contract::mode::Mode;
use crate::{
    contract::id::{AreaId, CaseId, ExampleId},
    suite::example::Example,
};

/// The cases of a smoke run.
const SMOKE: &[&str] = &[
    "WH-DEL-01",
    "WH-DEL-02",
    "WH-SIG-01",
    "WH-SIG-02",
    "WH-SIG-03",
    "WH-SIG-04",
    "WH-SIG-05",
    "WH-DUP-01",
    "WH-DUP-02",
    "EP-TLS-02",
    "EP-TLS-05",
    "RC-JSON-01",
    "RC-JSON-05",
    "API-FLW-03",
    "API-ERR-01",
    "API-ERR-05",
    "API-RL-01",
];

/// Which examples a run is limited to. An example is in when any list names it, or when all lists are
/// empty, and when the mode has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Areas, such as `WH-SIG`.
    pub areas: Vec<String>,
    /// Cases, such as `WH-SIG-02`.
    pub cases: Vec<String>,
    /// Examples, such as `WH-SIG-02/a`.
    pub examples: Vec<String>,
    /// The mode.
    pub mode: Mode,
}

impl Filter {
    /// No limit but the mode's.
    pub fn all(mode: Mode) -> Self {
        Self {
            areas: Vec::new(),
            cases: Vec::new(),
            examples: Vec::new(),
            mode,
        }
    }

    /// Whether it leaves anything out on its own account, the mode aside.
    pub fn limits(&self) -> bool {
        !(self.areas.is_empty() && self.cases.is_empty() && self.examples.is_empty())
    }

    /// Whether an example is in.
    pub fn has(&self, example: &Example) -> bool {
        self.outside(example.id()).is_none() && self.excludes(example).is_none()
    }

    /// Why an example is none of those that were named; none when it is one, or when none was named.
    pub fn outside(&self, example: &ExampleId) -> Option<String> {
        let case = example.case();
        let named = |names: &[String], id: &str| names.iter().any(|name| name == id);
        let outside = self.limits()
            && !named(&self.areas, case.area().as_str())
            && !named(&self.cases, case.as_str())
            && !named(&self.examples, example.as_str());
        outside.then(|| {
            let limits = [self.areas.as_slice(), &self.cases, &self.examples].concat();
            format!("the run is limited to {}", limits.join(", "))
        })
    }

    /// Why the mode leaves an example out; none when it has it.
    pub(super) fn excludes(&self, example: &Example) -> Option<String> {
        if self.mode == Mode::Smoke && !in_smoke(&example.id().case()) {
            return Some("not part of a smoke run".to_owned());
        }
        (example.mode() == Mode::Long && self.mode != Mode::Long).then(|| {
            let why = example
                .rest()
                .map_or_else(String::new, |rest| format!(", because it waits for {rest}"));
            format!("only part of a {} run{why}", example.mode())
        })
    }

    /// The names that do not exist, each with names close to it.
    pub(super) fn unknown<'a>(&self, examples: impl Iterator<Item = &'a ExampleId>) -> Vec<UnknownName> {
        let examples: Vec<&ExampleId> = examples.collect();
        let cases: Vec<CaseId> = examples.iter().map(|example| example.case()).collect();
        let areas: Vec<_> = cases.iter().map(CaseId::area).collect();
        let mut found = Vec::new();
        let mut hold = |what, names: &[String], known: Vec<&str>| {
            for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                let near = near(name, known.iter().copied());
                found.push(UnknownName {
                    what,
                    name: name.clone(),
                    near: near.into_iter().map(str::to_owned).collect(),
                });
            }
        };
        hold("area", &self.areas, areas.iter().map(AreaId::as_str).collect());
        hold("case", &self.cases, cases.iter().map(CaseId::as_str).collect());
        hold(
            "example",
            &self.examples,
            examples.iter().map(|example| example.as_str()).collect(),
        );
        found
    }
}

/// Whether a case is part of a smoke run.
pub fn in_smoke(case: &CaseId) -> bool {
    SMOKE.contains(&case.as_str())
}

/// A name in a filter that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what} is called {name:?}{}", if near.is_empty() { "; `list` shows all of them".to_owned() } else { format!("; did you mean {}?", near.join(", ")) })]
pub struct UnknownName {
    /// Area, case or example.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// Existing names close to it.
    pub near: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::rulebook::Rulebook;

    #[test]
    fn every_case_of_a_smoke_run_exists() {
        let rulebook = Rulebook::embedded().unwrap();
        for name in SMOKE {
            let case: CaseId = name.parse().unwrap();
            assert!(rulebook.case(&case).is_some(), "{name}");
            assert!(in_smoke(&case));
        }
    }
}
