//! Step definitions, and the matching of step texts: once for each text.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use cucumber::{World as _, step::Collection};

use crate::{steps::world::Example, suite::lint::StepMatch};

/// A matched step: the function, what it is called with, and where it is defined.
#[derive(Clone)]
pub struct Matched {
    /// The step function.
    pub function: cucumber::Step<Example>,
    /// Step and captures.
    pub context: cucumber::step::Context,
    /// Where the captures stand in the text.
    pub captures: regex::CaptureLocations,
    /// Where the definition is.
    pub location: Option<cucumber::step::Location>,
}

/// All step definitions of the suite.
pub struct StepTable {
    collection: Collection<Example>,
    matched: Mutex<HashMap<(gherkin::StepType, String), Matched>>,
}

impl std::fmt::Debug for StepTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepTable").finish_non_exhaustive()
    }
}

impl Default for StepTable {
    fn default() -> Self {
        Self {
            collection: Example::collection(),
            matched: Mutex::default(),
        }
    }
}

impl StepTable {
    /// How many definitions match a step; for the lint, before anything is sent.
    pub fn resolve(&self, step: &gherkin::Step) -> StepMatch {
        match self.find(step) {
            Ok(Some(_)) => StepMatch::Defined,
            Ok(None) => StepMatch::Undefined,
            Err(ambiguous) => StepMatch::Ambiguous(ambiguous),
        }
    }

    /// The definition of a step.
    pub fn find(&self, step: &gherkin::Step) -> Result<Option<Matched>, Vec<String>> {
        let key = (step.ty, step.value.clone());
        let known = self
            .matched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if known.is_some() {
            return Ok(known);
        }
        let found = self.collection.find(step).map_err(|error| {
            error
                .possible_matches
                .iter()
                .map(|(expression, _)| expression.to_string())
                .collect::<Vec<_>>()
        })?;
        let matched = found.map(|(function, captures, location, context)| Matched {
            function: *function,
            context,
            captures,
            location,
        });
        if let Some(matched) = &matched {
            self.matched
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key, matched.clone());
        }
        Ok(matched)
    }
}
