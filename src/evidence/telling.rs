//! The words in which reports tell what became of an example. Nothing here is cleaned yet.

use std::fmt::Write as _;

use super::files;
use crate::{
    checks::outcome::Finding,
    config::waivers::Waiver,
    contract::id::Clause,
    plan::entry::Selection,
    verdict::{
        cause::Cause,
        lattice::Verdict,
        result::{Assessment, ExampleResult, Row},
    },
    wire::counted::counted,
};

/// Reason for an example that has no result although it was selected.
pub const NEVER_JUDGED: &str = "it was selected, but nothing was judged";

/// One sentence for a list or an attribute.
pub fn in_short(row: &Row) -> String {
    if let Selection::NotApplicable { reason } | Selection::Excluded { reason } = &row.entry.selection {
        return reason.clone();
    }
    let Some(result) = &row.result else {
        return NEVER_JUDGED.to_owned();
    };
    let short = judged_in_short(result);
    match row.waived() {
        Some(waiver) => format!(
            "{} (owner {}, approved by {}, until {}); {short}",
            waiver.reason, waiver.owner, waiver.approver, waiver.expires
        ),
        None => short,
    }
}

fn judged_in_short(result: &ExampleResult) -> String {
    match (result.findings.as_slice(), result.reasons.as_slice()) {
        ([first, rest @ ..], _) => {
            let more = if rest.is_empty() {
                String::new()
            } else {
                format!(" (and {} more)", rest.len())
            };
            format!("expected {}; observed {}{more}", first.expected, first.observed)
        }
        ([], [first, ..]) => first.clone(),
        ([], []) => format!("verdict {}", result.verdict),
    }
}

/// Everything that helps to understand and to act, over several lines.
pub fn in_full(row: &Row, cause: Option<&Placed<'_>>) -> String {
    let mut text = String::new();
    // Lines after the first are indented, so that no content can pass for a line of the report; writing
    // to a String cannot fail.
    let mut line = |label: &str, content: &str| {
        let _ = writeln!(text, "{label}: {}", content.trim_end().replace('\n', "\n    "));
    };
    if let Selection::NotApplicable { reason } | Selection::Excluded { reason } = &row.entry.selection {
        line("Reason", reason);
    } else if let Some(result) = &row.result {
        if let Some(placed) = cause {
            line("Cause", &placed.told());
        }
        if let Some(waiver) = row.waived() {
            for (label, content) in waiver_lines(waiver) {
                line(label, &content);
            }
        }
        for finding in &result.findings {
            line("Finding", &finding.code);
            line("Stimulus", &finding.stimulus);
            line("Expected", &finding.expected);
            line("Observed", &finding.observed);
            line(
                "Records",
                &format!("{} in {}", numbers(&finding.records), files::TRANSCRIPT),
            );
        }
        if let Some(timeline) = &result.timeline {
            line("Timeline", timeline);
        }
        for reason in &result.reasons {
            line("Reason", reason);
        }
        for note in &result.notes {
            line("Note", note);
        }
        line("Attempts", &attempts(result));
    } else {
        line("Reason", NEVER_JUDGED);
    }
    line("Clauses", &clauses(&row.entry.clauses));
    if let Some(remedies) = row.remedies() {
        line("How to fix", &remedies);
    }
    if let Some(next) = next_step(row, cause) {
        line("Next step", &next);
    }
    text
}

/// The cause of an example among all causes of the run.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// How many causes there are.
    pub of: usize,
    /// The cause.
    pub cause: &'a Cause,
    /// Whether it explains only a part of what the example says.
    pub in_part: bool,
    /// Whose turn it is, and how sure that is.
    words: (&'static str, &'static str),
}

/// Whose turn it is, and how sure that is, as reports say it.
pub fn kind_and_sure(cause: &Cause, assessment: &Assessment) -> (&'static str, &'static str) {
    if assessment.is_light(cause) {
        ("without weight", "would be decided by one more channel")
    } else {
        (cause.kind.name(), cause.how_sure())
    }
}

impl<'a> Placed<'a> {
    /// The cause of a row; none where it stands by itself.
    pub fn of(row: &Row, assessment: &'a Assessment) -> Option<Self> {
        let example = &row.entry.example;
        let (number, cause) = assessment.cause_of(example)?;
        Some(Self {
            number,
            of: assessment.causes.len(),
            cause,
            in_part: cause.in_part.contains(example),
            words: kind_and_sure(cause, assessment),
        })
    }

    /// In one line.
    pub fn told(&self) -> String {
        let Self {
            number,
            of,
            cause,
            words: (kind, sure),
            ..
        } = self;
        let others = cause.examples.len().saturating_sub(1);
        let company = match others {
            0 => String::new(),
            several => format!(", with {}", counted(several, "other example")),
        };
        let part = if self.in_part {
            "; it explains only a part of this one"
        } else {
            ""
        };
        format!("{number} of {of}, {kind}, {sure}{company}{part}: {}", cause.title)
    }
}

/// What to do first about an example that is no pass; none where nothing is to be done. Where something was found
/// wrong and no cause was recognised, the remedy says it.
pub fn next_step(row: &Row, cause: Option<&Placed<'_>>) -> Option<String> {
    let result = row.result.as_ref();
    if row.entry.selection != Selection::Selected || row.verdict() == Verdict::Pass {
        return None;
    }
    match cause {
        Some(placed) if placed.cause.recognised => Some(placed.cause.next.clone()),
        _ if result.is_some_and(|result| !result.findings.is_empty()) => None,
        Some(placed) => Some(placed.cause.next.clone()),
        None => Some(format!(
            "remedy what the reason names, and run it again; senang-conformance explain {} tells what is looked at",
            row.entry.case()
        )),
    }
}

/// A waiver, over several lines.
pub fn waiver(waiver: &Waiver) -> String {
    let mut text = String::new();
    for (label, content) in waiver_lines(waiver) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{label}: {}", content.replace('\n', "\n    "));
    }
    text
}

/// What a waiver says, each with its label.
pub fn waiver_lines(waiver: &Waiver) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("Waived", waiver.case.clone()),
        ("Because", waiver.reason.clone()),
        ("Owner", waiver.owner.clone()),
        ("Approved by", waiver.approver.clone()),
        ("Until", waiver.expires.clone()),
    ];
    if let Some(revision) = waiver.revision {
        lines.push(("For revision", revision.to_string()));
    }
    lines
}

/// The clauses, as one text.
pub fn clauses(clauses: &[Clause]) -> String {
    clauses.iter().map(Clause::as_str).collect::<Vec<_>>().join(", ")
}

/// The verdicts of all attempts, as one text.
pub fn attempts(result: &ExampleResult) -> String {
    result
        .attempts
        .iter()
        .map(|verdict| verdict.name())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Record numbers, as one text; of more than twenty, the first twenty.
pub fn numbers(records: &[u64]) -> String {
    let shown: Vec<String> = records.iter().take(20).map(u64::to_string).collect();
    let more = records.len().saturating_sub(shown.len());
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

/// The code that says what kind of failure it is: that of the first finding.
pub fn code(findings: &[Finding]) -> &str {
    findings.first().map_or("failed", |finding| finding.code.as_str())
}
