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
    if defects.has(Defect::MsEpoch) {
        return calendar_day(seconds / 1000);
    }
    if defects.has(Defect::UtcDate) {
        let instant = Timestamp::from_second(seconds).ok()?;
        return Some(instant.to_zoned(TimeZone::UTC).date().to_string());
    }
    calendar_day(seconds)
}

/// The calendar day in Malaysia, `YYYY-MM-DD`, of UNIX seconds; `None` if no calendar reaches so far.
pub fn calendar_day(seconds: i64) -> Option<String> {
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

    #[test]
    fn each_defect_is_off_in_its_own_way() {
        let with = |defect| day(1_767_198_600, 1_767_139_200, [defect].into_iter().collect());
        assert_eq!(with(Defect::MsEpoch).as_deref(), Some("1970-01-21"));
        assert_eq!(with(Defect::UtcDate).as_deref(), Some("2025-12-31"));
    }
}
