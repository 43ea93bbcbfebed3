//! Golden recurring callbacks: what they look like on the wire, byte for byte, under a known secret. Made by
//! the code that sends; for partners who write a receiver.

use rand::{SeedableRng as _, rngs::StdRng};
use serde::Serialize;
use serde_json::json;

use super::callback_shape::{Material, Seal, falsified, varied};
use crate::wire::{
    callback_variation::CallbackVariation as Unusual,
    digest::sha256,
    header::Headers,
    money::Money,
    parameters::{Carriage, Parameters},
    recurring::{Callback, PaymentPlan, RecurringHash},
    tampering::CallbackTampering,
};

/// The secret of all vectors: the one of the gateway's own published examples. It is public, so it must
/// never be anybody's.
pub const SECRET: &str = "21245-957";

/// 2026-01-01T00:00:00+08:00 in UNIX seconds.
const NEXT_PAYMENT: i64 = 1_767_196_800;

/// What a right receiver does with a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// Books one payment of the named order, and nothing that only unhashed fields claim.
    Book,
    /// Records a failed attempt.
    RecordFailure,
    /// Neither: the hash is right, but the status is no payment.
    LeavePending,
    /// Nothing: the hash is not right, or no text.
    Refuse,
}

/// One callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallbackVector {
    /// What it is, unique among the vectors of an algorithm.
    pub name: String,
    /// What is due.
    pub due: Due,
    /// Header lines.
    pub headers: Headers,
    /// The body.
    pub body: String,
}

const UNUSUAL: &[(Unusual, Due)] = &[
    (Unusual::NumericPaid, Due::Book),
    (Unusual::NumericOrder, Due::Book),
    (Unusual::LongTransactionText, Due::Book),
    (Unusual::LongTransactionNumber, Due::Book),
    (Unusual::Declined, Due::RecordFailure),
    (Unusual::RefusedEarly, Due::RecordFailure),
    (Unusual::NumericFailed, Due::RecordFailure),
    (Unusual::Status2, Due::LeavePending),
    (Unusual::Status3, Due::LeavePending),
    (Unusual::Status01, Due::LeavePending),
    (Unusual::StatusSpaced, Due::LeavePending),
    (Unusual::StatusPlus, Due::LeavePending),
    (Unusual::StatusDecimal, Due::LeavePending),
    (Unusual::StatusTrueText, Due::LeavePending),
    (Unusual::StatusTrue, Due::LeavePending),
    (Unusual::StatusSuccess, Due::LeavePending),
    (Unusual::StatusEmpty, Due::LeavePending),
    (Unusual::RecutAsPaid, Due::LeavePending),
    (Unusual::RecutAsNoStatus, Due::LeavePending),
    (Unusual::OthersRecurringId, Due::Book),
    (Unusual::FarNextPayment, Due::Book),
    (Unusual::EpochNextPayment, Due::Book),
    (Unusual::NegativeNextPayment, Due::Book),
    (Unusual::TenPaid, Due::Book),
    (Unusual::AmountAdded, Due::Book),
];

/// All callback vectors under an algorithm: both plans, each way of travelling, unusual ones and each
/// falsification. An MD5 that is right is none of them under MD5.
pub fn callbacks(hash: RecurringHash) -> Vec<CallbackVector> {
    let seal = Seal { secret: SECRET, hash };
    let mut vectors = Vec::new();
    for (what, plan, carriage) in [
        ("an instalment in JSON", PaymentPlan::Instalment, Carriage::Json),
        (
            "a subscription in JSON",
            PaymentPlan::Subscription,
            Carriage::Json,
        ),
        ("an instalment as form", PaymentPlan::Instalment, Carriage::Form),
        (
            "an instalment as multipart",
            PaymentPlan::Instalment,
            Carriage::Multipart,
        ),
    ] {
        let right = callback(plan);
        let parameters = Parameters::of(&right, Some(json!(seal.of(&right))));
        vectors.push(vector(what.to_owned(), Due::Book, carriage, &parameters));
    }
    let material = Material {
        dearer: "9999".to_owned(),
        digits: "1234567890123456789".to_owned(),
    };
    for (variation, due) in UNUSUAL {
        let (_, parameters) = varied(callback(PaymentPlan::Instalment), *variation, seal, &material);
        vectors.push(vector(variation.to_string(), *due, Carriage::Json, &parameters));
    }
    let wrong =
        |tampering: &&CallbackTampering| hash != RecurringHash::Md5 || **tampering != CallbackTampering::Md5;
    for tampering in CallbackTampering::ALL.iter().filter(wrong) {
        let mut random = StdRng::from_seed(sha256(tampering.phrase().as_bytes()));
        let made = falsified(callback(PaymentPlan::Instalment), *tampering, seal, &mut random);
        let name = format!("falsified: {tampering}");
        vectors.push(vector(name, Due::Refuse, Carriage::Json, &made.parameters));
    }
    vectors
}

/// The values of the gateway's own published example, in the advance format.
fn callback(plan: PaymentPlan) -> Callback {
    Callback {
        recurring_id: "1234".to_owned(),
        status_id: "1".to_owned(),
        order_id: "12".to_owned(),
        transaction_id: "14363538840".to_owned(),
        msg: "Payment_was_successful".to_owned(),
        next_payment_date: NEXT_PAYMENT,
        plan,
        amount: Money::sen(2450),
    }
}

fn vector(name: String, due: Due, carriage: Carriage, parameters: &Parameters) -> CallbackVector {
    let (content_type, body) = parameters.body(carriage);
    CallbackVector {
        name,
        due,
        headers: Headers::new().with("content-type", content_type),
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_vector_carries_the_published_hash() {
        let vectors = callbacks(RecurringHash::Sha256);
        let published = "24354422953c29bf4b822f6783bbaf64ef445623d6e8ea4ddc1582a29c03cda0";
        assert!(
            vectors
                .first()
                .is_some_and(|first| first.body.contains(published))
        );
    }

    #[test]
    fn under_md5_an_md5_is_not_wrong() {
        assert_eq!(
            callbacks(RecurringHash::Md5).len() + 1,
            callbacks(RecurringHash::Sha256).len()
        );
    }
}
