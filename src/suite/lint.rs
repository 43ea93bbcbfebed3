//! Rules that keep a feature file from meaning less than it says.
//!
//! The engine runs nothing, and says nothing, for an outline without rows, a scenario whose first
//! keyword is misspelt, or a step that nobody defined. Each of these would be a green that means
//! nothing, so all of them are refused before anything runs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    case::Case,
    lint_rulebook,
    problem::{Problem, Problems, SuiteError},
    read::Suite,
};
use crate::contract::{mode::Mode, rest::Rest, rulebook::Rulebook};

/// How many step definitions match a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepMatch {
    /// None.
    Undefined,
    /// These, by their expressions.
    Ambiguous(Vec<String>),
    /// Exactly one.
    Defined,
}

/// Holds a suite against the rulebook and the step definitions. The error lists every problem.
pub fn lint(
    suite: &Suite,
    rulebook: &Rulebook,
    resolve: &dyn Fn(&gherkin::Step) -> StepMatch,
) -> Result<(), SuiteError> {
    let mut found = Vec::new();
    frames(suite, resolve, &mut found);
    let mut seen = BTreeMap::new();
    for case in &suite.cases {
        let mut problems = Problems::of(&case.file, &mut found);
        if let Some(earlier) = seen.insert(&case.id, case) {
            let place = format!("{}:{}", earlier.file, earlier.line);
            problems.add(
                case.line,
                format!("{} is already at {place}; ids are never used twice", case.id),
            );
        }
        letters(case, &mut problems);
        modes(case, &mut problems);
        template(case, &mut problems);
        steps(case, resolve, &mut problems);
        lint_rulebook::case(case, rulebook, &mut problems);
    }
    lint_rulebook::whole(suite, rulebook, &mut found);
    if found.is_empty() {
        Ok(())
    } else {
        found.sort();
        found.dedup();
        Err(SuiteError(found))
    }
}

fn frames(suite: &Suite, resolve: &dyn Fn(&gherkin::Step) -> StepMatch, found: &mut Vec<Problem>) {
    for document in &suite.documents {
        let mut problems = Problems::of(&document.path, found);
        if let Some(background) = &document.frame.background {
            if background.description.is_some() {
                problems.add(background.position.line, DESCRIPTION);
            }
            for step in &background.steps {
                shape(step, &mut problems);
                resolved(step, resolve, &mut problems);
            }
        }
    }
}

const DESCRIPTION: &str = "text before the first step; a step with a misspelt keyword ends up there and is never \
                           run, so explanations belong under the feature or in a comment";

fn letters(case: &Case, problems: &mut Problems<'_>) {
    let key = |letter: &str| (letter.len(), letter.to_owned());
    for pair in case.examples.windows(2) {
        if let [earlier, later] = pair {
            let (before, after) = (earlier.id().letter(), later.id().letter());
            if key(before) >= key(after) {
                let text = format!(
                    "{}: letter {after} stands behind {before}; letters rise and are unique",
                    case.id
                );
                problems.add(later.line(), text);
            }
        }
    }
    let mut titles = BTreeSet::new();
    for example in &case.examples {
        if !titles.insert(example.title()) {
            let text = format!(
                "{}: another example is also titled {:?}",
                example.id(),
                example.title()
            );
            problems.add(example.line(), text);
        }
    }
    if case.examples.is_empty() {
        problems.add(
            case.line,
            format!("{} has no example, so it would run nothing; add rows", case.id),
        );
    }
}

/// Pauses of hours belong into long runs, and nothing else does.
fn modes(case: &Case, problems: &mut Problems<'_>) {
    for example in &case.examples {
        let rests_for_hours = example.rest().is_some_and(Rest::is_for_long_runs);
        if rests_for_hours != (example.mode() == Mode::Long) {
            let text = if rests_for_hours {
                "waits for hours; put @mode:long on its Examples"
            } else {
                "is in long runs alone, but names no pause of hours; take @mode:long away"
            };
            problems.add(example.line(), format!("{} {text}", example.id()));
        }
    }
}

/// What every example of the case has in common.
fn template(case: &Case, problems: &mut Problems<'_>) {
    let Some(example) = case.examples.first() else {
        return;
    };
    let scenario = example.template();
    if case.title.trim().is_empty() {
        problems.add(case.line, format!("{} has no title", case.id));
    }
    if scenario.description.is_some() {
        problems.add(case.line, format!("{}: {DESCRIPTION}", case.id));
    }
    if !scenario
        .steps
        .iter()
        .any(|step| step.ty == gherkin::StepType::Then)
    {
        problems.add(
            case.line,
            format!("{} has no Then, so it would judge nothing", case.id),
        );
    }
    for step in &scenario.steps {
        shape(step, problems);
        let cells = step.table.iter().flat_map(|table| table.rows.iter().flatten());
        for text in std::iter::once(&step.value).chain(cells) {
            for name in example.unknown_placeholders(text) {
                problems.add(
                    step.position.line,
                    format!("<{name}> is no column of the Examples"),
                );
            }
        }
    }
}

fn shape(step: &gherkin::Step, problems: &mut Problems<'_>) {
    if step.keyword.trim() == "*" {
        problems.add(
            step.position.line,
            "steps with * are always read as Given; write the keyword",
        );
    }
    if step.docstring.is_some() {
        let text = "docstrings do not keep their bytes; name the body in the step instead";
        problems.add(step.position.line, text);
    }
}

fn steps(case: &Case, resolve: &dyn Fn(&gherkin::Step) -> StepMatch, problems: &mut Problems<'_>) {
    for example in &case.examples {
        for step in &example.scenario().steps {
            resolved(step, resolve, problems);
        }
    }
}

fn resolved(
    step: &gherkin::Step,
    resolve: &dyn Fn(&gherkin::Step) -> StepMatch,
    problems: &mut Problems<'_>,
) {
    let text = format!("{} {}", step.keyword.trim(), step.value);
    match resolve(step) {
        StepMatch::Defined => {}
        StepMatch::Undefined => problems.add(step.position.line, format!("no step is defined for {text:?}")),
        StepMatch::Ambiguous(expressions) => {
            let all = expressions.join(" and ");
            problems.add(
                step.position.line,
                format!("{text:?} is defined more than once: {all}"),
            );
        }
    }
}
