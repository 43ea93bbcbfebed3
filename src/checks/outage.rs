//! Events that had to get through: past an outage, past a broken database, past a change of keys.

use serde::{Deserialize, Serialize};

use super::{
    acknowledgement::{acknowledged_each, is_success},
    effect::{Target, took_effect},
    outcome::{Grade, Outcome},
    view::{Sent, View, Which},
    words::{answer, failed, inconclusive, nothing_to_judge},
};
use crate::transcript::{
    exchange::Role,
    observation::{Moment, Read},
};

/// A 2xx for an event that the partner was in no state to keep.
const UNKEPT: &str = "acknowledged-unkept";

/// What stood in the way of the first attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// Nothing.
    None,
    /// The endpoint was stopped.
    Stopped,
    /// The sender lost the attempts itself.
    SenderLost,
}

/// The deliveries of one event, told by its reference.
fn attempts<'a>(view: View<'a>, target: &Target) -> Vec<Sent<'a>> {
    let mut attempts = view.deliveries(Which::STIMULUS);
    attempts.retain(|sent| sent.delivery.intent.reference == target.reference);
    attempts
}

/// How much the count of a target grew, where a channel shows it.
fn growth(view: View<'_>, target: &Target) -> Option<u64> {
    let count = |moment| match view.observed(target.kind, &target.reference, moment) {
        Some((_, observed)) => match &observed.read {
            Read::Got(reading) => Some(reading.count),
            Read::Unreadable(_) | Read::NoChannel => None,
        },
        None => None,
    };
    Some(count(Moment::After)?.saturating_sub(count(Moment::Before).unwrap_or_default()))
}

/// Every event arrives in the end: failed attempts where something stood in the way, then 2xx, and one
/// effect each. Attempts that the sender lost itself prove less (grade B).
pub fn arrived(view: View<'_>, events: &[Target], obstacle: Obstacle) -> Outcome {
    let mut worst = Grade::A;
    for target in events {
        let attempts = attempts(view, target);
        let (Some(first), Some(last)) = (attempts.first(), attempts.last()) else {
            return nothing_to_judge(&format!("the event about {}", target.reference));
        };
        if obstacle != Obstacle::None && is_success(first.delivery.status()) {
            return if growth(view, target) == Some(1) {
                inconclusive(format!(
                    "the first attempt for {} was to find the endpoint stopped, but it was answered and had its \
                     effect; the stop action must end the endpoint",
                    target.reference
                ))
            } else {
                failed(
                    UNKEPT,
                    *first,
                    "no 2xx while the endpoint is stopped, so that the event is sent again",
                    answer(first.delivery),
                )
            };
        }
        if !is_success(last.delivery.status()) {
            let tried = match attempts.len() {
                1 => String::new(),
                count => format!(" (attempt {count} of {count})"),
            };
            return failed(
                "not-acknowledged",
                *last,
                "a 2xx answer to the last attempt at the latest",
                format!("{}{tried}", answer(last.delivery)),
            );
        }
        match took_effect(view, target, 1, false) {
            Outcome::Passed { grade: Some(grade) } => worst = worst.max(grade),
            Outcome::Passed { grade: None } => {}
            other => return other,
        }
    }
    if events.is_empty() {
        return nothing_to_judge("the events");
    }
    if obstacle == Obstacle::SenderLost {
        worst = worst.max(Grade::B);
    }
    Outcome::Passed { grade: Some(worst) }
}

/// What cannot be kept is not acknowledged: the first delivery found the database or queue gone. A 2xx to it
/// is right only if its effect appears without another delivery; otherwise the second delivery is acknowledged
/// and has the one effect.
pub fn kept_or_refused(view: View<'_>, target: &Target) -> Outcome {
    let attempts = attempts(view, target);
    let Some(first) = attempts.first() else {
        return nothing_to_judge("the delivery during the outage");
    };
    if is_success(first.delivery.status()) {
        return match growth(view, target) {
            Some(0) => failed(
                UNKEPT,
                *first,
                "503 (or another answer that is no 2xx) while the event cannot be stored, or its effect later \
                 without another delivery",
                format!("{}, and no effect after the outage", answer(first.delivery)),
            ),
            _ => took_effect(view, target, 1, false),
        };
    }
    let Some(second) = attempts.get(1) else {
        return nothing_to_judge("the delivery after the outage");
    };
    if !is_success(second.delivery.status()) {
        let expected = "a 2xx answer once the database or queue is back";
        return failed("not-acknowledged", *second, expected, answer(second.delivery));
    }
    took_effect(view, target, 1, false)
}

/// The last stimulus, a complete delivery after several that broke off, is answered in time.
pub fn last_acknowledged(view: View<'_>, after: u32, within_millis: u64) -> Outcome {
    let deliveries = view.deliveries(Which {
        role: Role::Stimulus,
        index: None,
    });
    if deliveries.len() != after as usize + 1 {
        return nothing_to_judge("the complete delivery");
    }
    acknowledged_each(deliveries.last().copied(), within_millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{delivery, reading, record},
        transcript::{
            exchange::Form,
            observation::EffectKind,
            record::{Event, Record},
        },
        wire::tampering::Writing,
    };
    use std::sync::Arc;

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn records(statuses: &[Option<u16>], count: u64) -> Vec<Arc<Record>> {
        let mut records = vec![reading(0, Moment::Before, 0, "pending")];
        for (index, status) in (0_u32..).zip(statuses) {
            let mut sent = delivery(Role::Stimulus, index, Form::Right(Writing::Plain), *status, 1);
            sent.intent.reference = "ORD-1".to_owned();
            records.push(record(u64::from(index) + 1, Event::Delivered(Box::new(sent))));
        }
        records.push(reading(90, Moment::After, count, "paid"));
        records
    }

    fn word(outcome: Outcome) -> String {
        match outcome {
            Outcome::Passed { grade } => format!("{grade:?}"),
            Outcome::Failed(finding) => finding.code,
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not-applicable".to_owned(),
        }
    }

    #[test]
    fn an_event_gets_past_an_outage_or_the_reason_is_named() {
        let table: [(&[Option<u16>], u64, &str); 6] = [
            (&[None, Some(503), Some(200)], 1, "Some(A)"),
            (&[None, Some(503), Some(503)], 0, "not-acknowledged"),
            (&[None, Some(200)], 0, "no-effect"),
            (&[None, Some(200)], 2, "duplicate-effect"),
            (&[Some(200)], 0, UNKEPT),
            (&[Some(200)], 1, "inconclusive"),
        ];
        for (statuses, count, expected) in table {
            let records = records(statuses, count);
            let outcome = arrived(View::new(&records), &[target()], Obstacle::Stopped);
            assert_eq!(word(outcome), expected, "{statuses:?} {count}");
        }
        let lost = records(&[None, Some(200)], 1);
        assert_eq!(
            word(arrived(View::new(&lost), &[target()], Obstacle::SenderLost)),
            "Some(B)"
        );
        assert_eq!(
            word(arrived(View::new(&lost), &[], Obstacle::None)),
            "inconclusive"
        );
    }

    #[test]
    fn what_is_not_kept_must_not_be_acknowledged() {
        let table: [(&[Option<u16>], u64, &str); 6] = [
            (&[Some(503), Some(200)], 1, "Some(A)"),
            (&[None, Some(200)], 1, "Some(A)"),
            (&[Some(200)], 1, "Some(A)"),
            (&[Some(200)], 0, UNKEPT),
            (&[Some(503), Some(503)], 0, "not-acknowledged"),
            (&[Some(503), Some(200)], 2, "duplicate-effect"),
        ];
        for (statuses, count, expected) in table {
            let records = records(statuses, count);
            let outcome = kept_or_refused(View::new(&records), &target());
            assert_eq!(word(outcome), expected, "{statuses:?} {count}");
        }
    }

    #[test]
    fn the_complete_delivery_is_the_one_after_the_broken_ones() {
        let table: [(&[Option<u16>], &str); 3] = [
            (&[None, None, Some(200)], "None"),
            (&[None, None, None], "not-acknowledged"),
            (&[None, Some(200)], "inconclusive"),
        ];
        for (statuses, expected) in table {
            let records = records(statuses, 1);
            assert_eq!(
                word(last_acknowledged(View::new(&records), 2, 5000)),
                expected,
                "{statuses:?}"
            );
        }
    }
}
