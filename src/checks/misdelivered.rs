//! Right events that came another way than the platform's: nothing may happen.

use serde::{Deserialize, Serialize};

use super::{
    effect::{Allowed, Target, no_effect},
    outcome::{Grade, Outcome},
    view::{View, Which},
    words::{answer, inconclusive, nothing_to_judge},
};
use crate::transcript::observation::{Moment, Read};

/// Which way the event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Over plain http: no connection, 3xx and 4xx are all fine.
    PlainHttp,
    /// By another method than POST: 4xx and 501 are expected.
    OtherMethod,
}

impl Way {
    /// Whether an answer alone shows that the event was not taken.
    fn is_refused_by(self, status: Option<u16>) -> bool {
        matches!(
            (self, status),
            (_, Some(400..=499)) | (Self::PlainHttp, None | Some(300..=399)) | (Self::OtherMethod, Some(501))
        )
    }
}

/// Nothing happened to the target. Where no channel shows effects, the answer alone decides (grade C).
pub fn not_processed(view: View<'_>, target: &Target, way: Way) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last() else {
        return nothing_to_judge("the delivery");
    };
    match view.observed(target.kind, &target.reference, Moment::After) {
        Some((_, observed)) if observed.read == Read::NoChannel => {
            if way.is_refused_by(sent.delivery.status()) {
                Outcome::Passed {
                    grade: Some(Grade::C),
                }
            } else {
                inconclusive(format!(
                    "the answer ({}) does not tell whether the event was processed: declare [effects.{}]",
                    answer(sent.delivery),
                    target.kind.name()
                ))
            }
        }
        _ => {
            let allowed = Allowed {
                state_may_change: false,
                status_suffices: false,
            };
            no_effect(view, target, allowed, "effect-followed")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{observed, reading, stimulus},
        transcript::observation::EffectKind,
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    #[test]
    fn without_a_channel_the_answer_decides() {
        use Way::{OtherMethod, PlainHttp};
        for (way, status, passes) in [
            (PlainHttp, None, true),
            (PlainHttp, Some(308), true),
            (PlainHttp, Some(404), true),
            (PlainHttp, Some(200), false),
            (PlainHttp, Some(500), false),
            (OtherMethod, Some(405), true),
            (OtherMethod, Some(501), true),
            (OtherMethod, None, false),
            (OtherMethod, Some(302), false),
            (OtherMethod, Some(200), false),
        ] {
            let mut records = stimulus(status, 1);
            records.push(observed(1, Moment::After, Read::NoChannel));
            let outcome = not_processed(View::new(&records), &target(), way);
            assert_eq!(
                matches!(outcome, Outcome::Passed { .. }),
                passes,
                "{way:?} {status:?}"
            );
        }
    }

    #[test]
    fn an_effect_counts_more_than_the_answer() {
        let mut records = stimulus(Some(405), 1);
        records.push(reading(1, Moment::Before, 0, "pending"));
        records.push(reading(2, Moment::After, 1, "paid"));
        let outcome = not_processed(View::new(&records), &target(), Way::OtherMethod);
        assert!(matches!(outcome, Outcome::Failed(finding) if finding.code == "effect-followed"));
    }
}
