//! The engine's parser: features that hold only the planned examples, one file at a time.

use std::{collections::BTreeSet, sync::Arc};

use cucumber::{Parser, cli, parser};
use futures::stream::{self, BoxStream, StreamExt as _};

use super::{case::Case, example::Example, read::Suite};
use crate::contract::id::ExampleId;

/// Hands the engine the planned examples of a suite. Files without a planned example are left out.
///
/// Every scenario carries its example id (see [`super::example::example_id`]), every feature the path
/// of its file below `features/`, so that nothing depends on where the program was started.
#[derive(Clone, Debug)]
pub struct PlannedParser {
    suite: Arc<Suite>,
    planned: BTreeSet<ExampleId>,
}

impl PlannedParser {
    /// A parser for these examples. Ids that the suite does not have yield nothing.
    pub fn new(suite: Arc<Suite>, planned: impl IntoIterator<Item = ExampleId>) -> Self {
        Self {
            suite,
            planned: planned.into_iter().collect(),
        }
    }

    /// The features one after the other; a feature is made when it is asked for.
    pub fn features(self) -> impl Iterator<Item = gherkin::Feature> + Send + 'static {
        (0..self.suite.documents.len()).filter_map(move |index| self.feature(index))
    }

    fn feature(&self, index: usize) -> Option<gherkin::Feature> {
        let document = self.suite.documents.get(index)?;
        let scenarios: Vec<_> = self
            .suite
            .cases
            .iter()
            .filter(|case| case.file == document.path)
            .flat_map(|case: &Case| &case.examples)
            .filter(|example| self.planned.contains(example.id()))
            .map(Example::scenario)
            .collect();
        if scenarios.is_empty() {
            return None;
        }
        let mut feature = document.frame.clone();
        feature.scenarios = scenarios;
        Some(feature)
    }
}

impl Parser<()> for PlannedParser {
    type Cli = cli::Empty;
    type Output = BoxStream<'static, parser::Result<gherkin::Feature>>;

    fn parse(self, (): (), _: cli::Empty) -> Self::Output {
        stream::iter(self.features().map(Ok)).boxed()
    }
}
