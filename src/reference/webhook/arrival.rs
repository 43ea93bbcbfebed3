//! What partners do wrong when events come late, early or in another order than the facts happened.
//! A working partner passes straight through to the books, which order by event time.

use jiff::{Timestamp, civil::DateTime};
use rusqlite::Transaction;

use super::apply::Application;
use super::event::{Event, Kind};
use crate::reference::defect::{Defect, Defects};
use crate::reference::store::books::{self, Uniqueness};
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::Change;
use crate::reference::store::{claims, orders};
use crate::reference::store::{overwrite, policies};

/// Distance between event time and now beyond which [`Defect::EventTimeAsReplayCheck`] refuses, in seconds.
const REPLAY_WINDOW: i64 = 300;

/// Whether the event happened so long ago that a partner mistakes it for a replay.
pub fn mistaken_for_replay(defects: Defects, event: &Event, now: i64) -> bool {
    defects.has(Defect::EventTimeAsReplayCheck) && (now - event.at / 1_000_000).abs() > REPLAY_WINDOW
}

/// The number by which a partner that misreads times orders this event; none for one that reads them.
pub fn misread(defects: Defects, created_at: &str) -> Option<i64> {
    if defects.has(Defect::NaiveLocalTime) {
        return wall(created_at).map(|(moment, _)| moment.as_microsecond());
    }
    if defects.has(Defect::StringTimeCompare) {
        let (moment, rest) = wall(created_at)?;
        let mut next = [0; 4];
        for (place, byte) in next.iter_mut().zip(rest.bytes()) {
            *place = byte;
        }
        // Seconds first, then the next characters: the number sorts as the text does.
        return Some((moment.as_second() << 32) | i64::from(u32::from_be_bytes(next)));
    }
    None
}

/// Date and time of day as they stand in the text, up to whole seconds for the remainder, zone ignored.
fn wall(text: &str) -> Option<(Timestamp, &str)> {
    let (seconds, rest) = text.split_at_checked("2026-11-20T10:15:30".len())?;
    let fraction: String = rest
        .strip_prefix('.')
        .map(|digits| digits.chars().take_while(char::is_ascii_digit).collect())
        .unwrap_or_default();
    let civil: DateTime = if fraction.is_empty() {
        seconds.parse().ok()?
    } else {
        format!("{seconds}.{fraction}").parse().ok()?
    };
    let moment = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some((moment, rest))
}

/// Whether a repeat of this event is carried out although it was seen before.
pub fn ignores_memory(books: &Transaction<'_>, defects: Defects, event: &Event) -> Result<bool, StoreError> {
    Ok(defects.has(Defect::Resurrect) && closed(books, event)?)
}

/// Applies an event the way the switches say, and by `rightly` where none speaks.
pub fn apply(
    books: &Transaction<'_>,
    how: &Application,
    event: &Event,
    rightly: fn(&Transaction<'_>, &Application, &Event) -> Result<Change, StoreError>,
) -> Result<Change, StoreError> {
    if how.defects.has(Defect::Resurrect) && closed(books, event)? {
        return put(books, event);
    }
    if how.defects.has(Defect::FailedIsFinal)
        && event.kind == Kind::PaymentSuccess
        && order_state(books, event)?.as_deref() == Some("failed")
    {
        return Ok(Change::Stale);
    }
    if how.defects.has(Defect::UpdateNeedsCreate)
        && event.kind == Kind::ClaimUpdated
        && !claims::is_on_file(books, event.claim.as_deref().unwrap_or_default())?
    {
        return Ok(Change::Stale);
    }
    let change = rightly(books, how, event)?;
    if change == Change::Stale && how.defects.has(Defect::LastWriteWins) {
        return put(books, event);
    }
    Ok(change)
}

fn order_state(books: &Transaction<'_>, event: &Event) -> Result<Option<String>, StoreError> {
    let order = orders::find(books, event.order.as_deref().unwrap_or_default())?;
    Ok(order.map(|order| order.state))
}

/// Whether the event reports a success on something that was refunded or cancelled.
fn closed(books: &Transaction<'_>, event: &Event) -> Result<bool, StoreError> {
    Ok(match event.kind {
        Kind::PaymentSuccess => order_state(books, event)?.as_deref() == Some("refunded"),
        Kind::PolicyIssued => {
            let policy = event.policy.as_deref().unwrap_or_default();
            policies::state(books, policy)?.as_deref() == Some("cancelled")
        }
        _ => false,
    })
}

/// Writes what the event says over what stands in the books, and carries a success out once more.
fn put(books: &Transaction<'_>, event: &Event) -> Result<Change, StoreError> {
    let order = event.order.as_deref().unwrap_or_default();
    let policy = event.policy.as_deref().unwrap_or_default();
    let again = |kind, reference, fact| {
        let transaction = event.transaction.as_deref();
        books::perform(books, Uniqueness::Absent, kind, reference, fact, transaction)
    };
    match event.kind {
        Kind::PaymentSuccess => {
            again(books::Kind::Payment, order, "paid")?;
            overwrite::order(books, order, "paid")?;
        }
        Kind::PaymentFailed => overwrite::order(books, order, "failed")?,
        Kind::PolicyIssued => {
            again(books::Kind::Issuance, policy, "issued")?;
            overwrite::policy(books, policy, "issued")?;
        }
        Kind::ClaimSubmitted | Kind::ClaimUpdated => {
            overwrite::claim(books, event.claim.as_deref().unwrap_or_default(), &event.status)?;
        }
        Kind::PolicyCancelled | Kind::RefundProcessed => {}
    }
    Ok(Change::Applied)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(defect: Defect) -> Defects {
        [defect].into_iter().collect()
    }

    #[test]
    fn who_reads_the_zone_is_not_misled_and_the_others_are() {
        let (earlier, later) = ("2026-11-20T17:30:00+08:00", "2026-11-20T10:00:00Z");
        let whole = "2026-11-20T10:00:00Z";
        let half = "2026-11-20T10:00:00.500Z";
        assert_eq!(misread(Defects::default(), later), None);
        for defect in [Defect::NaiveLocalTime, Defect::StringTimeCompare] {
            assert!(
                misread(of(defect), earlier) > misread(of(defect), later),
                "{defect:?}"
            );
        }
        assert!(misread(of(Defect::NaiveLocalTime), whole) < misread(of(Defect::NaiveLocalTime), half));
        assert!(misread(of(Defect::StringTimeCompare), whole) > misread(of(Defect::StringTimeCompare), half));
    }

    #[test]
    fn what_is_no_time_is_not_misread() {
        for text in ["", "now", "2026-11-20", "2026-11-20 is no time ß"] {
            assert_eq!(misread(of(Defect::NaiveLocalTime), text), None, "{text}");
        }
    }
}
