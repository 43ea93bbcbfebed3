//! The words and marks of the page for what has no words of its own.

use serde::Serialize;

use crate::{
    checks::outcome::Grade, contract::id::ExampleId, evidence::standing::Standing,
    verdict::lattice::RunOutcome,
};

/// A standing as the page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    /// Name in classes, data attributes and the filter.
    pub(super) key: &'static str,
    /// Word beside the example.
    pub(super) word: &'static str,
}

/// All standings of examples that were to run, heaviest first.
pub(super) const RAN: [Standing; 7] = [
    Standing::Failed,
    Standing::Unproven,
    Standing::Harness,
    Standing::Warning,
    Standing::Open,
    Standing::Waived,
    Standing::Passed,
];

/// How a standing is shown.
pub(super) fn shown(standing: Standing) -> Shown {
    let (key, word) = match standing {
        Standing::Failed => ("failed", "Failed"),
        Standing::Unproven => ("unproven", "Not proven"),
        Standing::Harness => ("harness", "Harness error"),
        Standing::Warning => ("warning", "Warning"),
        Standing::Open => ("open", "Inconclusive"),
        Standing::Waived => ("waived", "Waived"),
        Standing::Passed => ("passed", "Passed"),
        Standing::NotApplicable => ("not-applicable", "Not applicable"),
        Standing::Excluded => ("excluded", "Left out"),
    };
    Shown { key, word }
}

/// What a standing means, as heading of the examples that have it.
pub(super) fn heading(standing: Standing) -> &'static str {
    match standing {
        Standing::Failed => "Failed: each blocks the certificate",
        Standing::Unproven => {
            "Required, but not proven: each blocks the certificate until it can be observed"
        }
        Standing::Harness => {
            "Errors of the harness or its surroundings: they block, and say nothing about the partner"
        }
        Standing::Warning => "Warnings: recommended, to be answered in writing",
        Standing::Open => "Inconclusive, without weight for the certificate",
        Standing::Waived => "Waived: they did not pass, and somebody answers for that until the waiver ends",
        Standing::Passed => "Passed",
        Standing::NotApplicable => "Not applicable",
        Standing::Excluded => "Left out by a filter or the mode",
    }
}

/// The outcome: name for the style sheet, and the headline.
pub(super) fn outcome(outcome: RunOutcome) -> Shown {
    let (key, word) = match outcome {
        RunOutcome::Conformant => ("conformant", "Conformant"),
        RunOutcome::NonConformant => ("non-conformant", "Not conformant"),
        RunOutcome::Undetermined => ("undetermined", "Undetermined"),
    };
    Shown { key, word }
}

/// What the outcome says, in one sentence; `waived` tells whether waivers had a part in it.
pub(super) fn meaning(outcome: RunOutcome, waived: bool) -> &'static str {
    match outcome {
        RunOutcome::Conformant if waived => "Every required example that was selected passed or is waived.",
        RunOutcome::Conformant => "Every required example that was selected passed.",
        RunOutcome::NonConformant => "At least one required example failed.",
        RunOutcome::Undetermined => {
            "No judgement: a required example could not be decided, the harness erred, or the run was cut short."
        }
    }
}

/// A grade of evidence: its letter and what it stands for.
pub(super) fn grade(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::A => ("A", "the effect itself was read"),
        Grade::B => ("B", "log lines, or requests that followed"),
        Grade::C => ("C", "the HTTP answer alone"),
    }
}

/// Title of a seed document by the number before the colon of its clauses.
pub(super) fn document(number: &str) -> &'static str {
    match number {
        "000" => "Integration guides",
        "001" => "Webhooks",
        "002" => "Advance recurring callback",
        _ => "Other clauses",
    }
}

/// Anchor of an example on the page. Ids hold only letters, digits, dashes and one slash.
pub(super) fn anchor(example: &ExampleId) -> String {
    example.as_str().replace('/', ".")
}
