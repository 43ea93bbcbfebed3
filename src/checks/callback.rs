//! What recurring callbacks leave in the books: recorded failures, bounded dates, claims that count for
//! nothing.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    effect::{Field, Target, failed, grade},
    outcome::Outcome,
    state::{no_state, readings},
    view::View,
    words::inconclusive,
};
use crate::transcript::observation::Channel;

/// The failed payment stands in the partner's records. A log that shows no states is left to the answer
/// and the count; any other channel must give the state.
pub fn failure_recorded(view: View<'_>, target: &Target) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    match found.after.state.as_deref() {
        Some("failed") => Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        },
        Some(state) => failed(
            view,
            found.number,
            "wrong-state",
            format!("{} {} is failed", target.kind.name(), target.reference),
            format!("state {state:?}"),
        ),
        None if found.observed.channel == Some(Channel::Log) => Outcome::Passed { grade: None },
        None => no_state(target),
    }
}

/// The count grew by no more than what was really paid.
pub fn booked_at_most(view: View<'_>, target: &Target, times: u64) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let before = found.before.map_or(0, |reading| reading.count);
    let booked = found.after.count.saturating_sub(before);
    if booked <= times {
        return Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        };
    }
    failed(
        view,
        found.number,
        "duplicate-effect",
        format!("at most {times} payments booked for {}", target.reference),
        format!("{booked} payments booked"),
    )
}

/// A value that only an unhashed field claims is not what the partner recorded. Where the channel does not
/// show the value, the count must do.
pub fn claim_not_recorded(view: View<'_>, target: &Target, field: Field, claimed: &str) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let (label, recorded) = match field {
        Field::Transaction => ("transaction id", &found.after.transaction),
        _ => ("amount", &found.after.amount),
    };
    match recorded {
        Some(recorded) if recorded == claimed => failed(
            view,
            found.number,
            "wrong-amount",
            format!(
                "the {label} of {} is not taken from the callback",
                target.reference
            ),
            format!("{label} {recorded:?}, which no hash covers"),
        ),
        Some(_) => Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        },
        None => Outcome::Passed { grade: None },
    }
}

/// The recorded day of the next payment, if there is one, lies no later than `latest` (UNIX seconds).
pub fn next_payment_within(view: View<'_>, target: &Target, latest: i64) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let name = target.kind.name();
    if found.observed.channel == Some(Channel::Log) && found.after.next_date.is_none() {
        return Outcome::Passed { grade: None };
    }
    let Some(recorded) = &found.after.next_date else {
        return inconclusive(format!(
            "the channel [effects.{name}] shows no day of the next payment; add next_date to the declaration \
             (a value that is null means that you keep none)"
        ));
    };
    if recorded.is_empty() {
        return Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        };
    }
    let Some(seconds) = unix_seconds(recorded) else {
        return inconclusive(format!(
            "next_date {recorded:?} of [effects.{name}] is neither a date, a time with zone nor UNIX seconds"
        ));
    };
    if seconds <= latest {
        return Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        };
    }
    let day = Timestamp::from_second(latest).map_or_else(|_| latest.to_string(), |at| at.to_string());
    failed(
        view,
        found.number,
        "paid-through-moved",
        format!(
            "{} is paid through for its own period and 7 days at most, to {day}",
            target.reference
        ),
        format!("next payment {recorded:?}, which no hash covers"),
    )
}

/// A calendar day (its start in Malaysia), a time with zone, or UNIX seconds.
fn unix_seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    let day: Date = text.parse().ok()?;
    let zone = TimeZone::get("Asia/Kuala_Lumpur").ok()?;
    Some(day.to_zoned(zone).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{observed, reading},
        transcript::{
            observation::{EffectKind, Moment, Read, Reading},
            record::Record,
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

    fn after(reading: Reading) -> Arc<Record> {
        observed(1, Moment::After, Read::Got(reading))
    }

    #[test]
    fn a_failure_must_be_seen_as_one() {
        for (record, expected) in [
            (reading(1, Moment::After, 0, "failed"), "passed"),
            (reading(1, Moment::After, 0, "pending"), "wrong-state"),
            (after(Reading::default()), "inconclusive"),
            (observed(1, Moment::After, Read::NoChannel), "inconclusive"),
        ] {
            assert_eq!(word(&failure_recorded(View::new(&[record]), &target())), expected);
        }
    }

    #[test]
    fn one_payment_more_than_paid_is_one_too_many() {
        let records = [
            reading(0, Moment::Before, 1, "paid"),
            reading(1, Moment::After, 3, "paid"),
        ];
        assert_eq!(word(&booked_at_most(View::new(&records), &target(), 2)), "passed");
        assert_eq!(
            word(&booked_at_most(View::new(&records), &target(), 1)),
            "duplicate-effect"
        );
    }

    #[test]
    fn a_claimed_amount_in_the_books_is_found() {
        for (amount, expected) in [
            (Some("9999.00"), "wrong-amount"),
            (Some("24.50"), "passed"),
            (None, "passed"),
        ] {
            let records = [after(Reading {
                amount: amount.map(str::to_owned),
                ..Reading::default()
            })];
            let outcome = claim_not_recorded(View::new(&records), &target(), Field::Amount, "9999.00");
            assert_eq!(word(&outcome), expected, "{amount:?}");
        }
    }

    #[test]
    fn a_day_beyond_the_plan_is_found_in_every_spelling() {
        // 2026-02-08T00:00:00+08:00
        let latest = 1_770_480_000;
        for (shown, expected) in [
            (Some("2026-02-08"), "passed"),
            (Some("2026-02-09"), "paid-through-moved"),
            (Some("2099-01-01T00:00:00Z"), "paid-through-moved"),
            (Some("4070908800"), "paid-through-moved"),
            (Some("-1"), "passed"),
            (Some(""), "passed"),
            (Some("soon"), "inconclusive"),
            (None, "inconclusive"),
        ] {
            let records = [after(Reading {
                next_date: shown.map(str::to_owned),
                ..Reading::default()
            })];
            let outcome = next_payment_within(View::new(&records), &target(), latest);
            assert_eq!(word(&outcome), expected, "{shown:?}");
        }
    }
}
