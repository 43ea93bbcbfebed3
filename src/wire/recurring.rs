//! The recurring-payment callback: fields and hash.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    digest::{hmac_sha256, md5_hex, sha256_hex},
    money::Money,
};

/// How the callback's hash is made (profile value `recurring_hash`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecurringHash {
    /// SHA-256 over secret and fields, as the gateway's recurring page says.
    Sha256,
    /// HMAC-SHA256 keyed by the secret over secret and fields, as on the gateway's one-off payments.
    HmacSha256,
    /// MD5 over secret and fields: legacy accounts only.
    Md5,
}

/// The text names no hash rule.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown recurring hash {0:?}; use sha256, hmac-sha256 or md5")]
pub struct UnknownRecurringHash(pub String);

impl FromStr for RecurringHash {
    type Err = UnknownRecurringHash;

    fn from_str(text: &str) -> Result<Self, UnknownRecurringHash> {
        match text {
            "sha256" => Ok(Self::Sha256),
            "hmac-sha256" => Ok(Self::HmacSha256),
            "md5" => Ok(Self::Md5),
            other => Err(UnknownRecurringHash(other.to_owned())),
        }
    }
}

impl RecurringHash {
    /// The hash in lower-case hex over secret and the joined fields. There is no separator between
    /// the fields: that is the gateway's rule.
    pub fn compute(self, secret: &str, joined: &str) -> String {
        self.digest(secret, &format!("{secret}{joined}"))
    }

    /// The digest of a whole text in lower-case hex; the secret is the key where there is one.
    pub fn digest(self, secret: &str, text: &str) -> String {
        match self {
            Self::Sha256 => sha256_hex(text.as_bytes()),
            Self::HmacSha256 => hex::encode(hmac_sha256(secret.as_bytes(), text.as_bytes())),
            Self::Md5 => md5_hex(text.as_bytes()),
        }
    }
}

/// What the payment list of a callback holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaymentPlan {
    /// A fixed number of instalments with a schedule.
    Instalment,
    /// An open subscription with a history.
    Subscription,
}

/// One recurring callback before its hash is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The recurring product.
    pub recurring_id: String,
    /// `1` paid, `0` failed (002:B.2).
    pub status_id: String,
    /// The partner's order.
    pub order_id: String,
    /// The gateway's payment.
    pub transaction_id: String,
    /// At most 100 characters, underscores for spaces.
    pub msg: String,
    /// UNIX seconds.
    pub next_payment_date: i64,
    /// Shape of `payment_details`.
    pub plan: PaymentPlan,
    /// The amount of one payment.
    pub amount: Money,
}

impl Callback {
    /// The hashed fields in the gateway's order.
    pub fn hashed_text(&self) -> String {
        format!(
            "{}{}{}{}",
            self.status_id, self.order_id, self.transaction_id, self.msg
        )
    }

    /// The eight fields of seed 002 part B; `hash` may be any JSON value or left out.
    pub fn document(&self, hash: Option<Value>) -> Value {
        let mut fields = Map::new();
        fields.insert("recurring_id".to_owned(), json!(self.recurring_id));
        fields.insert("status_id".to_owned(), json!(self.status_id));
        fields.insert("order_id".to_owned(), json!(self.order_id));
        fields.insert("transaction_id".to_owned(), json!(self.transaction_id));
        fields.insert("msg".to_owned(), json!(self.msg));
        if let Some(hash) = hash {
            fields.insert("hash".to_owned(), hash);
        }
        fields.insert("next_payment_date".to_owned(), json!(self.next_payment_date));
        fields.insert("payment_details".to_owned(), self.details());
        Value::Object(fields)
    }

    fn details(&self) -> Value {
        const MONTH: i64 = 30 * 24 * 3600;
        let amount = self.amount.amount();
        let outcome = match self.status_id.as_str() {
            "1" => "paid",
            "0" => "failed",
            _ => "pending",
        };
        match self.plan {
            PaymentPlan::Instalment => (1_i64..=3)
                .map(|number| {
                    let status = if number == 1 { outcome } else { "scheduled" };
                    json!({"no": number, "date": self.next_payment_date + (number - 2) * MONTH,
                           "amount": amount, "status": status,
                           "transaction_id": if number == 1 { json!(self.transaction_id) } else { Value::Null }})
                })
                .collect(),
            PaymentPlan::Subscription => json!([{"date": self.next_payment_date - MONTH, "amount": amount,
                "status": outcome, "transaction_id": self.transaction_id}]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateways_published_vector_reproduces() {
        assert_eq!(
            RecurringHash::Sha256.compute("21245-957", "11214363538840Payment_was_successful"),
            "24354422953c29bf4b822f6783bbaf64ef445623d6e8ea4ddc1582a29c03cda0"
        );
    }

    #[test]
    fn the_gateways_one_off_vectors_reproduce() {
        let joined = "15614363538840Payment_was_successful";
        assert_eq!(
            RecurringHash::HmacSha256.compute("53-784", joined),
            "4ca7837c6c4ddb5f6ba573ea701235b2d04bc6400d32787539e07aaf319eb70f"
        );
        assert_eq!(
            RecurringHash::Md5.compute("53-784", joined),
            "69686562c29ad3f7955b1843a5c275ca"
        );
    }
}
