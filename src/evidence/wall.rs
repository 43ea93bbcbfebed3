//! From the clock of the run to the wall clock.

use time::{Duration, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use super::junit;
use crate::wire::moment::Micros;

/// The moment at which the clock of a run stood at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wall(OffsetDateTime);

impl Wall {
    /// From the first record: the wall clock that it states, and when it was written. A text that is no
    /// RFC 3339 time stands for the UNIX epoch.
    pub fn of(started_at: &str, written: Micros) -> Self {
        Self(junit::origin(started_at).saturating_sub(span(written)))
    }

    /// A moment of the run as RFC 3339 in UTC, with microseconds.
    pub fn rfc3339(self, moment: Micros) -> String {
        let later = self.0.saturating_add(span(moment)).to_offset(UtcOffset::UTC);
        later.format(&Rfc3339).unwrap_or_default()
    }

    /// Whole seconds since the UNIX epoch, and nanoseconds into the next one.
    pub fn since_epoch(self, moment: Micros) -> (i64, u32) {
        let later = self.0.saturating_add(span(moment));
        (later.unix_timestamp(), later.nanosecond())
    }
}

// At most thirty years, so that sums stay among the years that can be written.
fn span(micros: Micros) -> Duration {
    const THIRTY_YEARS: u64 = 30 * 365 * 86_400 * 1_000_000;
    Duration::microseconds(i64::try_from(micros.0.min(THIRTY_YEARS)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_time_is_that_of_the_record_which_states_it() {
        let wall = Wall::of("2026-11-20T10:15:00.250Z", Micros(200_000));
        assert_eq!(wall.rfc3339(Micros(200_000)), "2026-11-20T10:15:00.25Z");
        assert_eq!(wall.rfc3339(Micros(0)), "2026-11-20T10:15:00.05Z");
        assert_eq!(wall.since_epoch(Micros(1_000_001)), (1_795_169_701, 50_001_000));
    }

    #[test]
    fn no_text_and_no_number_is_out_of_range() {
        for text in ["", "yesterday", "9000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
            for moment in [Micros(0), Micros(u64::MAX)] {
                assert!(
                    Wall::of(text, moment).rfc3339(Micros(u64::MAX)).ends_with('Z'),
                    "{text}"
                );
            }
        }
    }
}
