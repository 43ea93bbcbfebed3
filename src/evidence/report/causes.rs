//! What the run comes down to: each cause once, with links to all that it explains.

use serde::Serialize;

use super::clauses::Link;
use crate::{
    contract::id::{CaseId, ExampleId},
    evidence::{
        standing::Standing,
        telling::{self, Placed},
        text::HtmlText,
    },
    verdict::{
        cause::Cause,
        result::{Assessment, Row},
    },
};

/// All causes, and what has none.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Causes {
    /// The heaviest first.
    told: Vec<Told>,
    /// Examples that no cause explains.
    alone: Vec<Group>,
    /// Remarks of the first look that no cause is about.
    remarks: Vec<HtmlText>,
}

#[derive(Clone, Debug, Serialize)]
struct Told {
    number: usize,
    /// Whose turn it is, and how sure that is; without weight, neither counts.
    kind: &'static str,
    sure: &'static str,
    /// The standing of the worst of its examples.
    standing: super::words::Shown,
    title: HtmlText,
    likely: HtmlText,
    next: HtmlText,
    count: usize,
    examples: Vec<Group>,
    in_part: Vec<Group>,
    remarks: Vec<HtmlText>,
}

/// Examples of one case.
#[derive(Clone, Debug, Serialize)]
struct Group {
    case: HtmlText,
    examples: Vec<Link>,
}

/// The cause of an example, in short.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Short {
    number: usize,
    text: HtmlText,
}

impl Short {
    /// That of a row; none where it stands by itself.
    pub(super) fn of(row: &Row, assessment: &Assessment) -> Option<Self> {
        let placed = Placed::of(row, assessment)?;
        Some(Self {
            number: placed.number,
            text: HtmlText::line(&placed.told()),
        })
    }
}

/// What to do first about a row, where no remedy of a case says it.
pub(super) fn next_step(row: &Row, assessment: &Assessment) -> Option<HtmlText> {
    let placed = Placed::of(row, assessment);
    telling::next_step(row, placed.as_ref()).map(|text| HtmlText::block(&text))
}

/// None where every example passed and nothing was remarked.
pub(super) fn causes(assessment: &Assessment) -> Option<Causes> {
    let told: Vec<&Row> = assessment.rows.iter().filter(|row| is_told(row)).collect();
    if told.is_empty() && assessment.signs.remarks.is_empty() {
        return None;
    }
    let alone = told
        .into_iter()
        .filter(|row| assessment.cause_of(&row.entry.example).is_none());
    let remarks = assessment.remarks_alone();
    Some(Causes {
        told: (1..)
            .zip(&assessment.causes)
            .map(|(number, cause)| one(number, cause, assessment))
            .collect(),
        alone: grouped(alone),
        remarks: remarks.map(|remark| HtmlText::line(remark)).collect(),
    })
}

fn one(number: usize, cause: &Cause, assessment: &Assessment) -> Told {
    let rows = |examples: &[ExampleId]| -> Vec<&Row> {
        let of = |row: &&Row| examples.contains(&row.entry.example);
        assessment.rows.iter().filter(of).collect()
    };
    let explained = rows(&cause.examples);
    let worst = explained.iter().map(|row| Standing::of(row)).min();
    let (kind, sure) = telling::kind_and_sure(cause, assessment);
    Told {
        number,
        kind,
        sure,
        standing: super::words::shown(worst.unwrap_or(Standing::Open)),
        title: HtmlText::line(&cause.title),
        likely: HtmlText::line(&cause.likely),
        next: HtmlText::block(&cause.next),
        count: explained.len(),
        examples: grouped(explained.into_iter()),
        in_part: grouped(rows(&cause.in_part).into_iter()),
        remarks: cause
            .remarks
            .iter()
            .map(|remark| HtmlText::line(remark))
            .collect(),
    }
}

fn grouped<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Group> {
    let mut groups: Vec<(CaseId, Vec<Link>)> = Vec::new();
    for row in rows {
        let case = row.entry.case();
        match groups.last_mut() {
            Some((last, links)) if *last == case => links.push(Link::to(row)),
            _ => groups.push((case, vec![Link::to(row)])),
        }
    }
    groups
        .into_iter()
        .map(|(case, examples)| Group {
            case: HtmlText::line(case.as_str()),
            examples,
        })
        .collect()
}

/// Whether a row asks for something to be done and nobody answers for it.
fn is_told(row: &Row) -> bool {
    !matches!(
        Standing::of(row),
        Standing::Passed | Standing::Waived | Standing::NotApplicable | Standing::Excluded
    )
}
