//! States that are due, states that must not be, and things that must stay as they were.

use std::fmt::Write as _;

use super::{
    effect::{Look, Readings, Target, describe, failed, grade, look, unreadable},
    outcome::Outcome,
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::transcript::observation::{Channel, Reading};

/// The two readings of a target, or why there is nothing to judge by.
pub(super) fn readings<'a>(view: View<'a>, target: &Target) -> Result<Readings<'a>, Box<Outcome>> {
    let name = target.kind.name();
    match look(view, target) {
        Look::Both(readings) => Ok(readings),
        Look::Missing => Err(Box::new(nothing_to_judge("the state"))),
        Look::Unreadable(why) => Err(Box::new(unreadable(target, why))),
        Look::NoChannel => Err(Box::new(inconclusive(format!(
            "no channel shows what becomes of {name}: declare [effects.{name}] with count and state"
        )))),
    }
}

pub(super) fn no_state(target: &Target) -> Outcome {
    let name = target.kind.name();
    inconclusive(format!(
        "the channel [effects.{name}] returns no state; add it to the declaration"
    ))
}

/// The target was brought into one of these states.
///
/// A log that shows no states tells it by a new line about the target (grade B); any other channel must
/// give the state.
pub fn in_state(view: View<'_>, target: &Target, one_of: &[String]) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let passed = Outcome::Passed {
        grade: Some(grade(found.observed.channel)),
    };
    let expected = format!(
        "{} {} is {}",
        target.kind.name(),
        target.reference,
        one_of.join(" or ")
    );
    let grown = found.after.count > found.before.map_or(0, |before| before.count);
    match &found.after.state {
        Some(state) if one_of.contains(state) => passed,
        Some(state) => failed(
            view,
            found.number,
            "wrong-state",
            expected,
            format!("state {state:?}"),
        ),
        None if found.observed.channel != Some(Channel::Log) => no_state(target),
        None if grown => passed,
        None => failed(
            view,
            found.number,
            "no-effect",
            expected,
            "no new log line says that it was processed".to_owned(),
        ),
    }
}

/// The target is in none of these states. Where the channel gives no state, the count and the sums that
/// other checks look at must do.
pub fn not_in_state(view: View<'_>, target: &Target, none_of: &[String]) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    match &found.after.state {
        None => Outcome::Passed { grade: None },
        Some(state) if none_of.contains(state) => failed(
            view,
            found.number,
            "wrong-state",
            format!(
                "{} {} is not {}",
                target.kind.name(),
                target.reference,
                none_of.join(" or ")
            ),
            format!("state {state:?}"),
        ),
        Some(_) => Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        },
    }
}

/// Everything that the channel shows of the target is as it was before.
pub fn untouched(view: View<'_>, target: &Target) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let Some(before) = found.before else {
        return nothing_to_judge("the state before the stimulus");
    };
    if before != found.after {
        return failed(
            view,
            found.number,
            "touched-another",
            format!(
                "{} {}, which the event does not name, stays as it was: {}",
                target.kind.name(),
                target.reference,
                whole(before)
            ),
            whole(found.after),
        );
    }
    if found.after.state.is_none() && found.observed.channel != Some(Channel::Log) {
        return no_state(target);
    }
    Outcome::Passed {
        grade: Some(grade(found.observed.channel)),
    }
}

/// A reading with all that it says.
pub(super) fn whole(reading: &Reading) -> String {
    let mut text = describe(reading);
    for (label, value) in [
        ("amount", &reading.amount),
        ("refunded", &reading.refunded),
        ("flag", &reading.flag),
        ("next payment", &reading.next_date),
    ] {
        if let Some(value) = value {
            let _ = write!(text, ", {label} {value:?}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{observed, reading},
        transcript::{
            observation::{EffectKind, Moment, Read},
            record::{Event, Record},
        },
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn word(outcome: &Outcome) -> &str {
        match outcome {
            Outcome::Failed(finding) => &finding.code,
            Outcome::Passed { .. } => "passed",
            Outcome::Inconclusive { .. } => "inconclusive",
            Outcome::NotApplicable { .. } => "not applicable",
        }
    }

    fn from_log(number: u64, moment: Moment, count: u64) -> Arc<Record> {
        let record = observed(
            number,
            moment,
            Read::Got(Reading {
                count,
                ..Reading::default()
            }),
        );
        let mut record = (*record).clone();
        if let Event::Observed(observed) = &mut record.event {
            observed.channel = Some(Channel::Log);
        }
        Arc::new(record)
    }

    #[test]
    fn a_state_that_is_due_must_be_shown() {
        let stateless = Read::Got(Reading::default());
        for (after, expected) in [
            (reading(1, Moment::After, 1, "cancelled"), "passed"),
            (reading(1, Moment::After, 1, "issued"), "wrong-state"),
            (observed(1, Moment::After, stateless), "inconclusive"),
            (observed(1, Moment::After, Read::NoChannel), "inconclusive"),
        ] {
            let records = [reading(0, Moment::Before, 1, "issued"), after];
            let outcome = in_state(View::new(&records), &target(), &["cancelled".to_owned()]);
            assert_eq!(word(&outcome), expected);
        }
        assert_eq!(
            word(&in_state(View::new(&[]), &target(), &["cancelled".to_owned()])),
            "inconclusive"
        );
    }

    #[test]
    fn a_log_tells_a_change_by_a_new_line() {
        for (count, expected) in [(2, "passed"), (1, "no-effect")] {
            let records = [from_log(0, Moment::Before, 1), from_log(1, Moment::After, count)];
            let outcome = in_state(View::new(&records), &target(), &["cancelled".to_owned()]);
            assert_eq!(word(&outcome), expected);
        }
    }

    #[test]
    fn a_forbidden_state_fails_and_no_state_is_left_to_the_count() {
        let forbidden = ["refunded".to_owned()];
        for (after, expected) in [
            (reading(1, Moment::After, 1, "refunded"), "wrong-state"),
            (reading(1, Moment::After, 1, "paid"), "passed"),
            (
                observed(1, Moment::After, Read::Got(Reading::default())),
                "passed",
            ),
            (observed(1, Moment::After, Read::NoChannel), "inconclusive"),
        ] {
            let outcome = not_in_state(View::new(&[after]), &target(), &forbidden);
            assert_eq!(word(&outcome), expected);
        }
    }

    #[test]
    fn the_smallest_change_of_a_bystander_is_found() {
        let same = [
            reading(0, Moment::Before, 1, "issued"),
            reading(1, Moment::After, 1, "issued"),
        ];
        assert_eq!(word(&untouched(View::new(&same), &target())), "passed");
        let moved = [
            reading(0, Moment::Before, 1, "issued"),
            reading(1, Moment::After, 1, "cancelled"),
        ];
        assert_eq!(word(&untouched(View::new(&moved), &target())), "touched-another");
        assert_eq!(word(&untouched(View::new(&same[1..]), &target())), "inconclusive");
        let blind = [
            observed(0, Moment::Before, Read::Got(Reading::default())),
            observed(1, Moment::After, Read::Got(Reading::default())),
        ];
        assert_eq!(word(&untouched(View::new(&blind), &target())), "inconclusive");
    }
}
