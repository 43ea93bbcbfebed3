//! Feature files and rulebook must say the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use super::{
    case::Case,
    problem::{Problem, Problems},
    read::Suite,
};
use crate::contract::rulebook::Rulebook;

/// Holds one case against its rule.
pub(super) fn case(case: &Case, rulebook: &Rulebook, problems: &mut Problems<'_>) {
    let (id, line) = (&case.id, case.line);
    if case.clauses.is_empty() {
        problems.add(line, format!("{id} cites no clause; add @clause tags"));
    }
    if case.defects.is_empty() {
        problems.add(
            line,
            format!("{id} names no defect that it must notice; add @defect tags"),
        );
    }
    for clause in &case.clauses {
        if rulebook.clause(clause).is_none() {
            problems.add(
                line,
                format!("{id} cites {clause}, which is not in rulebook/clauses.toml"),
            );
        }
    }
    for defect in &case.defects {
        if rulebook.defect(defect).is_none() {
            problems.add(
                line,
                format!("{id} names defect {defect}, which is not in rulebook/defects.toml"),
            );
        }
    }
    let Some(rule) = rulebook.case(id) else {
        problems.add(
            line,
            format!("{id} is not in the rulebook; describe it in the file of its area"),
        );
        return;
    };
    if rule.severity != case.severity {
        problems.add(
            line,
            format!(
                "{id} is {} here and {} in the rulebook",
                case.severity, rule.severity
            ),
        );
    }
    same(id, "clauses", &case.clauses, &rule.clauses, line, problems);
    let defects: Vec<_> = rulebook
        .defects_of(id)
        .map(|defect| defect.name.clone())
        .collect();
    same(id, "defects", &case.defects, &defects, line, problems);
    let letters: BTreeSet<_> = case
        .examples
        .iter()
        .map(|example| example.id().letter())
        .collect();
    for letter in rule.example_needs.keys() {
        if !letters.contains(letter.as_str()) {
            problems.add(
                line,
                format!("{id} has no example {letter}, but the rulebook says what it needs"),
            );
        }
    }
}

/// Holds the rulebook against all cases.
pub(super) fn whole(suite: &Suite, rulebook: &Rulebook, found: &mut Vec<Problem>) {
    let examples: BTreeMap<_, BTreeSet<_>> = suite
        .cases
        .iter()
        .map(|case| {
            (
                &case.id,
                case.examples
                    .iter()
                    .map(|example| example.id().letter())
                    .collect(),
            )
        })
        .collect();
    for rule in &rulebook.cases {
        if !examples.contains_key(&rule.id) {
            let file = format!("rulebook/{}.toml", rule.id.area().as_str().to_lowercase());
            Problems::of(&file, found).add(0, format!("{} has no scenario in any feature file", rule.id));
        }
    }
    let mut problems = Problems::of("rulebook/defects.toml", found);
    for defect in &rulebook.defects {
        for kill in &defect.kills {
            let Some(letters) = examples.get(&kill.case) else {
                continue;
            };
            for letter in kill
                .examples
                .iter()
                .filter(|letter| !letters.contains(letter.as_str()))
            {
                problems.add(
                    0,
                    format!(
                        "defect {} names {}/{letter}, which does not exist",
                        defect.name, kill.case
                    ),
                );
            }
        }
    }
}

fn same<T: Ord + Display>(
    id: &impl Display,
    what: &str,
    here: &[T],
    there: &[T],
    line: usize,
    problems: &mut Problems<'_>,
) {
    let (here, there): (BTreeSet<_>, BTreeSet<_>) = (here.iter().collect(), there.iter().collect());
    for only in here.difference(&there) {
        problems.add(
            line,
            format!("{id}: {only} is among the {what} here, but not in the rulebook"),
        );
    }
    for only in there.difference(&here) {
        problems.add(
            line,
            format!("{id}: {only} is among the {what} in the rulebook, but not here"),
        );
    }
}
