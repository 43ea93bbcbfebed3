//! How amounts are written in requests.

use serde_json::Value;

use super::{
    api::unreached,
    outcome::Outcome,
    sent::{member, passed, requests, shown, wrong},
    view::View,
    words::inconclusive,
};
use crate::wire::{fault::ApiCall, money::parse_minor};

/// Every premium and payment is the agreed sum, as text with two decimals, in the agreed currency.
pub fn sums_as_agreed(view: View<'_>, amount: &str, currency: &str) -> Outcome {
    let mut paid = false;
    for (number, request) in requests(view, &[ApiCall::Policy, ApiCall::Payment]) {
        let payment = request.call == ApiCall::Payment;
        paid |= payment;
        let name = if payment { "amount" } else { "premium" };
        let at = (number, request);
        let expected = format!("{name} {amount:?} (text, two decimals) and currency {currency:?}");
        match member(request, name) {
            None if !payment => {}
            None => return wrong("wrong-sum", view, at, expected, "no amount"),
            Some(Value::String(text)) if parse_minor(&text).is_ok() => {
                if text != amount {
                    let times = factor(&text, amount).map_or("", |times| times);
                    return wrong(
                        "wrong-sum",
                        view,
                        at,
                        expected,
                        &format!("{name} {text:?}{times}"),
                    );
                }
            }
            Some(other) => {
                let observed = format!("{name} {}", shown(&other));
                return wrong("wrong-notation", view, at, expected, &observed);
            }
        }
        match member(request, "currency") {
            None if !payment => {}
            Some(Value::String(text)) if text == currency => {}
            other => {
                let observed = format!("currency {}", other.as_ref().map_or("missing".to_owned(), shown));
                return wrong("wrong-currency", view, at, expected, &observed);
            }
        }
    }
    if paid {
        passed()
    } else {
        inconclusive(format!(
            "no payment was asked for: {}",
            unreached(view.operation())
        ))
    }
}

fn factor(text: &str, amount: &str) -> Option<&'static str> {
    let (sent, agreed) = (parse_minor(text).ok()?, parse_minor(amount).ok()?);
    if agreed.checked_mul(100) == Some(sent) {
        Some(" (one hundred times as much)")
    } else if sent.checked_mul(100) == Some(agreed) {
        Some(" (a hundredth)")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::checks::samples::{code, posted};

    fn judged(body: &Value) -> String {
        let records = [posted(3, ApiCall::Payment, body, 201)];
        code(sums_as_agreed(View::new(&records), "0.30", "MYR"))
    }

    #[test]
    fn only_the_agreed_text_is_right() {
        assert_eq!(judged(&json!({"amount": "0.30", "currency": "MYR"})), "passed");
        for sum in [
            json!("0.30000000000000004"),
            json!("0.3"),
            json!(0.3),
            json!("30"),
            json!("RM0.30"),
        ] {
            assert_eq!(
                judged(&json!({"amount": sum, "currency": "MYR"})),
                "wrong-notation",
                "{sum}"
            );
        }
        assert_eq!(
            judged(&json!({"amount": "30.00", "currency": "MYR"})),
            "wrong-sum"
        );
        assert_eq!(judged(&json!({"currency": "MYR"})), "wrong-sum");
        assert_eq!(
            judged(&json!({"amount": "0.30", "currency": "RM"})),
            "wrong-currency"
        );
        assert_eq!(
            code(sums_as_agreed(View::new(&[]), "0.30", "MYR")),
            "inconclusive"
        );
    }

    #[test]
    fn a_premium_that_is_repeated_is_held_too() {
        let policy = posted(1, ApiCall::Policy, &json!({"premium": "0.3"}), 422);
        let records = [
            policy,
            posted(
                3,
                ApiCall::Payment,
                &json!({"amount": "0.30", "currency": "MYR"}),
                201,
            ),
        ];
        assert_eq!(
            code(sums_as_agreed(View::new(&records), "0.30", "MYR")),
            "wrong-notation"
        );
    }
}
