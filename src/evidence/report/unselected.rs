//! What did not run, by reason.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words;
use crate::{
    evidence::{
        folding::{self, Saying},
        standing::Standing,
        text::HtmlText,
    },
    verdict::result::Row,
};

/// Examples that share a reason.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Reason {
    /// The reason.
    pub(super) text: HtmlText,
    /// How many examples.
    pub(super) count: usize,
    /// The examples by case.
    pub(super) cases: Vec<Left>,
}

/// Examples of one case.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Left {
    id: HtmlText,
    area: HtmlText,
    title: HtmlText,
    severity: &'static str,
    clauses: Vec<HtmlText>,
    standing: &'static str,
    count: usize,
}

/// What did not run, with one standing.
pub(super) fn reasons(rows: &[Row], standing: Standing) -> Vec<Reason> {
    let mut reasons: BTreeMap<&str, Reason> = BTreeMap::new();
    let folds = folding::fold(rows, standing);
    for fold in &folds {
        let (Saying::Reason(text), Some(row)) = (&fold.saying, fold.rows.first()) else {
            continue;
        };
        let reason = reasons.entry(text).or_insert_with(|| Reason {
            text: HtmlText::line(text),
            count: 0,
            cases: Vec::new(),
        });
        reason.count += fold.rows.len();
        reason.cases.push(Left {
            id: HtmlText::line(&fold.name()),
            area: HtmlText::line(row.entry.area().as_str()),
            title: HtmlText::line(fold.title()),
            severity: row.entry.severity.name(),
            clauses: row
                .entry
                .clauses
                .iter()
                .map(|clause| HtmlText::line(clause.as_str()))
                .collect(),
            standing: words::shown(standing).key,
            count: fold.rows.len(),
        });
    }
    reasons.into_values().collect()
}
