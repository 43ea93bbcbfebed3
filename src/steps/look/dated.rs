//! Other times to date an attempt with: the one that is taken says how an endpoint reads the timestamp.

/// How an attempt is dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Now, in UNIX seconds.
    Now,
    /// Now, in milliseconds.
    Millis,
    /// So many seconds away from now.
    Away(i64),
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

impl Dated {
    /// What is worth trying: units, a clock or window that is minutes off, and the zone of Malaysia.
    pub const OTHERS: [Self; 5] = [
        Self::Millis,
        Self::Away(-10 * MINUTE),
        Self::Away(10 * MINUTE),
        Self::Away(-8 * HOUR),
        Self::Away(8 * HOUR),
    ];

    /// The text in the header and in what is signed. `now` is in UNIX seconds.
    pub fn text(self, now: i64) -> String {
        match self {
            Self::Now => now.to_string(),
            Self::Millis => now.saturating_mul(1000).to_string(),
            Self::Away(seconds) => now.saturating_add(seconds).to_string(),
        }
    }

    /// The way, after `signed with`.
    pub fn says(self) -> String {
        match self {
            Self::Now => "the right secret and dated now".to_owned(),
            Self::Millis => "the right secret and its timestamp in milliseconds".to_owned(),
            Self::Away(seconds) => {
                let direction = if seconds < 0 { "back" } else { "ahead" };
                let away = seconds.abs();
                let away = if away < HOUR {
                    format!("{} min", away / MINUTE)
                } else {
                    format!("{} h", away / HOUR)
                };
                format!("the right secret and dated {away} {direction}")
            }
        }
    }

    /// What follows when it is taken.
    pub fn means(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::Millis => {
                "the secret is right: the timestamp is UNIX time in seconds, so compare it with your clock in seconds"
            }
            Self::Away(seconds) if seconds.abs() < HOUR => {
                "the secret is right: set the clock of your endpoint by NTP, or mend how it computes the age of an \
                 attempt"
            }
            Self::Away(_) => {
                "the secret is right: the timestamp is UNIX time, which is the same in every zone, so compare it with \
                 the UNIX time of your clock and not with local time"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_written_as_it_is_told() {
        let now = 1_795_000_000;
        let texts = Dated::OTHERS.map(|dated| (dated.text(now), dated.says()));
        let told = |says: &str| format!("the right secret and {says}");
        assert_eq!(
            texts,
            [
                ("1795000000000".to_owned(), told("its timestamp in milliseconds")),
                ("1794999400".to_owned(), told("dated 10 min back")),
                ("1795000600".to_owned(), told("dated 10 min ahead")),
                ("1794971200".to_owned(), told("dated 8 h back")),
                ("1795028800".to_owned(), told("dated 8 h ahead")),
            ]
        );
    }
}
