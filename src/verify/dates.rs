//! Whether the wall clock at the start of a run goes together with the times that the run signed. Messages
//! carry the time of their signing, so a start that was moved afterwards contradicts them.

use std::path::Path;

use super::{broken::Broken, judging::JudgingError};
use crate::{
    evidence::text::TerminalText,
    transcript::{
        exchange::{Delivery, Form},
        reader::Reader,
        record::{Event, RunStarted},
    },
};

/// Most that a fresh message's time may be away from the time of its sending, in seconds. Clocks tick in
/// whole seconds there, and a busy machine may sign a little before it sends.
const TOLERANCE: u64 = 60;
/// Right messages that are looked at. Some of them are sent late on purpose, but not so many.
const LOOKED_AT: usize = 64;

/// Compares the start with the first right messages. One that fits is enough: all of them were signed after
/// the same start. A run that sent none says nothing about its time.
pub fn check(transcript: &Path, started: &RunStarted) -> Result<(), Broken> {
    let unreadable = |detail: String| Broken::Judging(JudgingError::Read { detail });
    let start: jiff::Timestamp = match started.started_at.parse() {
        Ok(start) => start,
        Err(_) => return Err(back_dated(started, None)),
    };
    let mut reader = Reader::open(transcript).map_err(|error| unreadable(error.to_string()))?;
    let mut began = None;
    let mut first = None;
    let mut left = LOOKED_AT;
    // A transcript that was cut ends with an error here; what stands before it was read.
    while let Ok(Some(record)) = reader.next_record() {
        let began = *began.get_or_insert(record.at);
        let Event::Delivered(delivery) = record.event else {
            continue;
        };
        let Some(signed) = signed_at(&delivery) else {
            continue;
        };
        let run = i64::try_from(delivery.started.0.saturating_sub(began.0) / 1_000_000).unwrap_or(i64::MAX);
        let sent = start.as_second().saturating_add(run);
        if signed.abs_diff(sent) <= TOLERANCE {
            return Ok(());
        }
        first.get_or_insert(signed);
        left -= 1;
        if left == 0 {
            break;
        }
    }
    first.map_or(Ok(()), |signed| Err(back_dated(started, Some(signed))))
}

/// The UNIX time in the header of a right webhook.
fn signed_at(delivery: &Delivery) -> Option<i64> {
    if !matches!(delivery.intent.form, Form::Right(_)) {
        return None;
    }
    let mut headers = delivery.sent.headers.0.iter();
    let header = headers.find(|header| header.0.to_ascii_lowercase().ends_with("timestamp"))?;
    // A profile may have it in milliseconds, which no time in seconds reaches before the year 5138.
    let time: i64 = header.1.parse().ok()?;
    Some(if time > 100_000_000_000 { time / 1000 } else { time })
}

fn back_dated(started: &RunStarted, signed: Option<i64>) -> Broken {
    let signed = signed.and_then(|second| jiff::Timestamp::from_second(second).ok());
    Broken::BackDated {
        started_at: TerminalText::line(&started.started_at),
        signed: signed.map(|moment| moment.to_string()),
    }
}
