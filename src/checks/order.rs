//! Where a business object stands after events that came in another order than their facts happened.

use super::{
    effect::{Target, describe, grade},
    fate::taken_at_once,
    outcome::{Finding, Outcome},
    view::{View, Which},
    words::{inconclusive, nothing_to_judge},
};
use crate::transcript::{
    exchange::Delivery,
    observation::{Moment, Observed, Read, Reading},
};

/// The state at the end is one of those. A channel that shows no state proves nothing.
pub fn ends_as(view: View<'_>, target: &Target, one_of: &[String]) -> Outcome {
    let look = match last_look(view, target) {
        Ok(look) => look,
        Err(why) => return inconclusive(why),
    };
    let name = target.kind.name();
    match &look.reading.state {
        None => inconclusive(format!(
            "the channel [effects.{name}] returns no state; add it to the declaration"
        )),
        Some(state) if one_of.contains(state) => Outcome::Passed {
            grade: Some(grade(look.observed.channel)),
        },
        Some(state) => failed(
            view,
            look.number,
            "wrong-state",
            format!("{name} {} ends as {}", target.reference, one_of.join(" or ")),
            format!("state {state:?}"),
        ),
    }
}

/// At the end there is exactly one object under the reference, whoever made it.
pub fn one_on_file(view: View<'_>, target: &Target) -> Outcome {
    let look = match last_look(view, target) {
        Ok(look) => look,
        Err(why) => return inconclusive(why),
    };
    let code = match look.reading.count {
        1 => {
            return Outcome::Passed {
                grade: Some(grade(look.observed.channel)),
            };
        }
        0 => "no-effect",
        _ => "duplicate-effect",
    };
    failed(
        view,
        look.number,
        code,
        format!("one {} under {}", target.kind.name(), target.reference),
        describe(look.reading),
    )
}

/// What was closed before it was opened is not fulfilled. A partner that put the closing event off until
/// it knew the opening one has fulfilled it in between, once, and rightly.
pub fn not_fulfilled_late(view: View<'_>, target: &Target) -> Outcome {
    let look = match last_look(view, target) {
        Ok(look) => look,
        Err(why) => return inconclusive(why),
    };
    let Some(before) = reading(view, target, Moment::Before) else {
        return nothing_to_judge("the count before the stimulus");
    };
    let most = u64::from(!taken_at_once(view));
    let done = look.reading.count.saturating_sub(before.count);
    if done <= most {
        return Outcome::Passed {
            grade: Some(grade(look.observed.channel)),
        };
    }
    let expected = if most == 0 {
        "no fulfilment: the closing event was taken before the opening one came"
    } else {
        "one fulfilment at most"
    };
    failed(
        view,
        look.number,
        "effect-followed",
        format!("{expected} ({} {})", target.kind.name(), target.reference),
        format!("{done} fulfilled"),
    )
}

struct Look<'a> {
    number: u64,
    observed: &'a Observed,
    reading: &'a Reading,
}

/// The reading at the end, or why there is none to judge.
fn last_look<'a>(view: View<'a>, target: &Target) -> Result<Look<'a>, String> {
    let name = target.kind.name();
    let (number, observed) = view
        .observed(target.kind, &target.reference, Moment::After)
        .ok_or("the state at the end was not recorded, so there is nothing to judge")?;
    match &observed.read {
        Read::Got(reading) => Ok(Look {
            number,
            observed,
            reading,
        }),
        Read::Unreadable(why) => Err(format!(
            "{name} {} could not be read: {why}; repair [effects.{name}]",
            target.reference
        )),
        Read::NoChannel => Err(format!(
            "no channel shows the state of {name}: declare [effects.{name}] (http, command or manual)"
        )),
    }
}

fn reading<'a>(view: View<'a>, target: &Target, moment: Moment) -> Option<&'a Reading> {
    match &view.observed(target.kind, &target.reference, moment)?.1.read {
        Read::Got(reading) => Some(reading),
        Read::Unreadable(_) | Read::NoChannel => None,
    }
}

fn failed(view: View<'_>, number: u64, code: &str, expected: String, observed: String) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let mut records = vec![number];
    records.extend(deliveries.iter().map(|sent| sent.number));
    let arrivals: Vec<String> = deliveries.iter().map(|sent| arrival(sent.delivery)).collect();
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!("arrived in this order: {}", arrivals.join("; ")),
        expected,
        observed,
        records,
        timing: false,
    })
}

/// One arrival with the time that the event itself states.
fn arrival(delivery: &Delivery) -> String {
    let intent = &delivery.intent;
    let status = delivery.status().map_or_else(
        || "not answered".to_owned(),
        |status| format!("answered {status}"),
    );
    let body: Option<serde_json::Value> = serde_json::from_slice(&delivery.sent.body.bytes()).ok();
    let happened = body
        .as_ref()
        .and_then(|body| body.get("created_at")?.as_str())
        .map_or_else(String::new, |at| format!(" of {at}"));
    format!("{}{happened} ({}, {status})", intent.subject, intent.id)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{observed, reading as look, stimulus},
        transcript::{observation::EffectKind, record::Record},
    };

    fn target() -> Target {
        Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        }
    }

    fn code(outcome: Outcome) -> String {
        match outcome {
            Outcome::Failed(finding) => finding.code,
            Outcome::Passed { grade } => format!("{grade:?}"),
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not-applicable".to_owned(),
        }
    }

    fn after(count: u64, state: &str) -> Vec<Arc<Record>> {
        let mut records = stimulus(Some(200), 1);
        records.push(look(1, Moment::Before, 0, "pending"));
        records.push(look(2, Moment::After, count, state));
        records
    }

    #[test]
    fn only_the_state_that_is_due_passes() {
        let ends =
            |records: &[Arc<Record>]| code(ends_as(View::new(records), &target(), &["refunded".to_owned()]));
        assert_eq!(ends(&after(0, "refunded")), "Some(A)");
        assert_eq!(ends(&after(0, "paid")), "wrong-state");
        assert_eq!(ends(&stimulus(Some(200), 1)), "inconclusive");
        for read in [
            Read::NoChannel,
            Read::Unreadable("500".to_owned()),
            Read::Got(Reading::default()),
        ] {
            assert_eq!(ends(&[observed(1, Moment::After, read)]), "inconclusive");
        }
    }

    #[test]
    fn a_fulfilment_is_only_excused_by_a_refusal() {
        let judged = |status, count| {
            let mut records = stimulus(Some(status), 1);
            records.extend(after(count, "refunded").split_off(1));
            code(not_fulfilled_late(View::new(&records), &target()))
        };
        assert_eq!(judged(200, 0), "Some(A)");
        assert_eq!(judged(200, 1), "effect-followed");
        assert_eq!(judged(503, 1), "Some(A)");
        assert_eq!(judged(503, 2), "effect-followed");
    }

    #[test]
    fn one_object_is_one_object() {
        for (count, expected) in [(0, "no-effect"), (1, "Some(A)"), (2, "duplicate-effect")] {
            assert_eq!(
                code(one_on_file(View::new(&after(count, "approved")), &target())),
                expected
            );
        }
    }

    #[test]
    fn a_finding_tells_when_each_fact_happened() {
        let mut sent = crate::checks::samples::delivery(
            crate::transcript::exchange::Role::Stimulus,
            0,
            crate::transcript::exchange::Form::Right(crate::wire::tampering::Writing::Plain),
            Some(200),
            1,
        );
        sent.sent.body =
            crate::wire::body::Body::Text(r#"{"created_at":"2026-11-20T17:30:00+08:00"}"#.to_owned());
        assert_eq!(
            arrival(&sent),
            "payment.success of 2026-11-20T17:30:00+08:00 (evt_1, answered 200)"
        );
    }
}
