//! Whether the partner's clock agrees with ours, by the `Date` of its answer and the time in its log.

use std::time::Duration;

use super::report::Section;
use crate::{
    steps::look::trial::Sent,
    transcript::{exchange::Ending, look::Cause, observation::LogObserved},
};

/// Compares what there is. `limit` is the difference beyond which examples about age cannot be judged.
pub fn look(sent: Option<&Sent>, logged: Option<&LogObserved>, limit: Duration) -> Section {
    let mut section = Section::new("clock");
    let Some(sent) = sent else {
        section.not_checked("", "no delivery was answered");
        return section;
    };
    match date(sent) {
        Some(theirs) => compare(
            &mut section,
            "header Date",
            theirs - sent.unix_millis,
            limit,
            true,
        ),
        None => section.not_checked("header Date", "the answer has none, or none that can be read"),
    }
    let line = logged.and_then(|logged| {
        let lines = logged.lines.iter();
        lines
            .filter(|line| line.event_id.as_deref() == Some(&sent.id))
            .find_map(|line| line.unix_millis)
    });
    match line {
        Some(theirs) => compare(
            &mut section,
            "[log] time",
            theirs - sent.unix_millis,
            limit,
            false,
        ),
        None => section.not_checked("[log] time", "no line of the delivery with a time was found"),
    }
    section
}

fn date(sent: &Sent) -> Option<i64> {
    let Ending::Answered(answer) = &sent.delivery.ending else {
        return None;
    };
    let date = answer.headers.get("date")?;
    Some(jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_millisecond())
}

fn compare(section: &mut Section, place: &str, ahead_millis: i64, limit: Duration, of_clock: bool) {
    let seconds = ahead_millis / 1000;
    let direction = if seconds < 0 { "behind" } else { "ahead of" };
    let away = format!("{} s {direction} ours", seconds.unsigned_abs());
    let limit_seconds = limit.as_secs();
    if seconds.unsigned_abs() <= 2 {
        section.ok(place, "agrees with our clock to 2 s");
    } else if seconds.unsigned_abs() <= limit_seconds {
        section.warning(
            place,
            format!("is {away}; up to {limit_seconds} s are allowed"),
            "set both clocks by NTP",
        );
    } else if of_clock {
        section.problem(
            Cause::Surroundings,
            place,
            format!("is {away}; beyond {limit_seconds} s the examples about age cannot be judged"),
            "set both clocks by NTP",
        );
    } else {
        section.problem(
            Cause::File,
            place,
            format!("is {away}; the clock of the log is wrong, or its zone is read wrongly"),
            "write times with their zone, or name it with time_zone in [log]",
        );
    }
}
