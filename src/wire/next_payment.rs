//! The moment of the next payment. The callback carries it as UNIX seconds; what a customer sees is a
//! calendar day in Malaysia, eight hours ahead of UTC without summer time.

use jiff::{SignedDuration, Timestamp, tz::Offset};

const DAY: i64 = 24 * 3600;
const MALAYSIA: i8 = 8;
/// Days until the next payment: a monthly plan.
const MONTH: i64 = 30;

/// The calendar day in Malaysia of UNIX seconds, `YYYY-MM-DD`; none beyond the years -9999 to 9999.
pub fn day(seconds: i64) -> Option<String> {
    let moment = Timestamp::from_second(seconds).ok()?;
    Some(Offset::constant(MALAYSIA).to_datetime(moment).date().to_string())
}

/// Noon in Malaysia, a month from `now` (UNIX seconds): the same day in every zone that a server may use.
pub fn noon(now: i64) -> i64 {
    midnight(now) + 12 * 3600
}

/// Half past midnight in Malaysia, a month from `now` (UNIX seconds): the day before in UTC.
pub fn half_past_midnight(now: i64) -> i64 {
    midnight(now) + 1800
}

fn midnight(now: i64) -> i64 {
    let ahead = SignedDuration::from_hours(i64::from(MALAYSIA)).as_secs();
    let local = now + ahead + MONTH * DAY;
    local - local.rem_euclid(DAY) - ahead
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2025-12-01T20:00:00Z, which is the second of December in Malaysia.
    const NOW: i64 = 1_764_619_200;

    #[test]
    fn half_past_midnight_is_the_new_day_in_malaysia_only() {
        let moment = half_past_midnight(NOW);
        assert_eq!(day(moment).as_deref(), Some("2026-01-01"));
        let in_utc = Timestamp::from_second(moment).unwrap().to_string();
        assert_eq!(in_utc, "2025-12-31T16:30:00Z");
        assert_eq!(day(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn both_moments_are_on_one_day_about_a_month_ahead(now in 0_i64..4_000_000_000) {
            prop_assert_eq!(day(noon(now)), day(half_past_midnight(now)));
            prop_assert!((29 * DAY..=31 * DAY).contains(&(noon(now) - now)));
        }
    }
}
