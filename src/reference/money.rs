//! Exact amounts: whole sen in an `i64`, never floating point.

use serde_json::Value;

/// An amount in sen (1/100 ringgit), from 0 to 92 quadrillion ringgit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sen(pub i64);

impl Sen {
    /// Reads `12`, `12.3` or `12.30`: digits, at most two decimals, no sign, blank or exponent.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "00"));
        let digits_only = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits_only(whole) || !digits_only(fraction) || fraction.len() > 2 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let cents: i64 = fraction.parse().ok()?;
        let cents = if fraction.len() == 1 { cents * 10 } else { cents };
        whole.checked_mul(100)?.checked_add(cents).map(Self)
    }

    /// Reads a JSON amount: text as in [`Sen::parse`], or a number with at most two decimals that a
    /// binary double represents well enough to be unambiguous.
    pub fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => match number.as_u64() {
                Some(whole) => Self::parse(&whole.to_string()),
                None => number.as_f64().and_then(Self::from_double),
            },
            _ => None,
        }
    }

    fn from_double(double: f64) -> Option<Self> {
        const EXACT_LIMIT: f64 = 1e12;
        if !(0.0..EXACT_LIMIT).contains(&double) {
            return None;
        }
        let text = format!("{double:.2}");
        let same: f64 = text.parse().ok()?;
        ((same - double).abs() < 1e-9)
            .then(|| Self::parse(&text))
            .flatten()
    }

    /// The decimal text with two places, as the platform writes amounts.
    pub fn text(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_the_platform_writes_and_refuses_the_rest() {
        assert_eq!(Sen::parse("100.00"), Some(Sen(10_000)));
        assert_eq!(Sen::parse("9007199254740.93"), Some(Sen(900_719_925_474_093)));
        assert_eq!(Sen::parse("0.1"), Some(Sen(10)));
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1.00",
            "+1",
            "1e2",
            "1.000",
            " 1",
            "1,00",
            "N/A",
            "9".repeat(30).as_str(),
        ] {
            assert_eq!(Sen::parse(bad), None, "{bad}");
        }
        assert_eq!(Sen::from_json(&serde_json::json!(100.0)), Some(Sen(10_000)));
        assert_eq!(Sen::from_json(&serde_json::json!(1e2)), Some(Sen(10_000)));
        assert_eq!(Sen::from_json(&serde_json::json!(0.305)), None);
        assert_eq!(Sen::from_json(&serde_json::json!(-5)), None);
    }

    proptest! {
        #[test]
        fn text_and_back(sen in 0_i64..=i64::MAX) {
            prop_assert_eq!(Sen::parse(&Sen(sen).text()), Some(Sen(sen)));
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = Sen::parse(&text);
        }
    }
}
