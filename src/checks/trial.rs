//! One generated message among many: what it must and must not do.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    acknowledgement::{acknowledged, calm},
    effect::{Allowed, Target, no_effect, took_effect},
    outcome::Outcome,
    view::{View, Which},
};
use crate::transcript::record::Record;

/// What is expected of a generated message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// It is right: 2xx in time and one effect.
    Taken,
    /// It was changed after signing: no effect, no server error, an answer in time.
    Refused,
    /// It is rightly signed nonsense: no server error, an answer in time, and not more than one effect.
    Survived,
}

/// The message with this index did as expected. Only its own records are looked at.
pub fn trial(view: View<'_>, index: u32, target: &Target, expects: Expectation, within: u64) -> Outcome {
    let own: Vec<Arc<Record>> = view.of_trial(index, target.kind, &target.reference);
    let view = View::new(&own);
    let first = match expects {
        Expectation::Taken => acknowledged(view, Which::STIMULUS, within),
        Expectation::Refused | Expectation::Survived => calm(view, Which::STIMULUS, within),
    };
    if !matches!(first, Outcome::Passed { .. }) {
        return untimed(first);
    }
    match expects {
        Expectation::Taken => took_effect(view, target, 1, true),
        Expectation::Refused => {
            let allowed = Allowed {
                state_may_change: false,
                status_suffices: true,
            };
            no_effect(view, target, allowed, "effect-followed")
        }
        Expectation::Survived => match took_effect(view, target, 1, true) {
            Outcome::Failed(finding) if finding.code == "duplicate-effect" => Outcome::Failed(finding),
            _ => Outcome::Passed { grade: None },
        },
    }
}

/// A trial is not repeated, so its lateness is a failure like any other.
fn untimed(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed(mut finding) => {
            finding.timing = false;
            Outcome::Failed(finding)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{delivery, reading, record},
        transcript::{
            exchange::{Form, Role},
            observation::{EffectKind, Moment},
            record::Event,
        },
        wire::tampering::Writing,
    };

    fn records(index: u32, status: u16, count: u64) -> Vec<Arc<Record>> {
        let form = Form::Right(Writing::Plain);
        let sent = delivery(Role::Stimulus, index, form, Some(status), 10);
        vec![
            reading(0, Moment::Before, 0, "pending"),
            record(1, Event::Delivered(Box::new(sent))),
            reading(
                2,
                Moment::After,
                count,
                if count == 0 { "pending" } else { "paid" },
            ),
        ]
    }

    #[test]
    fn each_expectation_has_its_own_failures() {
        use Expectation::{Refused, Survived, Taken};
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        for (expects, status, count, expected) in [
            (Taken, 200, 1, None),
            (Taken, 400, 0, Some("not-acknowledged")),
            (Taken, 200, 0, Some("no-effect")),
            (Taken, 200, 2, Some("duplicate-effect")),
            (Refused, 401, 0, None),
            (Refused, 401, 1, Some("effect-followed")),
            (Refused, 500, 0, Some("server-error")),
            (Survived, 400, 0, None),
            (Survived, 200, 1, None),
            (Survived, 200, 2, Some("duplicate-effect")),
            (Survived, 500, 0, Some("server-error")),
        ] {
            let records = records(3, status, count);
            let outcome = trial(View::new(&records), 3, &target, expects, 5000);
            let code = match &outcome {
                Outcome::Failed(finding) => Some(finding.code.as_str()),
                _ => None,
            };
            assert_eq!(code, expected, "{expects:?} {status} {count}");
            let other = trial(View::new(&records), 4, &target, expects, 5000);
            assert!(matches!(other, Outcome::Inconclusive { .. }), "{other:?}");
        }
    }
}
