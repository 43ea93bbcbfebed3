//! Folds many examples into few things to say: what the examples of one case have in common is said once.

use std::collections::BTreeMap;

use super::{standing::Standing, telling};
use crate::{
    checks::outcome::Finding,
    contract::id::{CaseId, ExampleId},
    plan::entry::Selection,
    verdict::result::Row,
};

/// Examples of one case that have the same to say.
#[derive(Clone, Debug)]
pub struct Fold<'a> {
    /// Their case.
    pub case: CaseId,
    /// The examples, in plan order.
    pub rows: Vec<&'a Row>,
    /// What they say.
    pub saying: Saying<'a>,
}

/// What folded examples say.
#[derive(Clone, Debug)]
pub enum Saying<'a> {
    /// Findings with the same code, each with its example.
    Findings(Vec<(&'a ExampleId, &'a Finding)>),
    /// The same reason.
    Reason(&'a str),
}

/// Folds the examples of one standing, in plan order. An example with several codes or reasons occurs
/// once for each of them.
pub fn fold<'a>(rows: impl IntoIterator<Item = &'a Row>, standing: Standing) -> Vec<Fold<'a>> {
    let mut folds: Vec<Fold<'_>> = Vec::new();
    let mut places: BTreeMap<(CaseId, &str), usize> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| Standing::of(row) == standing) {
        for (key, finding) in sayings(row) {
            let case = row.entry.case();
            let place = *places.entry((case.clone(), key)).or_insert_with(|| {
                let saying = finding.map_or(Saying::Reason(key), |_| Saying::Findings(Vec::new()));
                folds.push(Fold {
                    case,
                    rows: Vec::new(),
                    saying,
                });
                folds.len() - 1
            });
            let Some(fold) = folds.get_mut(place) else {
                continue;
            };
            if !fold.rows.last().is_some_and(|last| std::ptr::eq(*last, row)) {
                fold.rows.push(row);
            }
            if let (Saying::Findings(findings), Some(finding)) = (&mut fold.saying, finding) {
                findings.push((&row.entry.example, finding));
            }
        }
    }
    folds
}

fn sayings(row: &Row) -> Vec<(&str, Option<&Finding>)> {
    if let Selection::NotApplicable { reason } | Selection::Excluded { reason } = &row.entry.selection {
        return vec![(reason, None)];
    }
    let Some(result) = &row.result else {
        return vec![(telling::NEVER_JUDGED, None)];
    };
    let findings = result
        .findings
        .iter()
        .map(|finding| (finding.code.as_str(), Some(finding)));
    let reasons = result.reasons.iter().map(|reason| (reason.as_str(), None));
    let mut sayings: Vec<_> = findings.chain(reasons).collect();
    if sayings.is_empty() {
        sayings.push(("it gave no reason", None));
    }
    sayings
}

/// Many examples in few words: `WH-SIG-02 (a, b, c), WH-SIG-03/a`.
pub fn named<'a>(examples: impl Iterator<Item = &'a ExampleId>) -> String {
    let mut cases: Vec<(CaseId, Vec<&ExampleId>)> = Vec::new();
    for example in examples {
        let case = example.case();
        match cases.last_mut() {
            Some((last, examples)) if *last == case => examples.push(example),
            _ => cases.push((case, vec![example])),
        }
    }
    let names = cases
        .into_iter()
        .map(|(case, examples)| match examples.as_slice() {
            [example] => example.to_string(),
            several => format!("{case} ({})", letters(several.iter().copied())),
        });
    names.collect::<Vec<_>>().join(", ")
}

impl Fold<'_> {
    /// The case with the letters of its examples: `WH-SIG-02/a`, or `WH-SIG-02 (a, b, c)`.
    pub fn name(&self) -> String {
        match self.rows.as_slice() {
            [row] => row.entry.example.to_string(),
            rows => format!(
                "{} ({})",
                self.case,
                letters(rows.iter().map(|row| &row.entry.example))
            ),
        }
    }

    /// What the titles have in common, to the last whole word; the first title when that is nothing.
    pub fn title(&self) -> &str {
        let mut titles = self.rows.iter().map(|row| row.entry.title.as_str());
        let first = titles.next().unwrap_or_default();
        let common = titles.fold(first, common_words);
        // A title is the case's title, a colon, and what the example varies; of the latter nothing stays.
        let common = match common.trim_end().strip_suffix(':') {
            Some(title) => title,
            None => common.rsplit_once(": ").map_or(common, |(title, _)| title),
        };
        let common = common.trim_end_matches(|character: char| !character.is_alphanumeric());
        let opened = self.rows.len() == 1 || common.is_empty();
        if opened { first } else { common }
    }

    /// Different texts of the findings with the letters of the examples that have them, in plan order.
    pub fn distinct<'b>(&'b self, text: impl Fn(&Finding) -> String + 'b) -> Vec<(String, String)> {
        let Saying::Findings(findings) = &self.saying else {
            return Vec::new();
        };
        lettered(
            findings
                .iter()
                .map(|(example, finding)| (*example, text(finding))),
        )
    }

    /// The timelines of the examples that have one, likewise.
    pub fn timelines(&self) -> Vec<(String, String)> {
        lettered(self.rows.iter().filter_map(|row| {
            let timeline = row.result.as_ref()?.timeline.clone()?;
            Some((&row.entry.example, timeline))
        }))
    }
}

/// Different texts with the letters of the examples that have them, in the order of their first ones.
fn lettered<'a>(texts: impl Iterator<Item = (&'a ExampleId, String)>) -> Vec<(String, String)> {
    let mut distinct: Vec<(String, Vec<&ExampleId>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (example, text) in texts {
        let place = *places.entry(text.clone()).or_insert_with(|| {
            distinct.push((text, Vec::new()));
            distinct.len() - 1
        });
        if let Some((_, examples)) = distinct.get_mut(place) {
            examples.push(example);
        }
    }
    distinct
        .into_iter()
        .map(|(text, mut examples)| {
            examples.dedup();
            (text, letters(examples.into_iter()))
        })
        .collect()
}

fn letters<'a>(examples: impl Iterator<Item = &'a ExampleId>) -> String {
    examples.map(ExampleId::letter).collect::<Vec<_>>().join(", ")
}

fn common_words<'a>(one: &'a str, other: &str) -> &'a str {
    let common = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b)
        .map_or(one.len().min(other.len()), |((at, _), _)| at);
    let head = one.get(..common).unwrap_or_default();
    let whole = common == one.len()
        && other
            .get(common..)
            .is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
    if whole {
        head
    } else {
        head.rfind(' ')
            .and_then(|cut| head.get(..cut))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn examples_of_a_case_with_the_same_code_are_one_fold() {
        let (_, assessment) = sample::run();
        let names: Vec<String> = fold(&assessment.rows, Standing::Failed)
            .iter()
            .map(Fold::name)
            .collect();
        assert_eq!(names, ["WH-SIG-02 (a, b, c)", "WH-SIG-02/a"]);
    }

    #[test]
    fn the_title_of_a_fold_is_what_its_examples_share() {
        assert_eq!(
            common_words("A forged signature: one byte", "A forged signature: no key"),
            "A forged signature:"
        );
        assert_eq!(common_words("Ärger eins", "Ärger zwei"), "Ärger");
        assert_eq!(common_words("Same", "Same"), "Same");
        assert_eq!(common_words("Same", "Sameness"), "");
        assert_eq!(common_words("One", "Two"), "");
    }
}
