//! Amounts without fractions of a sen.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An amount in minor units (sen) with its ISO 4217 currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units: 100.00 is 10000.
    pub minor: i64,
    /// Three capital letters.
    pub currency: Currency,
}

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Why a text is no amount or no currency.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MoneyError {
    /// Not digits, a point and exactly two digits.
    #[error("amount {0:?} is not digits with exactly two decimal places; write it like 100.00")]
    Amount(String),
    /// Not three capital letters.
    #[error("currency {0:?} is not three capital letters; write it like MYR")]
    Currency(String),
}

impl Currency {
    /// Malaysian ringgit.
    pub const MYR: Self = Self(*b"MYR");

    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|byte| byte.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(MoneyError::Currency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Money {
    /// Ringgit from sen.
    pub const fn sen(minor: i64) -> Self {
        Self {
            minor,
            currency: Currency::MYR,
        }
    }

    /// Parses `100.00` with a currency.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        Ok(Self {
            minor: parse_minor(amount)?,
            currency: currency.parse()?,
        })
    }

    /// The amount alone, always with two decimal places.
    pub fn amount(&self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        format!("{sign}{}.{:02}", minor / 100, minor % 100)
    }
}

/// Minor units of a decimal text with exactly two places.
pub fn parse_minor(text: &str) -> Result<i64, MoneyError> {
    let wrong = || MoneyError::Amount(text.to_owned());
    let (whole, fraction) = text.split_once('.').ok_or_else(wrong)?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() != 2 || whole.len() > 15 {
        return Err(wrong());
    }
    format!("{whole}{fraction}").parse().map_err(|_| wrong())
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (amount, currency) = text
            .split_once(' ')
            .ok_or_else(|| serde::de::Error::custom(MoneyError::Amount(text.clone())))?;
        Self::parse(amount, currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_two_places_are_an_amount() {
        for wrong in ["1", "1.0", "1.000", ".50", "-1.00", "1,00", "1e2", ""] {
            assert_eq!(
                parse_minor(wrong),
                Err(MoneyError::Amount(wrong.to_owned())),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn amounts_come_back(minor in 0_i64..9_999_999_999) {
            let money = Money::sen(minor);
            prop_assert_eq!(Money::parse(&money.amount(), "MYR"), Ok(money));
        }
    }
}
