//! Signs of life: silence proves something only between two good deliveries that took effect.

use super::{
    acknowledgement::is_success,
    effect::Target,
    outcome::Outcome,
    view::{Sent, View, Which},
    words::{answer, inconclusive, nothing_to_judge},
};
use crate::transcript::{
    exchange::Role,
    observation::{Moment, Read},
};

/// Both controls were acknowledged and, where a channel shows it, took effect.
pub fn alive(view: View<'_>, before: &Target, after: &Target) -> Outcome {
    for (role, target, name) in [
        (Role::ControlBefore, before, "before"),
        (Role::ControlAfter, after, "after"),
    ] {
        let deliveries = view.deliveries(Which { role, index: None });
        let Some(sent) = deliveries.last() else {
            return nothing_to_judge(&format!("the control {name} the stimulus"));
        };
        if !is_success(sent.delivery.status()) {
            return inconclusive(format!(
                "the endpoint showed no sign of life {name} the stimulus: a good delivery got {}",
                answer(sent.delivery)
            ));
        }
        match view
            .observed(target.kind, &target.reference, Moment::After)
            .map(|(_, observed)| &observed.read)
        {
            Some(Read::Got(reading)) if reading.count == 0 => {
                return inconclusive(format!(
                    "the control {name} the stimulus was acknowledged but had no effect on {}",
                    target.reference
                ));
            }
            Some(Read::Unreadable(why)) => {
                return inconclusive(format!(
                    "the effect of the control {name} the stimulus could not be read: {why}"
                ));
            }
            Some(Read::Got(_) | Read::NoChannel) => {}
            None => return nothing_to_judge(&format!("the effect of the control {name} the stimulus")),
        }
    }
    Outcome::Passed { grade: None }
}

/// The partner's clock, as its `Date` header tells, is close enough to ours for a judgement on time.
/// A partner that sends no such header is not held to it.
pub fn clock_agrees(view: View<'_>, timestamp_header: &str, tolerance_seconds: u64) -> Outcome {
    let skew = view
        .deliveries(Which {
            role: Role::ControlBefore,
            index: None,
        })
        .iter()
        .find_map(|sent| skew_seconds(*sent, timestamp_header));
    match skew {
        Some(skew) if skew.unsigned_abs() > tolerance_seconds => inconclusive(format!(
            "the partner's clock is {skew} s away from ours, so a time window cannot be judged; set its clock by NTP"
        )),
        _ => Outcome::Passed { grade: None },
    }
}

/// Seconds by which the partner's `Date` is ahead of the attempt time that the control was signed with.
fn skew_seconds(sent: Sent<'_>, timestamp_header: &str) -> Option<i64> {
    use crate::transcript::exchange::Ending;
    let Ending::Answered(reply) = &sent.delivery.ending else {
        return None;
    };
    let date = reply.headers.get("date")?;
    let theirs = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_second();
    let ours: i64 = sent
        .delivery
        .sent
        .headers
        .get(timestamp_header)?
        .trim()
        .parse()
        .ok()?;
    Some(theirs - ours)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{delivery, reading, record},
        transcript::{
            exchange::{Ending, Form},
            observation::EffectKind,
            record::{Event, Record},
        },
        wire::tampering::Writing,
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn control(number: u64, role: Role, status: Option<u16>) -> Arc<Record> {
        record(
            number,
            Event::Delivered(Box::new(delivery(
                role,
                0,
                Form::Right(Writing::Plain),
                status,
                1,
            ))),
        )
    }

    #[test]
    fn both_controls_must_live() {
        let all = [
            control(0, Role::ControlBefore, Some(200)),
            control(1, Role::ControlAfter, Some(200)),
            reading(2, Moment::After, 1, "paid"),
        ];
        assert_eq!(
            alive(View::new(&all), &target(), &target()),
            Outcome::Passed { grade: None }
        );
        let dead = [
            control(0, Role::ControlBefore, Some(200)),
            control(1, Role::ControlAfter, Some(403)),
            reading(2, Moment::After, 1, "paid"),
        ];
        assert!(matches!(
            alive(View::new(&dead), &target(), &target()),
            Outcome::Inconclusive { .. }
        ));
        assert!(matches!(
            alive(View::new(&all[..1]), &target(), &target()),
            Outcome::Inconclusive { .. }
        ));
    }

    #[test]
    fn an_acknowledgement_without_effect_is_no_sign_of_life() {
        let all = [
            control(0, Role::ControlBefore, Some(200)),
            control(1, Role::ControlAfter, Some(200)),
            reading(2, Moment::After, 0, "pending"),
        ];
        assert!(matches!(
            alive(View::new(&all), &target(), &target()),
            Outcome::Inconclusive { .. }
        ));
    }

    #[test]
    fn a_clock_two_minutes_off_leaves_the_window_undecided() {
        let mut sent = delivery(Role::ControlBefore, 0, Form::Right(Writing::Plain), Some(200), 1);
        sent.sent.headers.push("webhook-timestamp", "1795170930");
        if let Ending::Answered(reply) = &mut sent.ending {
            reply.headers.push("date", "Fri, 20 Nov 2026 10:37:30 GMT");
        }
        let records = [record(0, Event::Delivered(Box::new(sent)))];
        let view = View::new(&records);
        assert!(matches!(
            clock_agrees(view, "webhook-timestamp", 60),
            Outcome::Inconclusive { .. }
        ));
        assert_eq!(
            clock_agrees(view, "webhook-timestamp", 180),
            Outcome::Passed { grade: None }
        );
    }
}
