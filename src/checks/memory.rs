//! How long the partner remembers what it has processed.

use super::{
    effect::{self, Target},
    outcome::{Grade, Outcome},
    view::{View, Which},
    words::{inconclusive, nothing_to_judge},
};

/// The event took effect once although its last copy came so much later. A pause shorter than the horizon of
/// the platform's retries is a sample of it, so that the evidence is of grade B at best.
pub fn remembered(view: View<'_>, target: &Target, pause_millis: u64, horizon_millis: u64) -> Outcome {
    let copies = view.deliveries(Which::STIMULUS);
    let [first, .., last] = copies.as_slice() else {
        return nothing_to_judge("a second copy");
    };
    let outcome = effect::took_effect(view, target, 1, false);
    let Outcome::Passed { grade } = outcome else {
        return outcome;
    };
    let apart = last.delivery.started.millis_since(first.delivery.ended);
    if apart < pause_millis {
        return inconclusive(format!(
            "the last copy came {apart} ms after the first one instead of {pause_millis} ms, so nothing was proven \
             about memory"
        ));
    }
    let best = if pause_millis < horizon_millis {
        Grade::B
    } else {
        Grade::A
    };
    Outcome::Passed {
        grade: grade.map(|grade| grade.max(best)),
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
        wire::{moment::Micros, tampering::Writing},
    };

    const PAUSE: u64 = 360_000;

    fn judged(apart_millis: u64, effects: u64, horizon: u64) -> Outcome {
        let copy = |index, started| {
            let mut copy = delivery(Role::Stimulus, index, Form::Right(Writing::Plain), Some(200), 0);
            (copy.started, copy.ended) = (Micros(started), Micros(started));
            record(u64::from(index) + 2, Event::Delivered(Box::new(copy)))
        };
        let records = [
            reading(1, Moment::Before, 0, "pending"),
            copy(0, 0),
            copy(1, apart_millis * 1_000),
            reading(4, Moment::After, effects, "paid"),
        ];
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        remembered(View::new(&records), &target, PAUSE, horizon)
    }

    #[test]
    fn a_sample_of_the_horizon_is_worth_less_than_the_whole() {
        let grade_b = Outcome::Passed {
            grade: Some(Grade::B),
        };
        let grade_a = Outcome::Passed {
            grade: Some(Grade::A),
        };
        assert_eq!(judged(PAUSE, 1, 10 * PAUSE), grade_b);
        assert_eq!(judged(PAUSE, 1, PAUSE), grade_a);
    }

    #[test]
    fn a_second_effect_fails_and_a_short_pause_proves_nothing() {
        assert!(
            matches!(judged(PAUSE, 2, PAUSE), Outcome::Failed(finding) if finding.code == "duplicate-effect")
        );
        assert!(matches!(
            judged(PAUSE - 1, 1, PAUSE),
            Outcome::Inconclusive { .. }
        ));
    }
}
