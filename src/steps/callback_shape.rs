//! Recurring callbacks as they go out: right, unusual, falsified. Pure, so that the golden vectors are made
//! by the code that sends.

use rand::{Rng as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::wire::{
    callback_variation::CallbackVariation,
    digest::{hmac_sha256, md5_hex},
    event::References,
    money::Money,
    parameters::Parameters,
    recurring::{Callback, PaymentPlan, RecurringHash},
    tampering::CallbackTampering,
};

/// 2099-01-01T00:00:00Z in UNIX seconds.
pub const FAR: i64 = 4_070_908_800;

/// The amount that no contract names.
pub const ADDED_AMOUNT: &str = "9999.00";

const MONTH: i64 = 30 * 24 * 3600;

/// What callbacks are sealed with.
#[derive(Clone, Copy, Debug)]
pub struct Seal<'a> {
    /// The merchant's secret.
    pub secret: &'a str,
    /// The rule of the account.
    pub hash: RecurringHash,
}

impl Seal<'_> {
    /// The hash that is right for a callback.
    pub fn of(self, callback: &Callback) -> String {
        self.hash.compute(self.secret, &callback.hashed_text())
    }
}

/// A successful payment of a subscription. `now` is UNIX seconds.
pub fn plain(references: &References, amount: &Money, plan: PaymentPlan, now: i64) -> Callback {
    Callback {
        recurring_id: format!("REC-{}", references.order),
        status_id: "1".to_owned(),
        order_id: references.order.clone(),
        transaction_id: references.transaction.clone(),
        msg: "Payment_was_successful".to_owned(),
        next_payment_date: now + MONTH,
        plan,
        amount: amount.clone(),
    }
}

/// Values from outside the callback that some variations need.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// Recurring id of a subscription that costs more.
    pub dearer: String,
    /// 19 digits, odd, so that no double-precision number holds them.
    pub digits: String,
}

/// 19 digits that lose some as a floating-point number.
pub fn long_digits(random: &mut StdRng) -> String {
    let number: u64 = random.random_range(1_000_000_000_000_000_000..9_000_000_000_000_000_000);
    (number | 1).to_string()
}

/// A callback with something unusual about it, under the hash that is right for what it says.
pub fn varied(
    mut callback: Callback,
    variation: CallbackVariation,
    seal: Seal<'_>,
    material: &Material,
) -> (Callback, Parameters) {
    reword(&mut callback, variation, material);
    let mut parameters = Parameters::of(&callback, Some(json!(seal.of(&callback))));
    match variation {
        CallbackVariation::NumericPaid | CallbackVariation::NumericFailed => {
            parameters.set("status_id", number(&callback.status_id));
        }
        CallbackVariation::NumericOrder => parameters.set("order_id", number(&callback.order_id)),
        CallbackVariation::LongTransactionNumber => {
            parameters.set("transaction_id", number(&callback.transaction_id));
        }
        CallbackVariation::StatusTrue => parameters.set("status_id", true),
        CallbackVariation::FarNextPayment => parameters.set("next_payment_date", FAR),
        CallbackVariation::EpochNextPayment => parameters.set("next_payment_date", 0),
        CallbackVariation::NegativeNextPayment => parameters.set("next_payment_date", -86_400),
        CallbackVariation::TenPaid => parameters.set("payment_details", ten_paid(&callback)),
        CallbackVariation::AmountAdded => parameters.set("amount", ADDED_AMOUNT),
        _ => {}
    }
    (callback, parameters)
}

/// What the variation says in the values themselves.
fn reword(callback: &mut Callback, variation: CallbackVariation, material: &Material) {
    let status = match variation {
        CallbackVariation::Declined | CallbackVariation::RefusedEarly | CallbackVariation::NumericFailed => {
            Some("0")
        }
        CallbackVariation::Status2 => Some("2"),
        CallbackVariation::Status3 => Some("3"),
        CallbackVariation::Status01 | CallbackVariation::RecutAsPaid => Some("01"),
        CallbackVariation::StatusSpaced => Some("1 "),
        CallbackVariation::StatusPlus => Some("+1"),
        CallbackVariation::StatusDecimal => Some("1.0"),
        CallbackVariation::StatusTrueText | CallbackVariation::StatusTrue => Some("true"),
        CallbackVariation::StatusSuccess => Some("success"),
        CallbackVariation::StatusEmpty | CallbackVariation::RecutAsNoStatus => Some(""),
        _ => None,
    };
    if let Some(status) = status {
        status.clone_into(&mut callback.status_id);
    }
    match variation {
        CallbackVariation::Declined
        | CallbackVariation::NumericFailed
        | CallbackVariation::RecutAsPaid
        | CallbackVariation::RecutAsNoStatus => {
            "Payment_was_declined".clone_into(&mut callback.msg);
        }
        CallbackVariation::RefusedEarly => "Request_was_refused".clone_into(&mut callback.msg),
        CallbackVariation::Status2 | CallbackVariation::Status3 => {
            "Payment_is_pending".clone_into(&mut callback.msg);
        }
        _ => {}
    }
    match variation {
        CallbackVariation::RefusedEarly => callback.transaction_id.clear(),
        CallbackVariation::LongTransactionText | CallbackVariation::LongTransactionNumber => {
            callback.transaction_id.clone_from(&material.digits);
        }
        CallbackVariation::RecutAsNoStatus => callback.order_id.insert_str(0, "01"),
        CallbackVariation::RecutAsOther => {
            let mut rest = callback.transaction_id.chars();
            callback.order_id.extend(rest.next());
            callback.transaction_id = rest.collect();
        }
        CallbackVariation::OthersRecurringId => callback.recurring_id.clone_from(&material.dearer),
        _ => {}
    }
}

fn number(digits: &str) -> Value {
    digits
        .parse::<u64>()
        .map_or_else(|_| json!(digits), |number| json!(number))
}

fn ten_paid(callback: &Callback) -> Value {
    (1_i64..=10)
        .map(|number| {
            json!({"no": number, "date": callback.next_payment_date + (number - 2) * MONTH,
                   "amount": callback.amount.amount(), "status": "paid",
                   "transaction_id": format!("{}{number}", callback.transaction_id)})
        })
        .collect()
}

/// A falsified callback.
pub struct Falsified {
    /// What it says.
    pub callback: Callback,
    /// As it goes out.
    pub parameters: Parameters,
    /// The hash that would have been right; none where it was sent.
    pub withheld: Option<String>,
}

/// A successful payment that the gateway never sealed so.
pub fn falsified(
    mut callback: Callback,
    tampering: CallbackTampering,
    seal: Seal<'_>,
    random: &mut StdRng,
) -> Falsified {
    let signed = match tampering {
        // The falsehood is a success that was never signed: the hash belongs to a failed payment.
        CallbackTampering::StatusChanged => Callback {
            status_id: "0".to_owned(),
            ..callback.clone()
        },
        // The hash belongs to somebody else's order, transaction or message.
        CallbackTampering::OrderChanged => Callback {
            order_id: format!("ORD-{}", letters(random)),
            ..callback.clone()
        },
        CallbackTampering::TransactionChanged => Callback {
            transaction_id: format!("txn_{}", letters(random)),
            ..callback.clone()
        },
        _ => callback.clone(),
    };
    let old = seal.of(&signed);
    if tampering == CallbackTampering::MessageChanged {
        "Payment_was_successful_indeed".clone_into(&mut callback.msg);
    }
    let hash = match tampering {
        CallbackTampering::RandomHash => Some(json!(hex::encode(random.random::<[u8; 32]>()))),
        CallbackTampering::AbsentHash => None,
        CallbackTampering::EmptyHash => Some(json!("")),
        CallbackTampering::NullHash => Some(Value::Null),
        CallbackTampering::LastDigit => Some(json!(other_last_digit(&old))),
        CallbackTampering::Md5 => {
            let text = format!("{}{}", seal.secret, callback.hashed_text());
            Some(json!(md5_hex(text.as_bytes())))
        }
        CallbackTampering::EmptyDigest => Some(json!(hex::encode(hmac_sha256(b"", b"")))),
        CallbackTampering::StatusChanged
        | CallbackTampering::OrderChanged
        | CallbackTampering::TransactionChanged
        | CallbackTampering::MessageChanged => Some(json!(old)),
        CallbackTampering::TrueHash => Some(json!(true)),
        CallbackTampering::OneHash => Some(json!(1)),
        CallbackTampering::ZeroHash => Some(json!(0)),
        CallbackTampering::ListHash => Some(json!([])),
        CallbackTampering::ObjectHash => Some(json!({})),
        CallbackTampering::HashInList => Some(json!([old])),
    };
    let withheld = (tampering != CallbackTampering::HashInList).then(|| seal.of(&callback));
    Falsified {
        parameters: Parameters::of(&callback, hash),
        callback,
        withheld,
    }
}

fn letters(random: &mut StdRng) -> String {
    random
        .sample_iter(rand::distr::Alphanumeric)
        .take(12)
        .map(char::from)
        .collect()
}

fn other_last_digit(hash: &str) -> String {
    let (head, last) = hash.split_at(hash.len().saturating_sub(1));
    format!("{head}{}", if last == "0" { '1' } else { '0' })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    const SEAL: Seal<'static> = Seal {
        secret: "21245-957",
        hash: RecurringHash::Sha256,
    };

    fn callback(status: &str, order: &str, transaction: &str) -> Callback {
        Callback {
            recurring_id: "REC-1".to_owned(),
            status_id: status.to_owned(),
            order_id: order.to_owned(),
            transaction_id: transaction.to_owned(),
            msg: "Payment_was_declined".to_owned(),
            next_payment_date: 1_767_225_600,
            plan: PaymentPlan::Instalment,
            amount: Money::sen(2450),
        }
    }

    #[test]
    fn what_is_cut_anew_keeps_its_hash() {
        let failed = SEAL.of(&callback("0", "17", "900"));
        let paid = SEAL.of(&callback("1", "17", "900"));
        let genuine = callback("1", "17", "900");
        let shorter = callback("1", "7", "900");
        for (genuine, variation, expected, hash) in [
            (
                &shorter,
                CallbackVariation::RecutAsPaid,
                ["01", "7", "900"],
                &failed,
            ),
            (
                &shorter,
                CallbackVariation::RecutAsNoStatus,
                ["", "017", "900"],
                &failed,
            ),
            (
                &genuine,
                CallbackVariation::RecutAsOther,
                ["1", "179", "00"],
                &paid,
            ),
        ] {
            let (recut, parameters) = varied(genuine.clone(), variation, SEAL, &Material::default());
            assert_eq!(
                [
                    recut.status_id.as_str(),
                    recut.order_id.as_str(),
                    recut.transaction_id.as_str()
                ],
                expected
            );
            assert_eq!(parameters.get("hash"), Some(&json!(hash)), "{variation}");
        }
    }

    #[test]
    fn numbers_go_out_as_numbers_under_the_hash_of_their_digits() {
        let digits = long_digits(&mut StdRng::seed_from_u64(1));
        assert_eq!(digits.len(), 19);
        let material = Material {
            digits: digits.clone(),
            ..Material::default()
        };
        let (text, _) = varied(
            callback("1", "7", "900"),
            CallbackVariation::LongTransactionText,
            SEAL,
            &material,
        );
        let (number, parameters) = varied(
            callback("1", "7", "900"),
            CallbackVariation::LongTransactionNumber,
            SEAL,
            &material,
        );
        assert_eq!(SEAL.of(&text), SEAL.of(&number));
        assert!(
            parameters
                .json()
                .contains(&format!("\"transaction_id\":{digits},"))
        );
    }

    #[test]
    fn nothing_falsified_carries_the_right_hash_as_a_text() {
        for tampering in CallbackTampering::ALL {
            let made = falsified(
                callback("1", "7", "900"),
                *tampering,
                SEAL,
                &mut StdRng::seed_from_u64(1),
            );
            let right = json!(SEAL.of(&made.callback));
            assert_ne!(made.parameters.get("hash"), Some(&right), "{tampering}");
        }
    }

    #[test]
    fn everything_unusual_carries_the_right_hash() {
        for variation in CallbackVariation::ALL {
            let (said, parameters) =
                varied(callback("1", "7", "900"), *variation, SEAL, &Material::default());
            assert_eq!(
                parameters.get("hash"),
                Some(&json!(SEAL.of(&said))),
                "{variation}"
            );
        }
    }
}
