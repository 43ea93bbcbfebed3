//! Lengths of time as they are written in profiles.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

/// A length of time, written as a whole number and a unit: `250ms`, `5s`, `10min`, `80h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period(Duration);

/// The text is no length of time.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no length of time; write a whole number and ms, s, min or h, such as 250ms")]
pub struct NotAPeriod(pub String);

const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000)];

impl Period {
    /// As a duration.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl From<Duration> for Period {
    /// To the millisecond.
    fn from(duration: Duration) -> Self {
        Self(Duration::from_millis(
            u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        ))
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let wrong = || NotAPeriod(text.to_owned());
        let digits = text
            .find(|character: char| !character.is_ascii_digit())
            .ok_or_else(wrong)?;
        let (number, unit) = text.split_at(digits);
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        let number: u64 = number.parse().map_err(|_| wrong())?;
        number
            .checked_mul(*millis)
            .map(|millis| Self(Duration::from_millis(millis)))
            .ok_or_else(wrong)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let (unit, factor) = UNITS
            .iter()
            .rev()
            .find(|(_, factor)| millis > 0 && millis.is_multiple_of(*factor))
            .unwrap_or(&UNITS[0]);
        write!(f, "{}{unit}", millis / factor)
    }
}

impl TryFrom<String> for Period {
    type Error = NotAPeriod;

    fn try_from(text: String) -> Result<Self, NotAPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_period_is_refused() {
        for wrong in [
            "",
            "5",
            "s",
            "-5s",
            "5 s",
            "1.5s",
            "5d",
            "99999999999999999999h",
            "18446744073709551615h",
        ] {
            assert_eq!(wrong.parse::<Period>(), Err(NotAPeriod(wrong.to_owned())));
        }
        assert_eq!(
            "90s".parse::<Period>().unwrap().duration(),
            Duration::from_secs(90)
        );
        assert_eq!("0s".parse::<Period>().unwrap().to_string(), "0ms");
    }

    proptest! {
        #[test]
        fn a_period_reads_back_as_written(millis in 0_u64..10_000_000_000) {
            let period: Period = format!("{millis}ms").parse().unwrap();
            prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
        }
    }
}
