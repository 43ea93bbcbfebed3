//! What the steps of an example are reported with.

use gherkin::{Step, StepType};

use crate::evidence::standing::Standing;

/// Status of a step, in the words of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It did what it says.
    Passed,
    /// It blocks the certificate.
    Failed,
    /// It could not be decided, and that blocks the certificate.
    Pending,
    /// It blocks nothing: it did not run, or what it shows is a warning.
    Skipped,
    /// The transcript does not say what became of it.
    Unknown,
}

impl Status {
    /// The word.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Failed => "FAILED",
            Self::Pending => "PENDING",
            Self::Skipped => "SKIPPED",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// The status of an example as a whole. What does not block the certificate is skipped, as in the JUnit
/// report, with the reason in its message: readers count failed and pending examples against the run.
pub(super) fn of(standing: Standing) -> Status {
    match standing {
        Standing::Passed => Status::Passed,
        Standing::Failed | Standing::Harness => Status::Failed,
        Standing::Unproven => Status::Pending,
        Standing::Warning | Standing::Open | Standing::NotApplicable | Standing::Excluded => Status::Skipped,
    }
}

/// The step that carries the status and the message of the example: the last `Then`.
pub(super) fn telling(steps: &[Step]) -> usize {
    steps
        .iter()
        .rposition(|step| step.ty == StepType::Then)
        .unwrap_or(steps.len().saturating_sub(1))
}

/// The status of one step.
pub(super) fn of_step(standing: Standing, steps: &[Step], place: usize) -> Status {
    if place == telling(steps) {
        return of(standing);
    }
    let first_check = steps.iter().position(|step| step.ty == StepType::Then);
    let before = first_check.is_none_or(|first| place < first);
    match standing {
        Standing::Passed => Status::Passed,
        Standing::NotApplicable | Standing::Excluded => Status::Skipped,
        // A check was judged, so what stands before the checks was done.
        Standing::Failed | Standing::Warning if before => Status::Passed,
        _ => Status::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use gherkin::{Feature, GherkinEnv};

    use super::*;

    #[test]
    fn only_the_last_then_tells_and_no_other_check_is_called_passed() {
        let text = "Feature: f\n  Scenario: s\n    Given a\n    When b\n    Then c\n    And d\n    When e\n";
        let feature = Feature::parse(text, GherkinEnv::default()).unwrap();
        let steps = &feature.scenarios[0].steps;
        let all = |standing| -> Vec<Status> {
            (0..steps.len())
                .map(|place| of_step(standing, steps, place))
                .collect()
        };
        use Status::{Failed, Passed, Pending, Skipped, Unknown};
        assert_eq!(all(Standing::Passed), [Passed; 5]);
        assert_eq!(all(Standing::Failed), [Passed, Passed, Unknown, Failed, Unknown]);
        assert_eq!(
            all(Standing::Harness),
            [Unknown, Unknown, Unknown, Failed, Unknown]
        );
        assert_eq!(
            all(Standing::Unproven),
            [Unknown, Unknown, Unknown, Pending, Unknown]
        );
        assert_eq!(
            all(Standing::Warning),
            [Passed, Passed, Unknown, Skipped, Unknown]
        );
        assert_eq!(all(Standing::NotApplicable), [Skipped; 5]);
    }
}
