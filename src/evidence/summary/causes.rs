//! What a run comes down to: each cause once, with all that it explains.

use super::page::{Ink, Page};
use crate::{
    contract::id::ExampleId,
    evidence::{folding, standing::Standing, telling},
    verdict::{
        cause::Cause,
        lattice::Verdict,
        result::{Assessment, Row},
    },
    wire::counted::counted,
};

/// The place of what a whole summary tells case by case.
pub(super) const ABOVE: &str = "above";

impl Page {
    /// All causes, the heaviest first; then what stands by itself, which is told at a place of its own; then what has no
    /// weight, and what was remarked before the first example.
    pub(super) fn causes(&mut self, assessment: &Assessment, place: &str) {
        let rows: Vec<&Row> = assessment.rows.iter().filter(|row| is_told(row)).collect();
        // What stands by itself alone has just been told.
        let told_already =
            place == ABOVE && assessment.causes.is_empty() && assessment.signs.remarks.is_empty();
        if !rows.is_empty() && !told_already {
            self.what_it_comes_down_to(assessment, &rows, place);
        }
        self.remarks(assessment);
    }

    fn what_it_comes_down_to(&mut self, assessment: &Assessment, rows: &[&Row], place: &str) {
        let (light, heavy): (Vec<_>, Vec<_>) = (1..)
            .zip(&assessment.causes)
            .partition(|(_, cause)| assessment.is_light(cause));
        let alone: Vec<&ExampleId> = rows
            .iter()
            .map(|row| &row.entry.example)
            .filter(|example| assessment.cause_of(example).is_none())
            .collect();
        if !heavy.is_empty() || !alone.is_empty() {
            let title = match heavy.len() {
                0 => "What it comes down to".to_owned(),
                count => format!("What it comes down to: {}", counted(count, "cause")),
            };
            self.painted(Ink::Bold, &title);
            for (number, cause) in heavy {
                self.gap();
                self.cause(number, cause, assessment, place);
            }
            if !alone.is_empty() {
                self.gap();
                let names = folding::named(alone.iter().copied());
                self.field("by itself", &format!("each is told {place}: {names}"));
            }
            self.gap();
        }
        if !light.is_empty() {
            self.painted(
                Ink::Bold,
                "Would be decided by one more channel, and has no weight for the certificate",
            );
            for (number, cause) in light {
                self.light(number, cause);
            }
            self.gap();
        }
    }

    /// What the look before the first example remarked and no cause is about.
    fn remarks(&mut self, assessment: &Assessment) {
        let remarks: Vec<&String> = assessment.remarks_alone().collect();
        if remarks.is_empty() {
            return;
        }
        self.painted(Ink::Bold, "Remarks");
        for remark in remarks {
            self.field("remark", remark);
        }
        self.gap();
    }

    fn cause(&mut self, number: usize, cause: &Cause, assessment: &Assessment, place: &str) {
        let kind = if cause.recognised {
            format!("{}, {}", cause.kind.name(), cause.how_sure())
        } else {
            cause.kind.name().to_owned()
        };
        let ink = match worst(cause, assessment) {
            Some(Verdict::Fail) => Ink::Red,
            Some(Verdict::Error) => Ink::Magenta,
            _ => Ink::Yellow,
        };
        self.painted(ink, &format!("  {number}. {kind}: {}", cause.title));
        if cause.recognised {
            self.field("likely cause", &cause.likely);
            self.field("next step", &cause.next);
        }
        let names = folding::named(cause.examples.iter());
        self.field("explains", &format!("{}: {names}", verdicts(cause, assessment)));
        if !cause.in_part.is_empty() {
            let names = folding::named(cause.in_part.iter());
            self.field("only in part", &format!("{names}; the rest is told {place}"));
        }
        // The whole summary names the others only, and tells in full what was not recognised.
        if cause.recognised && place == ABOVE {
            self.for_example(cause, assessment);
        }
        for remark in &cause.remarks {
            self.field("remark", remark);
        }
    }

    /// The first example of a cause in full: a failed one where there is one.
    fn for_example(&mut self, cause: &Cause, assessment: &Assessment) {
        let rows = || {
            cause
                .examples
                .iter()
                .filter_map(|example| row_of(example, assessment))
        };
        let found = rows().find_map(|row| Some((row, row.result.as_ref()?.findings.first()?)));
        if let Some((row, finding)) = found {
            self.field(
                "for example",
                &format!("{}: {} ({})", row.entry.example, row.entry.title, finding.code),
            );
            self.field("  sent", &finding.stimulus);
            self.field("  expected", &finding.expected);
            self.field("  observed", &finding.observed);
            self.field("  records", &telling::numbers(&finding.records));
        } else if let Some(row) = rows().next() {
            self.field(
                "for example",
                &format!("{}: {}", row.entry.example, row.entry.title),
            );
            let reason = row.result.as_ref().and_then(|result| result.reasons.first());
            if let Some(reason) = reason {
                self.field("  reason", reason);
            }
        }
    }

    fn light(&mut self, number: usize, cause: &Cause) {
        self.gap();
        let names = folding::named(cause.examples.iter());
        self.painted(Ink::Plain, &format!("  {number}. {}: {names}", cause.title));
        self.field("next step", &cause.next);
    }
}

/// Whether a row asks for something to be done and nobody answers for it.
fn is_told(row: &Row) -> bool {
    !matches!(
        Standing::of(row),
        Standing::Passed | Standing::Waived | Standing::NotApplicable | Standing::Excluded
    )
}

fn row_of<'a>(example: &ExampleId, assessment: &'a Assessment) -> Option<&'a Row> {
    assessment.rows.iter().find(|row| row.entry.example == *example)
}

fn verdict_of(example: &ExampleId, assessment: &Assessment) -> Verdict {
    row_of(example, assessment).map_or(Verdict::None, Row::verdict)
}

fn worst(cause: &Cause, assessment: &Assessment) -> Option<Verdict> {
    let verdicts = cause
        .examples
        .iter()
        .map(|example| verdict_of(example, assessment));
    let verdicts: Vec<Verdict> = verdicts.collect();
    let has = |wanted: Verdict| verdicts.contains(&wanted).then_some(wanted);
    has(Verdict::Fail)
        .or_else(|| has(Verdict::Error))
        .or_else(|| verdicts.first().copied())
}

/// `34 failed, 58 inconclusive`.
fn verdicts(cause: &Cause, assessment: &Assessment) -> String {
    let verdicts: Vec<Verdict> = cause
        .examples
        .iter()
        .map(|example| verdict_of(example, assessment))
        .collect();
    let count = |wanted: &[Verdict]| verdicts.iter().filter(|verdict| wanted.contains(verdict)).count();
    let parts = [
        (count(&[Verdict::Fail]), "failed"),
        (count(&[Verdict::Inconclusive]), "inconclusive"),
        (count(&[Verdict::Error, Verdict::None]), "ended in an error"),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    said.join(", ")
}
