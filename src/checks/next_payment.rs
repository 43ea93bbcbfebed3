//! The day of the next payment, as the partner recorded it.

use jiff::{Timestamp, civil::DateTime};

use super::{
    effect::{Look, Target, failed, grade, look, unreadable},
    outcome::Outcome,
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::wire::next_payment;

/// The recorded day is the one given (`YYYY-MM-DD`), or none is recorded where there is none.
pub fn next_payment(view: View<'_>, target: &Target, day: Option<&str>) -> Outcome {
    let name = target.kind.name();
    let readings = match look(view, target) {
        Look::Missing => return nothing_to_judge("the next payment"),
        Look::Unreadable(why) => return unreadable(target, why),
        Look::NoChannel => return inconclusive(format!("no [effects.{name}] is declared to read it from")),
        Look::Both(readings) => readings,
    };
    let found = readings
        .after
        .next_date
        .as_deref()
        .filter(|text| !text.is_empty());
    match (day, found) {
        (None, None) => Outcome::Passed { grade: None },
        (Some(_), None) => inconclusive(format!(
            "the channel [effects.{name}] returns no day of the next payment; add next_date to the declaration"
        )),
        (Some(day), Some(text)) if day_of(text).as_deref() == Some(day) => Outcome::Passed {
            grade: Some(grade(readings.observed.channel)),
        },
        (_, Some(text)) => {
            let due = day.map_or_else(
                || "no next payment".to_owned(),
                |day| format!("the next payment on {day} in Malaysia"),
            );
            let expected = format!("{due} for {name} {}", target.reference);
            failed(
                view,
                readings.number,
                "wrong-value",
                expected,
                format!("{text:?}"),
            )
        }
    }
}

/// The day in Malaysia that a text names: an instant with its zone, or a day, with or without a time.
fn day_of(text: &str) -> Option<String> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return next_payment::day(instant.as_second());
    }
    text.parse::<DateTime>()
        .ok()
        .map(|local| local.date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{observed, reading},
        transcript::observation::{EffectKind, Moment, Read, Reading},
    };

    fn judged(day: Option<&str>, found: Option<&str>) -> String {
        let after = Read::Got(Reading {
            count: 1,
            next_date: found.map(str::to_owned),
            ..Reading::default()
        });
        let records = [
            reading(0, Moment::Before, 0, "pending"),
            observed(1, Moment::After, after),
        ];
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        match next_payment(View::new(&records), &target, day) {
            Outcome::Passed { grade } => format!("passed {grade:?}"),
            Outcome::Failed(finding) => finding.code,
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not applicable".to_owned(),
        }
    }

    #[test]
    fn the_day_is_the_one_in_malaysia_however_it_is_written() {
        let due = Some("2026-01-01");
        for (found, expected) in [
            ("2026-01-01", "passed Some(A)"),
            ("2026-01-01T00:00:00", "passed Some(A)"),
            ("2025-12-31T16:30:00Z", "passed Some(A)"),
            ("2026-01-01T00:30:00+08:00", "passed Some(A)"),
            ("2025-12-31", "wrong-value"),
            ("1970-01-21", "wrong-value"),
            ("soon", "wrong-value"),
            ("", "inconclusive"),
        ] {
            assert_eq!(judged(due, Some(found)), expected, "{found}");
        }
        assert_eq!(judged(due, None), "inconclusive");
    }

    #[test]
    fn after_the_last_payment_there_is_no_day() {
        assert_eq!(judged(None, None), "passed None");
        assert_eq!(judged(None, Some("1970-01-01")), "wrong-value");
    }
}
