//! Everything that the page says. What came from outside stands in it as cleaned text only.

use serde::Serialize;
use serde_json::Value;

use super::{
    areas::{self, AreaCount, Part},
    assurance::{self, Assurance},
    causes::{self, Causes},
    clauses::{self, Document},
    declared::{self, Declared},
    example::{self, Example},
    facts::{self, Figure},
    happening::Happening,
    history, moments,
    unselected::{self, Reason},
    weight::{self, Weight},
    words,
};
use crate::{
    checks::outcome::Grade,
    evidence::{derived::Basis, manifest, standing::Standing, tally::Tally, text::HtmlText},
    transcript::{reader::ReadError, record::RunStarted},
};

/// The page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Page {
    outcome: words::Shown,
    meaning: &'static str,
    interrupted: bool,
    certifiable: bool,
    limits: Vec<HtmlText>,
    partner: Partner,
    assurance: Assurance,
    run: Run,
    tally: Tally,
    grades: Vec<(&'static str, &'static str, usize)>,
    /// Passes that have no grade.
    ungraded: usize,
    bar: Vec<Part>,
    /// What it comes down to; none where everything passed.
    causes: Option<Causes>,
    /// What asks for something to be done, heaviest first.
    weights: Vec<Weight>,
    /// Waivers that are void, and why; each fails the run.
    void_waivers: Vec<(HtmlText, HtmlText)>,
    areas: Vec<AreaCount>,
    not_applicable: Vec<Reason>,
    excluded: Vec<Reason>,
    documents: Vec<Document>,
    /// Standings that occur among the examples, for the filter.
    standings: Vec<words::Shown>,
    examples: Vec<Group>,
    outside: Vec<Happening>,
    exchanges: usize,
    declared: Vec<Declared>,
    figures: Vec<Figure>,
    assumed: usize,
    configuration: Vec<HtmlText>,
    body_limit: usize,
}

/// The examples of one area.
#[derive(Clone, Debug, Serialize)]
struct Group {
    area: HtmlText,
    title: HtmlText,
    examples: Vec<Example>,
}

/// Whom the run is about.
#[derive(Clone, Debug, Serialize)]
struct Partner {
    name: HtmlText,
    id: HtmlText,
    implementation: HtmlText,
    version: HtmlText,
}

/// Facts of the run.
#[derive(Clone, Debug, Serialize)]
struct Run {
    id: HtmlText,
    version: HtmlText,
    suite_digest: HtmlText,
    plan_digest: HtmlText,
    seed: String,
    started_at: HtmlText,
    mode: HtmlText,
    took: String,
    longest: Option<(HtmlText, String)>,
}

/// Puts the page together.
pub(super) fn page(basis: &Basis<'_>) -> Result<Page, ReadError> {
    let Basis {
        started, assessment, ..
    } = *basis;
    let rows = &assessment.rows;
    let mut history = history::history(basis)?;
    let declared = declared::declared(&history);
    let areas = areas::areas(rows);
    let mut examples = Vec::new();
    for area in areas.iter().filter(|area| area.ran) {
        let ran = rows.iter().filter(|row| {
            row.entry.area().as_str() == area.id.as_str()
                && !matches!(Standing::of(row), Standing::NotApplicable | Standing::Excluded)
        });
        examples.push(Group {
            area: area.id.clone(),
            title: area.title.clone(),
            examples: ran
                .map(|row| example::example(row, assessment, &mut history))
                .collect(),
        });
    }
    let grades = [Grade::A, Grade::B, Grade::C].map(|grade| {
        let (letter, meaning) = words::grade(grade);
        let graded = rows
            .iter()
            .filter(|row| row.result.as_ref().and_then(|result| result.grade) == Some(grade));
        (letter, meaning, graded.count())
    });
    Ok(Page {
        outcome: words::outcome(assessment.outcome),
        meaning: words::meaning(assessment.outcome, rows.iter().any(|row| row.waived().is_some())),
        interrupted: assessment.interrupted,
        certifiable: started.not_certifiable.is_empty() && !assessment.interrupted,
        limits: started
            .not_certifiable
            .iter()
            .map(|limit| HtmlText::line(limit))
            .collect(),
        partner: partner(&started.configuration),
        assurance: assurance::assurance(started.assurance),
        run: run(basis),
        tally: Tally::of(rows),
        grades: grades.to_vec(),
        ungraded: rows
            .iter()
            .filter(|row| Standing::of(row) == Standing::Passed)
            .filter(|row| row.result.as_ref().is_some_and(|result| result.grade.is_none()))
            .count(),
        bar: areas::bar(rows.iter()),
        causes: causes::causes(assessment),
        weights: weight::weights(rows),
        void_waivers: assessment
            .waivers
            .iter()
            .filter_map(|used| Some((HtmlText::line(&used.waiver.case), HtmlText::line(used.failure()?))))
            .collect(),
        areas,
        not_applicable: unselected::reasons(rows, Standing::NotApplicable),
        excluded: unselected::reasons(rows, Standing::Excluded),
        documents: clauses::documents(rows),
        standings: words::RAN
            .into_iter()
            .chain([Standing::NotApplicable, Standing::Excluded])
            .filter(|standing| rows.iter().any(|row| Standing::of(row) == *standing))
            .map(words::shown)
            .collect(),
        examples,
        outside: history.outside.happenings,
        exchanges: history.exchanges,
        declared,
        figures: facts::figures(&started.profile),
        assumed: manifest::assumed(&started.profile).len(),
        configuration: facts::configuration(&started.configuration),
        body_limit: super::body::BODY_LIMIT,
    })
}

fn partner(configuration: &Value) -> Partner {
    let text = |key: &str| {
        let value = configuration
            .get("partner")
            .and_then(|partner| partner.get(key)?.as_str());
        HtmlText::line(value.unwrap_or_default())
    };
    Partner {
        name: text("name"),
        id: text("id"),
        implementation: text("implementation"),
        version: text("version"),
    }
}

fn run(basis: &Basis<'_>) -> Run {
    let RunStarted {
        run_id,
        version,
        suite_digest,
        plan_digest,
        seed,
        started_at,
        mode,
        ..
    } = basis.started;
    Run {
        id: HtmlText::line(run_id),
        version: HtmlText::line(version),
        suite_digest: HtmlText::line(suite_digest),
        plan_digest: HtmlText::line(plan_digest),
        // Text, because the template engine may round large numbers.
        seed: seed.to_string(),
        started_at: HtmlText::line(started_at),
        mode: HtmlText::line(mode),
        took: moments::span(basis.assessment.wall.0),
        longest: basis
            .assessment
            .longest
            .as_ref()
            .map(|(example, micros)| (HtmlText::line(example.as_str()), moments::span(micros.0))),
    }
}
