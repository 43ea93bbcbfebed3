//! Business effects: counted through a channel, compared with the reading right before the stimulus.

use serde::{Deserialize, Serialize};

use super::{
    acknowledgement::is_success,
    outcome::{Finding, Grade, Outcome},
    view::{View, Which},
    words::{inconclusive, nothing_to_judge, stimulus},
};
use crate::transcript::observation::{Channel, EffectKind, Moment, Observed, Read, Reading};

/// Something whose effects are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What it is.
    pub kind: EffectKind,
    /// Which one.
    pub reference: String,
}

/// A value the partner records beside the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The amount, compared to the sen.
    Amount,
    /// The transaction id.
    Transaction,
    /// The customer's name; only judged when the channel returns one.
    Name,
    /// The sum refunded so far, compared to the sen.
    Refunded,
    /// The number of the policy document.
    Number,
}

/// What a channel's word is worth.
pub fn grade(channel: Option<Channel>) -> Grade {
    match channel {
        Some(Channel::Http | Channel::Command | Channel::Manual) => Grade::A,
        Some(Channel::Log) => Grade::B,
        None => Grade::C,
    }
}

pub(super) struct Readings<'a> {
    pub(super) before: Option<&'a Reading>,
    pub(super) after: &'a Reading,
    pub(super) observed: &'a Observed,
    pub(super) number: u64,
}

pub(super) enum Look<'a> {
    Both(Readings<'a>),
    NoChannel,
    Missing,
    Unreadable(&'a str),
}

pub(super) fn look<'a>(view: View<'a>, target: &Target) -> Look<'a> {
    let Some((number, observed)) = view.observed(target.kind, &target.reference, Moment::After) else {
        return Look::Missing;
    };
    let after = match &observed.read {
        Read::Got(reading) => reading,
        Read::Unreadable(why) => return Look::Unreadable(why),
        Read::NoChannel => return Look::NoChannel,
    };
    let before = match view.observed(target.kind, &target.reference, Moment::Before) {
        Some((
            _,
            Observed {
                read: Read::Got(reading),
                ..
            },
        )) => Some(reading),
        Some((
            _,
            Observed {
                read: Read::Unreadable(why),
                ..
            },
        )) => return Look::Unreadable(why),
        _ => None,
    };
    Look::Both(Readings {
        before,
        after,
        observed,
        number,
    })
}

pub(super) fn describe(reading: &Reading) -> String {
    reading.state.as_ref().map_or_else(
        || format!("effect count {}", reading.count),
        |state| format!("effect count {}, state {state:?}", reading.count),
    )
}

pub(super) fn failed(view: View<'_>, number: u64, code: &str, expected: String, observed: String) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let mut records = vec![number];
    records.extend(deliveries.iter().map(|sent| sent.number));
    let stimulus = match deliveries.as_slice() {
        [] => view.operation().map_or_else(String::new, |(_, operation)| {
            format!("operation {}", operation.name)
        }),
        [one] => stimulus(one.delivery),
        [first, ..] => format!(
            "{} deliveries, the first: {}",
            deliveries.len(),
            stimulus(first.delivery)
        ),
    };
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus,
        expected,
        observed,
        records,
        timing: false,
    })
}

pub(super) fn unreadable(target: &Target, why: &str) -> Outcome {
    inconclusive(format!(
        "the effect of {} {} could not be read: {why}; repair [effects.{}]",
        target.kind.name(),
        target.reference,
        target.kind.name()
    ))
}

/// The effect happened exactly so many times.
///
/// Without an effect channel a 2xx answer is enough where the catalogue says so (grade C).
pub fn took_effect(view: View<'_>, target: &Target, times: u64, status_suffices: bool) -> Outcome {
    let name = target.kind.name();
    match look(view, target) {
        Look::Missing => nothing_to_judge("the effect"),
        Look::Unreadable(why) => unreadable(target, why),
        Look::NoChannel if status_suffices => {
            let deliveries = view.deliveries(Which::STIMULUS);
            if !deliveries.is_empty() && deliveries.iter().all(|sent| is_success(sent.delivery.status())) {
                Outcome::Passed {
                    grade: Some(Grade::C),
                }
            } else {
                inconclusive(format!(
                    "no [effects.{name}] is declared and the answer is no success"
                ))
            }
        }
        Look::NoChannel => inconclusive(format!(
            "no channel shows effects on {name}: declare [effects.{name}] (http, command, log or manual)"
        )),
        Look::Both(readings) => {
            let baseline = readings.before.map_or(0, |reading| reading.count);
            let delta = readings.after.count.saturating_sub(baseline);
            let code = match delta {
                delta if delta == times => {
                    return Outcome::Passed {
                        grade: Some(grade(readings.observed.channel)),
                    };
                }
                0 => "no-effect",
                delta if delta > times => "duplicate-effect",
                _ => "no-effect",
            };
            failed(
                view,
                readings.number,
                code,
                format!("{times} effect on {name} {}", target.reference),
                format!("{delta} ({})", describe(readings.after)),
            )
        }
    }
}

/// What a check on silence lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// Whether another state without an effect is fine (a failed payment).
    pub state_may_change: bool,
    /// Whether a 4xx answer is enough where no channel shows effects (grade C).
    pub status_suffices: bool,
}

/// Nothing happened to the target. `code` names what it means when something did.
pub fn no_effect(view: View<'_>, target: &Target, allowed: Allowed, code: &str) -> Outcome {
    let name = target.kind.name();
    match look(view, target) {
        Look::Missing => nothing_to_judge("the effect"),
        Look::Unreadable(why) => unreadable(target, why),
        Look::NoChannel if allowed.status_suffices => by_status(view, name),
        Look::NoChannel => inconclusive(format!(
            "no channel shows effects on {name}: declare [effects.{name}] (http, command, log or manual)"
        )),
        Look::Both(readings) => {
            let baseline = readings.before.map_or(0, |reading| reading.count);
            let before = readings.before.and_then(|reading| reading.state.as_deref());
            let after = readings.after.state.as_deref();
            let moved = !allowed.state_may_change && readings.before.is_some() && before != after;
            if readings.after.count <= baseline && !moved {
                return Outcome::Passed {
                    grade: Some(grade(readings.observed.channel)),
                };
            }
            let was = readings.before.map_or_else(|| "unknown".to_owned(), describe);
            failed(
                view,
                readings.number,
                code,
                format!("no effect on {name} {} (before: {was})", target.reference),
                describe(readings.after),
            )
        }
    }
}

/// What the status alone says about a refusal: a 4xx is a pass of grade C, a 2xx says nothing.
fn by_status(view: View<'_>, name: &str) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let refused = |status: Option<u16>| status.is_some_and(|status| (400..500).contains(&status));
    if !deliveries.is_empty() && deliveries.iter().all(|sent| refused(sent.delivery.status())) {
        Outcome::Passed {
            grade: Some(Grade::C),
        }
    } else {
        inconclusive(format!(
            "the answer is not 4xx and no channel shows whether anything happened: declare [effects.{name}]"
        ))
    }
}

/// The partner recorded a value as it was sent.
pub fn recorded(view: View<'_>, target: &Target, field: Field, value: &str) -> Outcome {
    let readings = match look(view, target) {
        Look::Missing => return nothing_to_judge("the effect"),
        Look::Unreadable(why) => return unreadable(target, why),
        Look::NoChannel if field == Field::Name => return Outcome::Passed { grade: None },
        Look::NoChannel => {
            return inconclusive(format!(
                "no [effects.{}] is declared to read it from",
                target.kind.name()
            ));
        }
        Look::Both(readings) => readings,
    };
    let (label, code, found) = match field {
        Field::Amount => ("amount", "wrong-amount", readings.after.amount.as_deref()),
        Field::Transaction => (
            "transaction id",
            "wrong-value",
            readings.after.transaction.as_deref(),
        ),
        Field::Name => ("name", "wrong-value", readings.after.name.as_deref()),
        Field::Refunded => ("refunded sum", "wrong-amount", readings.after.refunded.as_deref()),
        Field::Number => ("policy number", "wrong-value", readings.after.number.as_deref()),
    };
    let same = |found: &str| match field {
        Field::Amount | Field::Refunded => same_amount(found, value),
        Field::Transaction | Field::Name | Field::Number => found == value,
    };
    match found {
        Some(found) if same(found) => Outcome::Passed {
            grade: Some(grade(readings.observed.channel)),
        },
        Some(found) => failed(
            view,
            readings.number,
            code,
            format!("{label} {value:?} recorded for {}", target.reference),
            format!("{found:?}"),
        ),
        None if field == Field::Name => Outcome::Passed { grade: None },
        // What never came about has no values, whatever is declared.
        None if readings.after.count == 0 => inconclusive(format!(
            "nothing happened to {} {} (effect count 0), so there is no {label} to compare",
            target.kind.name(),
            target.reference
        )),
        None => inconclusive(format!(
            "the channel [effects.{}] returns no {label}; add it to the declaration",
            target.kind.name()
        )),
    }
}

/// Whether two decimal texts are the same number of sen, whatever zeros they are written with.
pub(super) fn same_amount(found: &str, sent: &str) -> bool {
    fn sen(text: &str) -> Option<i64> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 2 {
            return None;
        }
        format!("{whole}{fraction:0<2}").parse().ok()
    }
    sen(found).is_some() && sen(found) == sen(sent)
}

/// The state is one of those allowed. Without a state in the channel it cannot be told.
pub fn state_is(view: View<'_>, target: &Target, one_of: &[String]) -> Outcome {
    match look(view, target) {
        Look::Missing => nothing_to_judge("the state"),
        Look::Unreadable(why) => unreadable(target, why),
        Look::NoChannel => inconclusive(format!(
            "no [effects.{}] is declared to read it from",
            target.kind.name()
        )),
        Look::Both(readings) => match &readings.after.state {
            None => Outcome::Passed { grade: None },
            Some(state) if one_of.contains(state) => Outcome::Passed {
                grade: Some(grade(readings.observed.channel)),
            },
            Some(state) => failed(
                view,
                readings.number,
                "wrong-state",
                format!(
                    "{} {} is {}",
                    target.kind.name(),
                    target.reference,
                    one_of.join(" or ")
                ),
                format!("state {state:?}"),
            ),
        },
    }
}

/// At the end of the run the count is still what it was when the example ended.
pub fn unchanged_since(view: View<'_>, target: &Target, count: u64, code: &str) -> Outcome {
    let Some((number, observed)) = view.observed(target.kind, &target.reference, Moment::Final) else {
        return nothing_to_judge("the last look at the effect");
    };
    match &observed.read {
        Read::Got(reading) if reading.count > count => failed(
            view,
            number,
            code,
            format!(
                "effect count {count} on {} until the end of the run",
                target.reference
            ),
            format!("{} (late)", describe(reading)),
        ),
        Read::Got(_) | Read::NoChannel => Outcome::Passed { grade: None },
        Read::Unreadable(why) => unreadable(target, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{forged, observed, reading, stimulus as sent};

    const STRICT: Allowed = Allowed {
        state_may_change: false,
        status_suffices: true,
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
            Outcome::NotApplicable { .. } => "not applicable".to_owned(),
        }
    }

    #[test]
    fn what_never_happened_has_no_amount_and_no_declaration_is_asked_for() {
        let said = |count| {
            let records = [
                reading(0, Moment::Before, 0, "pending"),
                reading(1, Moment::After, count, "pending"),
            ];
            match recorded(View::new(&records), &target(), Field::Amount, "100.00") {
                Outcome::Inconclusive { reason } => reason,
                other => code(other),
            }
        };
        assert_eq!(
            said(0),
            "nothing happened to order ORD-1 (effect count 0), so there is no amount to compare"
        );
        assert!(said(1).contains("add it to the declaration"));
    }

    #[test]
    fn the_count_is_a_difference() {
        for (before, after, expected) in [
            (0, 1, "Some(A)"),
            (3, 4, "Some(A)"),
            (0, 0, "no-effect"),
            (0, 2, "duplicate-effect"),
        ] {
            let mut records = sent(Some(200), 1);
            records.push(reading(1, Moment::Before, before, "pending"));
            records.push(reading(2, Moment::After, after, "paid"));
            assert_eq!(
                code(took_effect(View::new(&records), &target(), 1, false)),
                expected
            );
        }
    }

    #[test]
    fn a_changed_state_is_an_effect_unless_it_may_change() {
        let records = [
            reading(1, Moment::Before, 0, "pending"),
            reading(2, Moment::After, 0, "failed"),
        ];
        let view = View::new(&records);
        assert_eq!(
            code(no_effect(view, &target(), STRICT, "effect-followed")),
            "effect-followed"
        );
        assert_eq!(
            code(no_effect(
                view,
                &target(),
                Allowed {
                    state_may_change: true,
                    ..STRICT
                },
                "effect-followed"
            )),
            "Some(A)"
        );
    }

    #[test]
    fn without_a_channel_only_a_4xx_proves_a_refusal() {
        for (status, expected) in [
            (Some(401), "Some(C)"),
            (Some(200), "inconclusive"),
            (None, "inconclusive"),
        ] {
            let records = [forged(0, status), observed(1, Moment::After, Read::NoChannel)];
            assert_eq!(
                code(no_effect(
                    View::new(&records),
                    &target(),
                    STRICT,
                    "effect-followed"
                )),
                expected
            );
        }
    }

    #[test]
    fn silence_without_a_look_proves_nothing() {
        let records = [forged(0, Some(401))];
        assert_eq!(
            code(no_effect(
                View::new(&records),
                &target(),
                STRICT,
                "effect-followed"
            )),
            "inconclusive"
        );
    }

    #[test]
    fn amounts_are_compared_to_the_sen() {
        assert!(
            same_amount("100.00", "100.00") && same_amount("100", "100.00") && same_amount("100.0", "100.00")
        );
        assert!(!same_amount("1.00", "100.00") && !same_amount("1e2", "100.00") && !same_amount("", "0.00"));
    }
}
