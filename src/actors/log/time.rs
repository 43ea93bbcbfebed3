//! Times in log lines, in the forms that are found there.

use jiff::{
    Timestamp,
    civil::DateTime,
    fmt::{rfc2822, strtime},
    tz::TimeZone,
};

/// A written time as UNIX milliseconds: RFC 3339, RFC 2822, UNIX time in seconds, milliseconds or
/// microseconds, the declared `strptime` pattern, or a civil time in the declared zone. A civil
/// time without a declared zone has no place on the line of time.
pub(super) fn unix_millis(text: &str, zone: Option<&TimeZone>, pattern: Option<&str>) -> Option<i64> {
    let text = text.trim();
    if let Some(pattern) = pattern {
        return patterned(text, zone, pattern);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_millisecond());
    }
    if let Some(millis) = numeric(text) {
        return Some(millis);
    }
    // Log libraries like to write milliseconds after a comma.
    let civil = text.replacen(',', ".", 1);
    if let Ok(moment) = civil.parse::<DateTime>() {
        return in_zone(moment, zone);
    }
    rfc2822::parse(text)
        .ok()
        .map(|moment| moment.timestamp().as_millisecond())
}

fn patterned(text: &str, zone: Option<&TimeZone>, pattern: &str) -> Option<i64> {
    let broken = strtime::parse(pattern, text).ok()?;
    match broken.to_timestamp() {
        Ok(moment) => Some(moment.as_millisecond()),
        Err(_) => in_zone(broken.to_datetime().ok()?, zone),
    }
}

fn in_zone(moment: DateTime, zone: Option<&TimeZone>) -> Option<i64> {
    moment
        .to_zoned(zone?.clone())
        .ok()
        .map(|moment| moment.timestamp().as_millisecond())
}

fn numeric(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=11 => {
            let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
            number.checked_mul(1000)?.checked_add(millis.parse().ok()?)
        }
        12..=14 => Some(number),
        15..=17 => Some(number / 1000),
        18..=19 => Some(number / 1_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOMENT: i64 = 1_795_170_930_123;

    #[test]
    fn one_moment_in_many_spellings() {
        let zone = TimeZone::get("Asia/Kuala_Lumpur").unwrap();
        for text in [
            "2026-11-20T10:35:30.123Z",
            "2026-11-20T18:35:30.123+08:00",
            "2026-11-20 18:35:30.123",
            "2026-11-20 18:35:30,123",
            "1795170930.123",
            "1795170930123",
            "1795170930123456",
        ] {
            assert_eq!(unix_millis(text, Some(&zone), None), Some(MOMENT), "{text}");
        }
        assert_eq!(
            unix_millis("Fri, 20 Nov 2026 10:35:30 +0000", None, None),
            Some(MOMENT - 123)
        );
        assert_eq!(
            unix_millis("20/11/2026 18:35:30", Some(&zone), Some("%d/%m/%Y %H:%M:%S")),
            Some(MOMENT - 123)
        );
    }

    #[test]
    fn a_time_without_zone_is_placed_by_declaration_only() {
        assert_eq!(unix_millis("2026-11-20 18:35:30", None, None), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in any::<String>()) {
            let _ = unix_millis(&text, Some(&TimeZone::UTC), None);
            let _ = unix_millis(&text, None, Some(&text));
        }
    }
}
