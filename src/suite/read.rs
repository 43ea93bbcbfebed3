//! The suite: every feature file read into cases.

use std::{collections::HashMap, sync::Arc};

use gherkin::GherkinEnv;

use super::{
    case::Case,
    embedded,
    example::Example,
    problem::{Problem, Problems, SuiteError},
};
use crate::contract::{
    error::ContractError,
    id::{CaseId, ExampleId},
};

/// Longest feature file, in bytes. The parser takes time that grows with the square of the lines.
pub const LONGEST_FILE: usize = 64 * 1024;

/// One feature file without its scenarios, which are in the cases.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path below `features/`, or as given; the same on every machine.
    pub path: Arc<str>,
    /// The feature: name, tags, background; no scenarios.
    pub frame: gherkin::Feature,
}

/// All cases of the suite.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The files, sorted by path.
    pub documents: Vec<Document>,
    /// The cases in the order of files and lines.
    pub cases: Vec<Case>,
    /// Digest of everything the suite asks.
    pub digest: String,
    places: HashMap<ExampleId, (usize, usize)>,
}

/// Why the suite cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The embedded data is unusable.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The feature files have problems.
    #[error(transparent)]
    Suite(#[from] SuiteError),
}

impl Suite {
    /// The embedded suite.
    pub fn embedded() -> Result<Self, LoadError> {
        let mut suite = Self::from_texts(embedded::feature_texts()?)?;
        suite.digest = embedded::digest();
        Ok(suite)
    }

    /// Reads feature files, given as path and text, one by one in the order of their paths.
    pub fn from_texts<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, SuiteError> {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable();
        let digest = embedded::digest_of(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let mut suite = Self {
            documents: Vec::with_capacity(files.len()),
            cases: Vec::new(),
            digest,
            places: HashMap::new(),
        };
        let mut found = Vec::new();
        for (path, text) in files {
            suite.read(path, text, &mut found);
        }
        for (case, examples) in suite.cases.iter().map(|case| &case.examples).enumerate() {
            for (place, example) in examples.iter().enumerate() {
                suite.places.entry(example.id().clone()).or_insert((case, place));
            }
        }
        if found.is_empty() {
            Ok(suite)
        } else {
            Err(SuiteError(found))
        }
    }

    fn read(&mut self, path: &str, text: &str, found: &mut Vec<Problem>) {
        let mut problems = Problems::of(path, found);
        if text.len() > LONGEST_FILE {
            problems.add(0, format!("longer than {LONGEST_FILE} bytes; split it"));
            return;
        }
        let mut frame = match gherkin::Feature::parse(text, GherkinEnv::default()) {
            Ok(feature) => feature,
            Err(error) => {
                problems.add(0, format!("no readable feature file: {error}"));
                return;
            }
        };
        frame.path = Some(path.into());
        let path: Arc<str> = path.into();
        for rule in &frame.rules {
            problems.add(
                rule.position.line,
                "rules are not used here; put the scenarios under the feature",
            );
        }
        for scenario in std::mem::take(&mut frame.scenarios) {
            self.cases
                .extend(Case::try_from(&path, &frame.tags, scenario, &mut problems));
        }
        self.documents.push(Document { path, frame });
    }

    /// A case.
    pub fn case(&self, id: &CaseId) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == *id)
    }

    /// An example and its case.
    pub fn example(&self, id: &ExampleId) -> Option<(&Case, &Example)> {
        let (case, place) = self.places.get(id)?;
        let case = self.cases.get(*case)?;
        let example = case.examples.get(*place)?;
        Some((case, example))
    }
}
