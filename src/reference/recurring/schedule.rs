//! The day of the next instalment. The callback's hash does not cover it, so it is believed only as far
//! as the plan itself allows.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::reference::defect::{Defect, Defects};

/// A monthly plan and a week of grace, in seconds.
const FURTHEST: i64 = (31 + 7) * 86_400;

/// The calendar day in Malaysia, `YYYY-MM-DD`, of `seconds`; `None` if it lies beyond the plan.
/// `now` is UNIX seconds.
pub fn day(seconds: i64, now: i64, defects: Defects) -> Option<String> {
    if seconds > now.saturating_add(FURTHEST) && !defects.has(Defect::DateTrusted) {
        return None;
    }
    let zone = TimeZone::get("Asia/Kuala_Lumpur").ok()?;
    let instant = Timestamp::from_second(seconds).ok()?;
    Some(instant.to_zoned(zone).date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_past_midnight_in_malaysia_is_that_day() {
        let now = 1_767_139_200;
        let clean = Defects::default();
        assert_eq!(day(1_767_198_600, now, clean).as_deref(), Some("2026-01-01"));
        assert_eq!(day(4_070_908_800, now, clean), None);
        let trusting = [Defect::DateTrusted].into_iter().collect();
        assert_eq!(day(4_070_908_800, now, trusting).as_deref(), Some("2099-01-01"));
    }
}
