//! A case as its feature file states it.

use std::sync::Arc;

use super::{
    example::{Example, Outline},
    problem::Problems,
    tags::Tags,
};
use crate::contract::{
    capability::Capability,
    id::{CaseId, Clause},
    lane::Lane,
    mode::Mode,
    severity::Severity,
};

/// One case: what its tags say, and its examples.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Its title: the scenario's name.
    pub title: String,
    /// Weight in the certificate.
    pub severity: Severity,
    /// The clauses behind it.
    pub clauses: Vec<Clause>,
    /// The defects it must notice.
    pub defects: Vec<String>,
    /// Which other examples its examples may run beside.
    pub lane: Lane,
    /// Whether its failures are about timing.
    pub timing: bool,
    /// What its examples need, by its tags.
    pub needs: Vec<Capability>,
    /// The file.
    pub file: Arc<str>,
    /// The line of its scenario.
    pub line: usize,
    /// Its examples in the order of the file.
    pub examples: Vec<Example>,
}

impl Case {
    /// Reads a scenario with the tags of its feature. Everything that is wrong goes to `problems`;
    /// a scenario with problems in its tags or letters makes no case.
    pub(super) fn try_from(
        file: &Arc<str>,
        feature_tags: &[String],
        mut scenario: gherkin::Scenario,
        problems: &mut Problems<'_>,
    ) -> Option<Self> {
        let line = scenario.position.line;
        let (tags, unreadable) = Tags::read(feature_tags.iter().chain(&scenario.tags));
        let readable = unreadable.is_empty();
        for problem in unreadable {
            problems.add(line, problem);
        }
        let id = exactly_one(tags.cases, "case", line, problems);
        let severity = exactly_one(tags.severities, "severity", line, problems);
        if tags.lanes.len() > 1 {
            problems.add(line, "more than one lane; keep one @lane tag");
        }
        let (id, severity) = (id?, severity?);
        let tables = std::mem::take(&mut scenario.examples);
        let is_outline = scenario.keyword.trim() != "Scenario" && scenario.keyword.trim() != "Example";
        let template = Arc::new(scenario);
        let examples = if tables.is_empty() && !is_outline {
            vec![Example::plain(
                id.example("a").ok()?,
                &template,
                severity,
                &tags.needs,
                mode(&tags.modes),
            )]
        } else {
            if tables.is_empty() {
                problems.add(
                    line,
                    format!("{id}: an outline without Examples runs nothing; add a table"),
                );
            }
            rows(
                &id,
                &template,
                &tables,
                severity,
                &tags.needs,
                mode(&tags.modes),
                problems,
            )
        };
        readable.then(|| Self {
            id,
            title: template.name.clone(),
            severity,
            clauses: tags.clauses,
            defects: tags.defects,
            lane: tags.lanes.first().copied().unwrap_or_default(),
            timing: tags.timing,
            needs: tags.needs,
            file: Arc::clone(file),
            line,
            examples,
        })
    }
}

/// The least mode in which what carries these tags runs.
fn mode(modes: &[Mode]) -> Mode {
    modes.first().copied().unwrap_or(Mode::Certify)
}

fn exactly_one<T>(values: Vec<T>, what: &str, line: usize, problems: &mut Problems<'_>) -> Option<T> {
    let count = values.len();
    let mut values = values.into_iter();
    match (values.next(), count) {
        (Some(value), 1) => Some(value),
        (None, _) => {
            problems.add(line, format!("no {what}; add one @{what}: tag"));
            None
        }
        _ => {
            problems.add(line, format!("more than one {what}; keep one @{what}: tag"));
            None
        }
    }
}

fn rows(
    id: &CaseId,
    template: &Arc<gherkin::Scenario>,
    tables: &[gherkin::Examples],
    severity: Severity,
    needs: &[Capability],
    least: Mode,
    problems: &mut Problems<'_>,
) -> Vec<Example> {
    let mut examples = Vec::new();
    for block in tables {
        let line = block.position.line;
        let rows = block.table.as_ref().and_then(|table| table.rows.split_first());
        let Some((header, body)) = rows else {
            problems.add(
                line,
                format!("{id}: Examples without a table run nothing; add rows"),
            );
            continue;
        };
        if body.is_empty() {
            problems.add(
                line,
                format!("{id}: Examples with a header alone run nothing; add rows"),
            );
        }
        if header.first().map(String::as_str) != Some("x") || header.len() < 2 {
            let text = "the first column of Examples must be x, the letter, and the second say what varies";
            problems.add(line, format!("{id}: {text}"));
        }
        let own = own_tags(id, block, severity, problems);
        let outline = Outline {
            template,
            header: header.as_slice().into(),
            severity: own.severities.first().copied().unwrap_or(severity),
            needs: needs
                .iter()
                .chain(own.needs.iter().filter(|need| !needs.contains(need)))
                .copied()
                .collect(),
            mode: least.max(mode(&own.modes)),
        };
        let first = block.table.as_ref().map_or(line, |table| table.position.line);
        for (index, cells) in body.iter().enumerate() {
            let line = first + index + 1;
            match id.example(cells.first().map_or("", String::as_str)) {
                Ok(example) => examples.push(Example::row_of(&outline, example, cells.clone(), line)),
                Err(error) => problems.add(line, error.to_string()),
            }
        }
    }
    examples
}

/// The tags of one Examples table: it may need more than its case, weigh less and be left to long runs,
/// nothing else.
fn own_tags(id: &CaseId, block: &gherkin::Examples, severity: Severity, problems: &mut Problems<'_>) -> Tags {
    let line = block.position.line;
    let (own, unreadable) = Tags::read(&block.tags);
    for problem in unreadable {
        problems.add(line, problem);
    }
    let allowed = Tags {
        needs: own.needs.clone(),
        severities: own.severities.clone(),
        modes: own.modes.clone(),
        ..Tags::default()
    };
    if own != allowed {
        let text =
            "Examples may only carry @needs, @severity and @mode tags; move the others to the scenario";
        problems.add(line, format!("{id}: {text}"));
    }
    if own.severities.iter().any(|own| *own < severity) || own.severities.len() > 1 {
        problems.add(
            line,
            format!("{id}: Examples may weigh less than their case, not more; keep one severity"),
        );
    }
    own
}
