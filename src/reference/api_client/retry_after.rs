//! The `Retry-After` field (RFC 9110, section 10.2.3): seconds or an HTTP date.

use std::time::Duration;

use jiff::fmt::rfc2822;

const DATE_PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();

/// How long to wait. A date is held against the answer's own `Date` if it has one, so that clock
/// differences do not matter, else against `now` (UNIX seconds). `None` for nonsense.
pub fn parse(value: &str, date: Option<&str>, now: i64) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = seconds_of(value)?;
    let from = date.and_then(seconds_of).unwrap_or(now);
    let whole = u64::try_from(until.saturating_sub(from)).unwrap_or(0);
    // Both dates are cut to whole seconds; one more makes sure that the moment has come.
    Some(Duration::from_secs(whole.saturating_add(1)))
}

fn seconds_of(date: &str) -> Option<i64> {
    DATE_PARSER
        .parse_timestamp(date)
        .ok()
        .map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seconds_and_dates_are_read_and_nonsense_is_not() {
        assert_eq!(parse("5", None, 0), Some(Duration::from_secs(5)));
        assert_eq!(
            parse("99999999999", None, 0),
            Some(Duration::from_secs(99_999_999_999))
        );
        let date = Some("Fri, 20 Nov 2026 10:00:00 GMT");
        assert_eq!(
            parse("Fri, 20 Nov 2026 10:00:05 GMT", date, 0),
            Some(Duration::from_secs(6))
        );
        assert_eq!(
            parse("Fri, 20 Nov 2026 09:00:00 GMT", date, 0),
            Some(Duration::from_secs(1))
        );
        for nonsense in ["", "-5", "abc", "1.5", "NaN"] {
            assert_eq!(parse(nonsense, date, 0), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(value in ".*", date in ".*") {
            let _ = parse(&value, Some(&date), 0);
        }
    }
}
