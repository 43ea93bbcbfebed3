//! A case as its feature file states it.

use std::sync::Arc;

use super::{example::Example, problem::Problems, tags::Tags};
use crate::contract::{
    capability::Capability,
    id::{CaseId, Clause},
    lane::Lane,
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
            let example = id.example("a").ok()?;
            vec![Example::new(
                example,
                &template,
                &Arc::default(),
                Vec::new(),
                line,
                tags.needs.clone(),
            )]
        } else {
            if tables.is_empty() {
                problems.add(
                    line,
                    format!("{id}: an outline without Examples runs nothing; add a table"),
                );
            }
            rows(&id, &template, &tables, &tags.needs, problems)
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
    case_needs: &[Capability],
    problems: &mut Problems<'_>,
) -> Vec<Example> {
    let mut examples = Vec::new();
    for examples_block in tables {
        let line = examples_block.position.line;
        let (own, unreadable) = Tags::read(&examples_block.tags);
        for problem in unreadable {
            problems.add(line, problem);
        }
        if own
            != (Tags {
                needs: own.needs.clone(),
                ..Tags::default()
            })
        {
            problems.add(
                line,
                format!("{id}: Examples may only carry @needs tags; move the others to the scenario"),
            );
        }
        let mut needs = case_needs.to_vec();
        needs.extend(own.needs.iter().filter(|need| !case_needs.contains(need)));

        let Some((table, (header, body))) = examples_block
            .table
            .as_ref()
            .and_then(|table| Some((table, table.rows.split_first()?)))
        else {
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
        let header: Arc<[String]> = header.as_slice().into();
        for (index, cells) in body.iter().enumerate() {
            let line = table.position.line + index + 1;
            let letter = cells.first().map_or("", String::as_str);
            match id.example(letter) {
                Ok(example) => {
                    examples.push(Example::new(
                        example,
                        template,
                        &header,
                        cells.clone(),
                        line,
                        needs.clone(),
                    ));
                }
                Err(error) => problems.add(line, error.to_string()),
            }
        }
    }
    examples
}
