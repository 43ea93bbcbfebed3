//! One concrete example of a case. Its scenario is made when it is asked for: an outline with many
//! rows then costs one template, not a copy a row.

use std::sync::Arc;

use super::tags::EXAMPLE;
use crate::contract::{capability::Capability, id::ExampleId};

/// One example: a plain scenario, or one row of an outline.
#[derive(Clone, Debug)]
pub struct Example {
    id: ExampleId,
    title: String,
    line: usize,
    needs: Vec<Capability>,
    template: Arc<gherkin::Scenario>,
    header: Arc<[String]>,
    cells: Vec<String>,
}

impl Example {
    pub(super) fn new(
        id: ExampleId,
        template: &Arc<gherkin::Scenario>,
        header: &Arc<[String]>,
        cells: Vec<String>,
        line: usize,
        needs: Vec<Capability>,
    ) -> Self {
        let mut example = Self {
            id,
            title: String::new(),
            line,
            needs,
            template: Arc::clone(template),
            header: Arc::clone(header),
            cells,
        };
        let name = example.filled(&template.name);
        example.title = match example.cells.get(1) {
            Some(variation) if !variation.is_empty() && name == template.name => {
                format!("{name}: {variation}")
            }
            _ => name,
        };
        example
    }

    /// Its id.
    pub fn id(&self) -> &ExampleId {
        &self.id
    }

    /// The case's title and what this example varies.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where it stands in its file: the line of its scenario or of its row.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What it needs by its tags, its case's included.
    pub fn needs(&self) -> &[Capability] {
        &self.needs
    }

    /// The cell of its row under a heading.
    pub fn cell(&self, heading: &str) -> Option<&str> {
        let column = self.header.iter().position(|name| name == heading)?;
        self.cells.get(column).map(String::as_str)
    }

    /// Headings and cells of its row, from left to right; empty for a plain scenario.
    pub fn row(&self) -> impl Iterator<Item = (&str, &str)> {
        self.header
            .iter()
            .map(String::as_str)
            .zip(self.cells.iter().map(String::as_str))
    }

    /// The scenario with the row's values in place. It carries its id as the tag `example:ID`, and id
    /// and title as its name.
    pub fn scenario(&self) -> gherkin::Scenario {
        let mut scenario = (*self.template).clone();
        scenario.name = format!("{} {}", self.id, self.title);
        scenario.position.line = self.line;
        scenario.tags.push(format!("{EXAMPLE}{}", self.id));
        if !self.cells.is_empty() {
            for step in &mut scenario.steps {
                step.value = self.filled(&step.value);
                for cell in step
                    .table
                    .iter_mut()
                    .flat_map(|table| table.rows.iter_mut().flatten())
                {
                    *cell = self.filled(cell);
                }
            }
        }
        scenario
    }

    /// Replaces every `<heading>` by the row's cell in one pass, so that a cell which itself holds
    /// angle brackets is taken as it is. Brackets around anything but a heading stay.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            let (before, from_bracket) = rest.split_at(open);
            filled.push_str(before);
            let inside = from_bracket[1..].split_once('>');
            if let Some((cell, after)) = inside.and_then(|(name, after)| Some((self.cell(name)?, after))) {
                filled.push_str(cell);
                rest = after;
            } else {
                filled.push('<');
                rest = &from_bracket[1..];
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// The id that a planned scenario carries.
pub fn example_id(scenario: &gherkin::Scenario) -> Option<ExampleId> {
    scenario
        .tags
        .iter()
        .find_map(|tag| tag.strip_prefix(EXAMPLE)?.parse().ok())
}
