//! Mistakes with JSON types in callbacks, each behind its switch.

use serde_json::Value;

use super::fields::Payment;
use crate::reference::defect::{Defect, Defects};
use crate::reference::json;

/// What comparing a hash of another type than text ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal to anything.
    Equal,
    /// The program fails.
    Crash,
}

/// How [`Defect::LooseHashCompare`] ends for this callback; none where it makes no difference.
pub fn loose_comparison(body: &[u8], defects: Defects) -> Option<Comparison> {
    if !defects.has(Defect::LooseHashCompare) {
        return None;
    }
    match json::parse(body).ok()?.get("hash")? {
        Value::Bool(true) => Some(Comparison::Equal),
        Value::Array(_) | Value::Object(_) => Some(Comparison::Crash),
        _ => None,
    }
}

/// The text of a value that a well-written reader refuses or keeps: `Some(None)` where it is taken for
/// missing.
pub fn misread(value: &Value, defects: Defects) -> Option<Option<String>> {
    match value {
        Value::Bool(flag) if defects.has(Defect::LooseEquals) => Some(Some(flag.to_string())),
        Value::Number(number) if defects.has(Defect::FalsyZero) && number.as_u64() == Some(0) => Some(None),
        _ => None,
    }
}

/// Order and transaction as [`Defect::PrecisionLoss`] keeps them.
pub fn kept(mut payment: Payment, defects: Defects) -> Payment {
    if defects.has(Defect::PrecisionLoss) {
        for id in [&mut payment.order, &mut payment.transaction] {
            if !id.is_empty()
                && id.bytes().all(|byte| byte.is_ascii_digit())
                && let Ok(number) = id.parse::<f64>()
            {
                *id = number.to_string();
            }
        }
    }
    payment
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn payment(order: &str, transaction: &str) -> Payment {
        Payment {
            status: "1".into(),
            recurring_id: None,
            order: order.into(),
            transaction: transaction.into(),
            msg: String::new(),
            hash: String::new(),
            next_payment: None,
        }
    }

    #[test]
    fn floating_point_loses_zeros_and_digits() {
        let defects: Defects = [Defect::PrecisionLoss].into_iter().collect();
        let lost = kept(payment("0012", "1234567890123456789"), defects);
        assert_eq!(
            (lost.order.as_str(), lost.transaction.as_str()),
            ("12", "1234567890123456800")
        );
        let clean = kept(payment("0012", "1234567890123456789"), Defects::default());
        assert_eq!((clean.order.as_str(), clean.transaction.len()), ("0012", 19));
    }

    #[test]
    fn types_are_confused_only_where_the_switch_says_so() {
        let loose: Defects = [Defect::LooseHashCompare].into_iter().collect();
        for (hash, expected) in [
            (json!(true), Some(Comparison::Equal)),
            (json!([]), Some(Comparison::Crash)),
            (json!({}), Some(Comparison::Crash)),
            (json!("00"), None),
        ] {
            let body = json!({"hash": hash}).to_string();
            assert_eq!(loose_comparison(body.as_bytes(), loose), expected);
            assert_eq!(loose_comparison(body.as_bytes(), Defects::default()), None);
        }
        assert_eq!(
            misread(&json!(0), [Defect::FalsyZero].into_iter().collect()),
            Some(None)
        );
        assert_eq!(misread(&json!(0), Defects::default()), None);
        assert_eq!(misread(&json!(true), Defects::default()), None);
    }
}
