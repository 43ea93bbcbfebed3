//! One concrete example of a case. Its scenario is made when it is asked for: an outline with many
//! rows then costs one template, not a copy a row.

use std::sync::Arc;

use super::tags::EXAMPLE;
use crate::contract::{capability::Capability, id::ExampleId, mode::Mode, rest::Rest, severity::Severity};

/// One example: a plain scenario, or one row of an outline.
#[derive(Clone, Debug)]
pub struct Example {
    id: ExampleId,
    title: String,
    line: usize,
    severity: Severity,
    needs: Vec<Capability>,
    mode: Mode,
    template: Arc<gherkin::Scenario>,
    header: Arc<[String]>,
    cells: Vec<String>,
}

impl Example {
    /// A plain scenario.
    pub(super) fn plain(
        id: ExampleId,
        template: &Arc<gherkin::Scenario>,
        severity: Severity,
        needs: &[Capability],
        mode: Mode,
    ) -> Self {
        Self {
            id,
            title: template.name.clone(),
            line: template.position.line,
            severity,
            needs: needs.to_vec(),
            mode,
            template: Arc::clone(template),
            header: Arc::default(),
            cells: Vec::new(),
        }
    }

    /// One row of an outline.
    pub(super) fn row_of(outline: &Outline<'_>, id: ExampleId, cells: Vec<String>, line: usize) -> Self {
        let mut example = Self {
            cells,
            line,
            header: Arc::clone(&outline.header),
            ..Self::plain(
                id,
                outline.template,
                outline.severity,
                &outline.needs,
                outline.mode,
            )
        };
        let template = outline.template;
        let name = example.filled(&template.name);
        example.title = match example.cells.get(1) {
            Some(variation) if !variation.is_empty() && name == template.name => {
                // A cell that goes on with the sentence of a step begins with its comma.
                format!("{name}: {}", variation.trim_start_matches([',', ' ']))
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

    /// Its weight: its case's, or less.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What it needs by its tags, its case's included.
    pub fn needs(&self) -> &[Capability] {
        &self.needs
    }

    /// The least mode in which it runs.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The long pause that its row names, if it makes one.
    pub fn rest(&self) -> Option<Rest> {
        self.cells.iter().find_map(|cell| cell.parse().ok())
    }

    /// The cell of its row under a heading.
    pub fn cell(&self, heading: &str) -> Option<&str> {
        let column = self.header.iter().position(|name| name == heading)?;
        self.cells.get(column).map(String::as_str)
    }

    /// Headings and cells of its row, from left to right; empty for a plain scenario.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
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

    /// The scenario before any value was put in place.
    pub fn template(&self) -> &gherkin::Scenario {
        &self.template
    }

    /// Names in angle brackets that are no headings, in an outline.
    pub(super) fn unknown_placeholders<'a>(&self, text: &'a str) -> Vec<&'a str> {
        if self.header.is_empty() {
            return Vec::new();
        }
        text.split('<')
            .skip(1)
            .filter_map(|after| after.split_once('>'))
            .map(|(name, _)| name)
            .filter(|name| self.cell(name).is_none())
            .collect()
    }

    /// Replaces every `<heading>` by the row's cell in one pass, so that a cell which itself holds
    /// angle brackets is taken as it is. Brackets around anything but a heading stay.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut parts = text.split('<');
        filled.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let named = part.split_once('>');
            if let Some((cell, after)) = named.and_then(|(name, after)| Some((self.cell(name)?, after))) {
                filled.push_str(cell);
                filled.push_str(after);
            } else {
                filled.push('<');
                filled.push_str(part);
            }
        }
        filled
    }
}

/// What all rows of one Examples table share.
pub(super) struct Outline<'a> {
    pub(super) template: &'a Arc<gherkin::Scenario>,
    pub(super) header: Arc<[String]>,
    pub(super) severity: Severity,
    pub(super) needs: Vec<Capability>,
    pub(super) mode: Mode,
}

/// The id that a planned scenario carries.
pub fn example_id(scenario: &gherkin::Scenario) -> Option<ExampleId> {
    scenario
        .tags
        .iter()
        .find_map(|tag| tag.strip_prefix(EXAMPLE)?.parse().ok())
}
