//! The areas with their counts, and the bar that shows how the whole run stands.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words;
use crate::{
    contract::{id::AreaId, rulebook::book::Rulebook},
    evidence::{standing::Standing, tally::Tally, text::HtmlText},
    verdict::result::Row,
};

/// An area.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AreaCount {
    /// Its id.
    pub(super) id: HtmlText,
    /// What it is about.
    pub(super) title: HtmlText,
    /// Its counts.
    pub(super) tally: Tally,
    /// How its examples stand.
    pub(super) bar: Vec<Part>,
    /// Whether any of its examples was to run.
    pub(super) ran: bool,
}

/// A part of a bar.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Part {
    /// The standing.
    pub(super) standing: words::Shown,
    /// How many examples.
    pub(super) count: usize,
    /// Start, in thousandths of the bar.
    pub(super) x: usize,
    /// Length, likewise.
    pub(super) width: usize,
}

/// The areas of the plan in the order of the catalogue.
pub(super) fn areas(rows: &[Row]) -> Vec<AreaCount> {
    let rulebook = Rulebook::embedded().ok();
    let mut areas: BTreeMap<(u32, AreaId), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let area = row.entry.area();
        let place = rulebook.and_then(|book| Some(book.area(&area)?.order));
        areas
            .entry((place.unwrap_or(u32::MAX), area))
            .or_default()
            .push(row);
    }
    areas
        .into_iter()
        .map(|((_, area), rows)| {
            let tally = Tally::of(rows.iter().copied());
            AreaCount {
                title: HtmlText::line(
                    rulebook
                        .and_then(|book| book.area(&area))
                        .map_or("", |area| area.title.as_str()),
                ),
                id: HtmlText::line(area.as_str()),
                bar: bar(rows.iter().copied()),
                ran: tally.selected > 0,
                tally,
            }
        })
        .collect()
}

/// How the examples that were to run stand, heaviest first.
pub(super) fn bar<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Part> {
    let standings: Vec<Standing> = rows.map(Standing::of).collect();
    let count = |standing: Standing| standings.iter().filter(|one| **one == standing).count();
    let whole: usize = words::RAN.into_iter().map(count).sum();
    let mut before = 0;
    let mut parts = Vec::new();
    for standing in words::RAN {
        let count = count(standing);
        if count > 0 {
            let x = before * 1_000 / whole;
            before += count;
            parts.push(Part {
                standing: words::shown(standing),
                count,
                x,
                width: before * 1_000 / whole - x,
            });
        }
    }
    parts
}
