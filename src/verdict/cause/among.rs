//! The examples that nobody has explained yet, and how a cause takes those that it explains.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    signs::{AtDoor, AtSandbox, Door, Signs, SignsOfRun},
    sum::together,
    told::{Cause, Kind, Sure},
};
use crate::{
    contract::id::ExampleId,
    plan::entry::Selection,
    transcript::{observation::EffectKind, record::RunStarted},
    verdict::{lattice::Verdict, result::Row},
};

/// A cause before it is known what it explains.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) sure: Sure,
    pub(super) title: String,
    pub(super) likely: String,
    pub(super) next: String,
    /// With brackets.
    pub(super) sections: Vec<String>,
}

/// Whether a cause explains all that an example has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Whole,
    Part,
}

/// The rows of a run that did not pass, less those that were explained, with the signs of all.
pub(super) struct Among<'a> {
    pub(super) started: &'a RunStarted,
    open: Vec<&'a Row>,
    signs: &'a SignsOfRun,
    /// The signs of all examples together.
    pub(super) all: Signs,
    /// Those of the look before the first example.
    pub(super) beside: &'a Signs,
}

impl<'a> Among<'a> {
    pub(super) fn of(started: &'a RunStarted, rows: &'a [Row], signs: &'a SignsOfRun) -> Self {
        let open = rows.iter().filter(|row| is_open(row)).collect();
        Self {
            started,
            open,
            signs,
            all: together(signs.examples.values()),
            beside: &signs.beside,
        }
    }

    /// Rows that nobody has explained yet, in plan order.
    pub(super) fn open(&self) -> &[&'a Row] {
        &self.open
    }

    /// The signs of one example.
    pub(super) fn signs(&self, example: &ExampleId) -> Option<&'a Signs> {
        self.signs.examples.get(example)
    }

    /// Takes what a cause explains; none where that is nothing.
    pub(super) fn claim(
        &mut self,
        draft: Draft,
        fits: impl Fn(&Row, &Signs) -> Option<Fit>,
    ) -> Option<Cause> {
        let mut examples = Vec::new();
        let mut in_part = Vec::new();
        let nothing = Signs::default();
        for row in &self.open {
            let example = &row.entry.example;
            let signs = self.signs.examples.get(example).unwrap_or(&nothing);
            let Some(fit) = fits(row, signs) else { continue };
            examples.push(example.clone());
            if fit == Fit::Part {
                in_part.push(example.clone());
            }
        }
        if examples.is_empty() {
            return None;
        }
        let taken: BTreeSet<&ExampleId> = examples.iter().collect();
        self.open.retain(|row| !taken.contains(&row.entry.example));
        Some(Cause {
            kind: draft.kind,
            title: draft.title,
            likely: draft.likely,
            next: draft.next,
            sure: draft.sure,
            recognised: true,
            remarks: Vec::new(),
            sections: draft.sections,
            examples,
            in_part,
        })
    }

    /// Whether the sandbox was asked in most of the examples in which one of those operations was started.
    pub(super) fn asked_beside(&self, operations: &[&str]) -> bool {
        let started = self
            .signs
            .examples
            .values()
            .filter(|signs| operations.iter().any(|name| signs.operations.contains_key(*name)));
        let (mut all, mut asked) = (0_usize, 0_usize);
        for signs in started {
            let AtSandbox {
                known,
                wrong,
                missing,
            } = signs.sandbox;
            all += 1;
            asked += usize::from(known + wrong + missing > 0);
        }
        asked * 2 > all
    }

    /// A text of the resolved configuration.
    pub(super) fn configured(&self, pointer: &str) -> Option<&'a str> {
        self.started.configuration.pointer(pointer)?.as_str()
    }
}

/// Whether a row is to be explained: it was judged, is no pass, and nobody answers for it.
pub(super) fn is_open(row: &Row) -> bool {
    row.entry.selection == Selection::Selected && row.verdict() != Verdict::Pass && row.waived().is_none()
}

/// The codes of its findings.
pub(super) fn codes(row: &Row) -> impl Iterator<Item = &str> {
    let findings = row.result.iter().flat_map(|result| &result.findings);
    findings.map(|finding| finding.code.as_str())
}

/// Its reasons.
pub(super) fn reasons(row: &Row) -> impl Iterator<Item = &str> {
    let reasons = row.result.iter().flat_map(|result| &result.reasons);
    reasons.map(String::as_str)
}

/// How much of what a row says is explained: the findings whose code is, and the reasons that are.
pub(super) fn fit(row: &Row, code: impl Fn(&str) -> bool, reason: impl Fn(&str) -> bool) -> Option<Fit> {
    let said = codes(row).map(code).chain(reasons(row).map(reason));
    let (mut some, mut all) = (false, true);
    for explained in said {
        some |= explained;
        all &= explained;
    }
    match (some, all) {
        (false, _) => None,
        (true, true) => Some(Fit::Whole),
        (true, false) => Some(Fit::Part),
    }
}

/// What follows where nothing that is sent has an effect.
pub(super) fn is_nothing_came(code: &str) -> bool {
    matches!(
        code,
        "not-acknowledged"
            | "no-effect"
            | "duplicate-refused"
            | "wrong-amount"
            | "wrong-state"
            | "wrong-value"
            | "not-logged"
            | "incomplete-log-line"
            | "no-answer"
            | "late-acknowledgement"
            | "not-plain-ok"
            | "not-alive-after"
            | "row-lost"
            | "not-asked"
    )
}

/// Whether a reason asks for something in `partner.toml`.
pub(super) fn asks_for_declaration(reason: &str) -> bool {
    reason.contains('[') && reason.contains("declar")
}

/// How often a door kept what was right, and how often it was asked to.
pub(super) fn kept(at: &AtDoor) -> (u64, u64) {
    let kept = at.right.iter().filter(|(answered, _)| answered.is_kept());
    (kept.map(|(_, count)| count).sum(), at.right.values().sum())
}

/// Doors in the order of their sections, with those signs.
pub(super) fn doors(signs: &Signs) -> BTreeMap<Door, AtDoor> {
    signs.doors.clone()
}

/// The section of a kind of effect.
pub(super) fn section(kind: EffectKind) -> String {
    format!("[effects.{}]", kind.name())
}
