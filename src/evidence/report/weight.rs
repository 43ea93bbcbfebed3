//! What stands between the run and a certificate, or asks for an answer: folded by case, heaviest first.

use serde::Serialize;

use super::{clauses::Link, words};
use crate::{
    evidence::{
        folding::{self, Fold, Saying},
        standing::Standing,
        text::HtmlText,
    },
    verdict::result::Row,
};

/// All of one standing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Weight {
    /// The standing.
    pub(super) standing: words::Shown,
    /// What it means.
    pub(super) heading: &'static str,
    /// How many examples.
    pub(super) count: usize,
    /// What they say.
    pub(super) folds: Vec<Folded>,
}

/// Examples of one case with the same to say.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Folded {
    case: HtmlText,
    title: HtmlText,
    examples: Vec<Link>,
    expected: Option<HtmlText>,
    observed: Option<HtmlText>,
    reason: Option<HtmlText>,
    /// What kind of failure it is.
    code: Option<HtmlText>,
    /// Other observations than the first.
    more: usize,
}

/// Everything that is no pass.
pub(super) fn weights(rows: &[Row]) -> Vec<Weight> {
    let standings = words::RAN
        .into_iter()
        .filter(|standing| *standing != Standing::Passed);
    standings
        .filter_map(|standing| {
            let count = rows.iter().filter(|row| Standing::of(row) == standing).count();
            (count > 0).then(|| Weight {
                standing: words::shown(standing),
                heading: words::heading(standing),
                count,
                folds: folding::fold(rows, standing).iter().map(folded).collect(),
            })
        })
        .collect()
}

fn folded(fold: &Fold<'_>) -> Folded {
    let observed = fold.distinct(|finding| finding.observed.clone());
    let expected = fold.distinct(|finding| finding.expected.clone());
    let first = |texts: &[(String, String)]| texts.first().map(|(text, _)| HtmlText::line(text));
    Folded {
        case: HtmlText::line(fold.case.as_str()),
        title: HtmlText::line(fold.title()),
        examples: fold.rows.iter().map(|row| Link::to(row)).collect(),
        expected: first(&expected),
        observed: first(&observed),
        reason: match fold.saying {
            Saying::Reason(reason) => Some(HtmlText::line(reason)),
            Saying::Findings(_) => None,
        },
        code: match &fold.saying {
            Saying::Findings(findings) => findings.first().map(|(_, finding)| HtmlText::line(&finding.code)),
            Saying::Reason(_) => None,
        },
        more: observed.len().saturating_sub(1),
    }
}
