//! What a run comes down to: each cause once, with all that it explains.

use super::page::{Ink, Page};
use crate::{
    contract::id::ExampleId,
    evidence::{folding, standing::Standing},
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
    /// All causes, the heaviest first; then what stands by itself, which is told at a place of its own.
    pub(super) fn causes(&mut self, assessment: &Assessment, place: &str) {
        let rows: Vec<&Row> = assessment.rows.iter().filter(|row| is_told(row)).collect();
        // What stands by itself alone has just been told.
        let told_already =
            place == ABOVE && assessment.causes.is_empty() && assessment.signs.remarks.is_empty();
        if rows.is_empty() || told_already {
            return;
        }
        let title = match assessment.causes.len() {
            0 => "What it comes down to".to_owned(),
            count => format!("What it comes down to: {}", counted(count, "cause")),
        };
        self.painted(Ink::Bold, &title);
        for (number, cause) in (1..).zip(&assessment.causes) {
            self.gap();
            self.cause(number, cause, assessment, place);
        }
        let alone: Vec<&ExampleId> = rows
            .iter()
            .map(|row| &row.entry.example)
            .filter(|example| assessment.cause_of(example).is_none())
            .collect();
        if !alone.is_empty() {
            self.gap();
            let names = folding::named(alone.iter().copied());
            self.field("by itself", &format!("each is told {place}: {names}"));
        }
        let told = |remark: &&String| {
            assessment
                .causes
                .iter()
                .any(|cause| cause.remarks.contains(remark))
        };
        let remarks = assessment.signs.remarks.iter().filter(|remark| !told(remark));
        for (index, remark) in remarks.enumerate() {
            if index == 0 {
                self.gap();
            }
            self.field("remark", remark);
        }
        self.gap();
    }

    fn cause(&mut self, number: usize, cause: &Cause, assessment: &Assessment, place: &str) {
        let kind = format!("{}, {}", cause.kind.name(), cause.how_sure());
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
        for remark in &cause.remarks {
            self.field("remark", remark);
        }
    }
}

/// Whether a row asks for something to be done and nobody answers for it.
fn is_told(row: &Row) -> bool {
    !matches!(
        Standing::of(row),
        Standing::Passed | Standing::Waived | Standing::NotApplicable | Standing::Excluded
    )
}

fn verdict_of(example: &ExampleId, assessment: &Assessment) -> Verdict {
    let row = assessment.rows.iter().find(|row| row.entry.example == *example);
    row.map_or(Verdict::None, Row::verdict)
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
