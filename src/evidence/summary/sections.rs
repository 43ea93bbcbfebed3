//! What asks for something to be done, case by case, and what did not run.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Ink, Page};
use crate::{
    checks::outcome::Finding,
    contract::id::{AreaId, ExampleId},
    evidence::{
        files,
        folding::{self, Fold, Saying},
        standing::Standing,
        telling::{self, Placed},
    },
    transcript::attest::DECLARED,
    verdict::{
        cause::Kind,
        result::{Assessment, Row},
        waiving::WaiverFate,
    },
    wire::counted::counted,
};

pub(super) struct Section {
    pub(super) standing: Standing,
    title: &'static str,
    ink: Ink,
}

pub(super) const SECTIONS: [&Section; 6] = [
    &Section {
        standing: Standing::Waived,
        title: "Waived: not passed, and somebody answers for it",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Open,
        title: "Inconclusive, without weight for the certificate",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Warning,
        title: "Warnings: recommended, to be answered in writing",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Harness,
        title: "Errors of the harness or its surroundings: they block the certificate and say nothing about the partner",
        ink: Ink::Magenta,
    },
    &Section {
        standing: Standing::Unproven,
        title: "Required, but inconclusive: each blocks the certificate until it can be observed",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Failed,
        title: "Failed: each blocks the certificate",
        ink: Ink::Red,
    },
];

impl Page {
    /// Each reason with the number of its examples and their areas. The ids are many, and stand in the files.
    pub(super) fn by_reason(&mut self, title: &str, assessment: &Assessment, standing: Standing) {
        let mut reasons: BTreeMap<&str, (usize, Vec<AreaId>)> = BTreeMap::new();
        for fold in folding::fold(&assessment.rows, standing) {
            if let Saying::Reason(reason) = fold.saying {
                let (count, areas) = reasons.entry(reason).or_default();
                *count += fold.rows.len();
                let area = fold.case.area();
                if !areas.contains(&area) {
                    areas.push(area);
                }
            }
        }
        if reasons.is_empty() {
            return;
        }
        let title = format!("{title} (which examples: {}, {})", files::REPORT, files::RESULTS);
        self.painted(Ink::Faint, &title);
        for (reason, (count, areas)) in reasons {
            let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
            self.field(
                &counted(count, "example"),
                &format!("{reason} ({})", areas.join(", ")),
            );
        }
        self.gap();
    }

    /// What somebody declared and nobody observed.
    pub(super) fn declared(&mut self, assessment: &Assessment) {
        let notes: Vec<(&Row, &str)> = assessment
            .rows
            .iter()
            .filter_map(|row| Some((row, row.result.as_ref()?)))
            .flat_map(|(row, result)| result.notes.iter().map(move |note| (row, note)))
            .filter_map(|(row, note)| Some((row, note.strip_prefix(DECLARED)?)))
            .collect();
        if notes.is_empty() {
            return;
        }
        self.painted(Ink::Faint, "Declared by the partner, not observed");
        for (row, note) in notes {
            self.field(row.entry.example.as_str(), note);
        }
        self.text.push('\n');
    }

    /// All waivers with what became of them; those that fail the run in red.
    pub(super) fn waivers(&mut self, assessment: &Assessment) {
        if assessment.waivers.is_empty() {
            return;
        }
        let void = assessment.void_waivers().count();
        let title = if void == 0 {
            "Waivers".to_owned()
        } else {
            format!("Waivers ({void} expired or stale: they fail the run)")
        };
        self.painted(if void == 0 { Ink::Yellow } else { Ink::Red }, &title);
        for used in &assessment.waivers {
            let waiver = &used.waiver;
            self.text.push('\n');
            self.painted(Ink::Bold, &format!("  {}", waiver.case));
            match &used.fate {
                WaiverFate::Applied { examples } => {
                    let names: Vec<&str> = examples.iter().map(ExampleId::as_str).collect();
                    self.field("covers", &names.join(", "));
                }
                WaiverFate::Unused { why } => self.field("not needed", why),
                WaiverFate::Expired { why } => self.field("expired", why),
                WaiverFate::Stale { why } => self.field("stale", why),
            }
            self.field("because", &waiver.reason);
            let people = format!(
                "{}, approved by {}, until {}",
                waiver.owner, waiver.approver, waiver.expires
            );
            self.field("owner", &people);
        }
        self.text.push('\n');
    }

    /// One standing. Examples that one cause explains wholly are only named: the cause is told once, at the end.
    pub(super) fn section(&mut self, section: &Section, assessment: &Assessment) {
        let standing: Vec<&Row> = assessment
            .rows
            .iter()
            .filter(|row| Standing::of(row) == section.standing)
            .collect();
        if standing.is_empty() {
            return;
        }
        let explained: BTreeSet<&ExampleId> = assessment
            .causes
            .iter()
            .filter(|cause| cause.recognised)
            .flat_map(|cause| {
                cause
                    .examples
                    .iter()
                    .filter(|example| !cause.in_part.contains(example))
            })
            .collect();
        let (told, open): (Vec<&Row>, Vec<&Row>) = standing
            .iter()
            .partition(|row| explained.contains(&row.entry.example));
        let title = format!("{} ({})", section.title, counted(standing.len(), "example"));
        self.painted(section.ink, &title);
        for (number, cause) in (1..).zip(&assessment.causes) {
            let of_it = told
                .iter()
                .filter(|row| cause.examples.contains(&row.entry.example))
                .count();
            if of_it > 0 {
                let text = format!("{} of it: {}", counted(of_it, "example"), cause.title);
                self.field(&format!("cause {number}"), &text);
            }
        }
        let folds = folding::fold(open, section.standing);
        for (index, fold) in folds.iter().enumerate() {
            let first = fold.rows.first();
            let cause = first.and_then(|row| Placed::of(row, assessment));
            let before = index.checked_sub(1).and_then(|before| folds.get(before));
            let cause = cause.filter(|placed| placed.cause.recognised);
            self.fold(fold, before, folds.get(index + 1), section.ink, cause);
        }
        self.gap();
    }

    /// One fold between its neighbours: of the same examples, what was said is not said again.
    fn fold(
        &mut self,
        fold: &Fold<'_>,
        before: Option<&Fold<'_>>,
        after: Option<&Fold<'_>>,
        ink: Ink,
        cause: Option<Placed<'_>>,
    ) {
        let Some(row) = fold.rows.first() else { return };
        let entry = &row.entry;
        let before = before.filter(|other| same_examples(fold, other));
        let after = after.filter(|other| same_examples(fold, other));
        if before.is_none() {
            let ink = match fold.saying {
                Saying::Reason(_) => Ink::Bold,
                Saying::Findings(_) => ink,
            };
            self.gap();
            self.painted(ink, &format!("  {}  {}", fold.name(), fold.title()));
        }
        match &fold.saying {
            Saying::Reason(reason) => self.field("reason", reason),
            Saying::Findings(findings) => {
                let code = code(findings);
                self.field("finding", code);
                let sent = |fold: &Fold<'_>| fold.distinct(|finding| finding.stimulus.clone());
                if before.is_none_or(|before| sent(before) != sent(fold)) {
                    self.fields("sent", &sent(fold));
                }
                self.fields("expected", &fold.distinct(|finding| finding.expected.clone()));
                self.fields("observed", &fold.distinct(|finding| finding.observed.clone()));
                self.fields("timeline", &fold.timelines());
                self.fields(
                    "records",
                    &fold.distinct(|finding| telling::numbers(&finding.records)),
                );
                match cause {
                    // The remedy of the case is for a partner that got the message, and meant to do otherwise.
                    Some(placed) if placed.cause.kind != Kind::Implementation => {
                        let text = format!("first see to cause {}: {}", placed.number, placed.cause.title);
                        self.field("how to fix", &text);
                    }
                    _ if after.and_then(remedy) == Some(row.remedy(code)) => {}
                    _ => self.field("how to fix", row.remedy(code)),
                }
            }
        }
        if after.is_none() {
            let clauses = telling::clauses(&entry.clauses);
            self.field("clauses", &format!("{clauses} ({})", entry.severity));
        }
    }
}

fn same_examples(one: &Fold<'_>, other: &Fold<'_>) -> bool {
    let ids = |fold: &Fold<'_>| -> Vec<ExampleId> {
        fold.rows.iter().map(|row| row.entry.example.clone()).collect()
    };
    ids(one) == ids(other)
}

fn code<'a>(findings: &[(&ExampleId, &'a Finding)]) -> &'a str {
    findings.first().map_or("", |(_, finding)| finding.code.as_str())
}

/// The remedy that a fold of findings will tell; none of a reason.
fn remedy<'a>(fold: &Fold<'a>) -> Option<&'a str> {
    match &fold.saying {
        Saying::Findings(findings) => Some(fold.rows.first()?.remedy(code(findings))),
        Saying::Reason(_) => None,
    }
}
