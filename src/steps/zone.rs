//! Two contrary reports on one payment whose times are written in different ways.
//!
//! The success is always the later of the two, so that a partner for whom a paid order stays paid is
//! never asked to take it back.

use cucumber::when;
use jiff::{Timestamp, tz::Offset};

use super::{stop::Stop, world::Example};
use crate::wire::event::{Event, EventType};

/// The failure lies so far back, the success a minute or half a second after it, in milliseconds.
const BACK: i64 = 120_000;
const MINUTE: i64 = 60_000;
const HALF_SECOND: i64 = 500;
/// Malaysia is eight hours ahead of UTC, without summer time.
const MALAYSIA: i8 = 8;

/// How the time of an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Utc,
    UtcWithFraction,
    MalaysianTime,
}

impl Written {
    fn of(phrase: &str) -> Result<Self, Stop> {
        match phrase {
            "with Z" => Ok(Self::Utc),
            "with Z and a fraction" => Ok(Self::UtcWithFraction),
            "with +08:00" => Ok(Self::MalaysianTime),
            other => Err(Stop::Harness(format!("no time is written {other:?}"))),
        }
    }

    fn text(self, unix_millis: i64) -> Result<String, Stop> {
        let moment = Timestamp::from_millisecond(unix_millis)
            .map_err(|error| Stop::Harness(format!("the event time: {error}")))?;
        Ok(match self {
            Self::Utc => format!("{moment:.0}"),
            Self::UtcWithFraction => format!("{moment:.3}"),
            Self::MalaysianTime => format!("{:.0}", moment.display_with_offset(Offset::constant(MALAYSIA))),
        })
    }
}

/// The times of failure and success as they are written, the success truly the later.
fn times(now: i64, failure: Written, success: Written) -> Result<(String, String), Stop> {
    let back = now - now.rem_euclid(1000) - BACK;
    let gap = if success == Written::UtcWithFraction {
        HALF_SECOND
    } else {
        MINUTE
    };
    Ok((failure.text(back)?, success.text(back + gap)?))
}

#[when(
    regex = r"^the (success|failure) written (with [^,]+) is followed by the (?:success|failure) written (with [^,]+)$"
)]
async fn contrary(example: &mut Example, first: String, one: String, other: String) -> Result<(), Stop> {
    let (one, other) = (Written::of(&one)?, Written::of(&other)?);
    let success_first = first == "success";
    let (success, failure) = if success_first { (one, other) } else { (other, one) };
    let (failed_at, paid_at) = times(example.context.clock().unix_millis(), failure, success)?;
    let prepared = example.prepared()?.clone();
    let paid = Event {
        created_at: paid_at,
        ..example.event(EventType::PaymentSuccess, &prepared)
    };
    let failed = Event {
        created_at: failed_at,
        ..example.event(EventType::PaymentFailed, &prepared)
    };
    let reports = if success_first {
        [paid, failed]
    } else {
        [failed, paid]
    };
    example.arrive(reports.to_vec()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_170_930_123;

    #[test]
    fn the_success_is_later_and_its_text_is_smaller() {
        for (failure, success) in [("with +08:00", "with Z"), ("with Z", "with Z and a fraction")] {
            let (failure, success) =
                times(NOW, Written::of(failure).unwrap(), Written::of(success).unwrap()).unwrap();
            assert!(success < failure, "{success} {failure}");
            let instant = |text: &str| text.parse::<Timestamp>().unwrap();
            assert!(instant(&success) > instant(&failure), "{success} {failure}");
        }
    }

    #[test]
    fn times_are_written_as_the_feature_says() {
        let text = |phrase| Written::of(phrase).unwrap().text(NOW).unwrap();
        assert_eq!(text("with Z"), "2026-11-20T10:35:30Z");
        assert_eq!(text("with Z and a fraction"), "2026-11-20T10:35:30.123Z");
        assert_eq!(text("with +08:00"), "2026-11-20T18:35:30+08:00");
        assert!(Written::of("on a sundial").is_err());
    }
}
