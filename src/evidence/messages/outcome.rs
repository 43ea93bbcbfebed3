//! What the steps of an example are reported with.

use gherkin::{Step, StepType};

use crate::{checks::outcome::Outcome, evidence::standing::Standing};

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
        Standing::Warning
        | Standing::Open
        | Standing::Waived
        | Standing::NotApplicable
        | Standing::Excluded => Status::Skipped,
    }
}

/// A step with its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StepTold {
    /// The status.
    pub(super) status: Status,
    /// What its own check said, where it did not hold.
    pub(super) words: Option<String>,
}

impl StepTold {
    fn plain(status: Status) -> Self {
        Self { status, words: None }
    }
}

/// The steps of one attempt, each with its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// In their order.
    pub(super) steps: Vec<StepTold>,
    /// The step that carries the message of the example.
    pub(super) telling: usize,
}

/// What the steps of an attempt are reported with. `checks` are the outcomes of its checks in their order,
/// where each belongs to one `Then`; none where that is not known.
pub(super) fn of_steps(standing: Standing, steps: &[Step], checks: Option<&[Outcome]>) -> Told {
    let thens: Vec<usize> = (0..)
        .zip(steps)
        .filter(|(_, step)| step.ty == StepType::Then)
        .map(|(place, _)| place)
        .collect();
    let last = thens.last().copied().unwrap_or(steps.len().saturating_sub(1));
    match standing {
        Standing::Passed | Standing::NotApplicable | Standing::Excluded => Told {
            steps: vec![StepTold::plain(of(standing)); steps.len()],
            telling: last,
        },
        _ => match checks.filter(|checks| checks.len() == thens.len()) {
            Some(checks) => joined(standing, steps.len(), &thens, checks),
            None => alone(standing, steps.len(), &thens, last),
        },
    }
}

fn joined(standing: Standing, count: usize, thens: &[usize], checks: &[Outcome]) -> Told {
    let mut steps = vec![StepTold::plain(Status::Passed); count];
    for (place, outcome) in thens.iter().zip(checks) {
        let (status, words) = match outcome {
            Outcome::Passed { .. } => continue,
            Outcome::Failed(finding) => (
                Status::Failed,
                format!(
                    "{}: expected {}; observed {}",
                    finding.code, finding.expected, finding.observed
                ),
            ),
            Outcome::Inconclusive { reason } => (Status::Pending, reason.clone()),
            Outcome::NotApplicable { reason } => (Status::Skipped, reason.clone()),
        };
        let status = if standing.blocks() {
            status
        } else {
            Status::Skipped
        };
        if let Some(step) = steps.get_mut(*place) {
            *step = StepTold {
                status,
                words: Some(words),
            };
        }
    }
    // Where all held at the time, what is wrong came to light when the run was closed.
    let telling = [Status::Failed, Status::Pending, Status::Skipped]
        .iter()
        .find_map(|worst| steps.iter().position(|step| step.status == *worst))
        .or(thens.last().copied())
        .unwrap_or_default();
    if let Some(step) = steps.get_mut(telling) {
        step.status = of(standing);
    }
    Told { steps, telling }
}

fn alone(standing: Standing, steps: usize, thens: &[usize], last: usize) -> Told {
    // Where a check was judged, what stands before the checks was done.
    let judged = matches!(standing, Standing::Failed | Standing::Warning);
    let done = if judged {
        thens.first().copied().unwrap_or(0)
    } else {
        0
    };
    let status = |place: usize| match place {
        _ if place == last => of(standing),
        _ if place < done => Status::Passed,
        _ => Status::Unknown,
    };
    Told {
        steps: (0..steps).map(|place| StepTold::plain(status(place))).collect(),
        telling: last,
    }
}

#[cfg(test)]
mod tests {
    use gherkin::{Feature, GherkinEnv};

    use super::{
        Status::{Failed, Passed, Pending, Skipped, Unknown},
        *,
    };
    use crate::evidence::sample;

    fn steps() -> Vec<Step> {
        let text = "Feature: f\n  Scenario: s\n    Given a\n    When b\n    Then c\n    And d\n    When e\n";
        let mut feature = Feature::parse(text, GherkinEnv::default()).unwrap();
        feature.scenarios.remove(0).steps
    }

    fn statuses(told: &Told) -> Vec<Status> {
        told.steps.iter().map(|step| step.status).collect()
    }

    #[test]
    fn where_nothing_is_known_of_steps_the_last_then_tells_and_no_other_check_is_called_passed() {
        let all = |standing| statuses(&of_steps(standing, &steps(), None));
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

    #[test]
    fn a_check_tells_at_its_own_step() {
        let passed = Outcome::Passed { grade: None };
        let failed = Outcome::Failed(sample::finding("accepted", "an answer 200"));
        let open = Outcome::Inconclusive {
            reason: "no channel".to_owned(),
        };
        let told = |standing, checks: &[Outcome]| of_steps(standing, &steps(), Some(checks));
        let first = told(Standing::Failed, &[failed.clone(), passed.clone()]);
        assert_eq!(statuses(&first), [Passed, Passed, Failed, Passed, Passed]);
        assert_eq!(first.telling, 2);
        let worse = told(Standing::Failed, &[open, failed.clone()]);
        assert_eq!(statuses(&worse), [Passed, Passed, Pending, Failed, Passed]);
        assert_eq!(worse.telling, 3);
        let warning = told(Standing::Warning, &[failed.clone(), passed.clone()]);
        assert_eq!(statuses(&warning), [Passed, Passed, Skipped, Passed, Passed]);
        let later = told(Standing::Failed, &[passed.clone(), passed]);
        assert_eq!(statuses(&later), [Passed, Passed, Passed, Failed, Passed]);
        let uneven = told(Standing::Failed, &[failed]);
        assert_eq!(statuses(&uneven), [Passed, Passed, Unknown, Failed, Unknown]);
    }
}
