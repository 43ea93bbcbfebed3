//! Callbacks that are right and still not what every parser expects: how a variation is carried out.

use serde_json::{Value, json};

use super::{
    callback_variation::CallbackVariation, next_payment, parameters::Parameters, recurring::Callback,
};

/// Longest message that the gateway sends, in characters (002:B.5).
pub const LONGEST_MESSAGE: usize = 100;
/// Payments of a long history.
const MANY: i64 = 60;
const MONTH: i64 = 30 * 24 * 3600;

/// The callback with what the variation says about its values. `now` is UNIX seconds.
pub fn with_values(mut callback: Callback, variation: CallbackVariation, now: i64) -> Callback {
    use CallbackVariation as Is;
    let msg = match variation {
        Is::UnderscoresInMessage => Some("_Payment__was_successful_".to_owned()),
        Is::LongestMessage => {
            let words = "Payment_was_successful_".chars().cycle();
            Some(words.take(LONGEST_MESSAGE).collect())
        }
        Is::SpacesInMessage => Some("Payment was  successful".to_owned()),
        Is::PlusAndPercentInMessage => Some("Fee of 1+1 is 100%25".to_owned()),
        Is::MessageBeyondAscii => Some("Bayaran café berjaya – 付款成功".to_owned()),
        Is::SpaceBehindMessage => Some("Payment was successful ".to_owned()),
        _ => None,
    };
    if let Some(msg) = msg {
        callback.msg = msg;
    }
    match variation {
        Is::NextPaymentAsNumber | Is::NextPaymentAsText => {
            callback.next_payment_date = next_payment::noon(now);
        }
        Is::NextPaymentAfterMidnight => {
            callback.next_payment_date = next_payment::half_past_midnight(now);
        }
        _ => {}
    }
    callback
}

/// Carries out what the variation says about the writing. None of it is under the hash.
pub fn write(parameters: &mut Parameters, callback: &Callback, variation: CallbackVariation) {
    use CallbackVariation as Is;
    const NEXT: &str = "next_payment_date";
    const DETAILS: &str = "payment_details";
    match variation {
        Is::NextPaymentAsText => parameters.set(NEXT, callback.next_payment_date.to_string()),
        Is::NoNextPayment => parameters.remove(NEXT),
        Is::NullNextPayment => parameters.set(NEXT, Value::Null),
        Is::ZeroNextPayment => parameters.set(NEXT, 0),
        Is::EmptyDetails => parameters.set(DETAILS, json!([])),
        Is::OneDetail => {
            let mut entry = paid(callback, 1);
            entry["channel"] = json!({"name": "fpx", "attempts": [1]});
            parameters.set(DETAILS, json!([entry]));
        }
        Is::ManyDetails => parameters.set(DETAILS, history(callback)),
        Is::NoDetails => parameters.remove(DETAILS),
        Is::NullDetails => parameters.set(DETAILS, Value::Null),
        Is::DetailsAsText => parameters.set(DETAILS, json!([paid(callback, 1)]).to_string()),
        _ => {}
    }
}

fn history(callback: &Callback) -> Value {
    (1..=MANY).map(|ago| paid(callback, ago)).collect()
}

/// The payment so many months before the next one; the first of them is the one reported.
fn paid(callback: &Callback, ago: i64) -> Value {
    let transaction = match ago {
        1 => callback.transaction_id.clone(),
        _ => format!("{}-{ago}", callback.transaction_id),
    };
    json!({"date": callback.next_payment_date - ago * MONTH, "amount": callback.amount.amount(),
           "status": "paid", "transaction_id": transaction})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{money::Money, recurring::PaymentPlan};

    fn plain() -> Callback {
        Callback {
            recurring_id: "REC-1".to_owned(),
            status_id: "1".to_owned(),
            order_id: "ORD-1".to_owned(),
            transaction_id: "txn_1".to_owned(),
            msg: "Payment_was_successful".to_owned(),
            next_payment_date: 1_767_198_600,
            plan: PaymentPlan::Subscription,
            amount: Money::sen(2450),
        }
    }

    #[test]
    fn the_longest_message_has_exactly_so_many_characters() {
        let callback = with_values(plain(), CallbackVariation::LongestMessage, 0);
        assert_eq!(callback.msg.chars().count(), LONGEST_MESSAGE);
        assert_eq!(callback.msg.trim(), callback.msg);
    }

    #[test]
    fn the_writing_leaves_the_hashed_fields_alone() {
        for variation in CallbackVariation::ALL {
            let callback = with_values(plain(), *variation, 1_764_619_200);
            let mut parameters = Parameters::of(&callback, Some(json!("hash")));
            let before = parameters.clone();
            write(&mut parameters, &callback, *variation);
            for name in ["status_id", "order_id", "transaction_id", "msg", "hash"] {
                assert_eq!(parameters.get(name), before.get(name), "{variation}");
            }
        }
    }

    #[test]
    fn lists_have_the_length_that_they_are_named_for() {
        for (variation, length) in [
            (CallbackVariation::EmptyDetails, 0),
            (CallbackVariation::OneDetail, 1),
            (CallbackVariation::ManyDetails, 60),
        ] {
            let mut parameters = Parameters::of(&plain(), None);
            write(&mut parameters, &plain(), variation);
            let list = parameters.get("payment_details").and_then(Value::as_array);
            assert_eq!(list.map(Vec::len), Some(length), "{variation}");
        }
    }
}
