//! Notices about the schedule of a recurring payment. The gateway sends them to the callback URL too; they
//! report no payment, and their hash is another one than that of payments.

use serde_json::{Map, Value, json};

use super::recurring::RecurringHash;

/// One notice before its hash is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleNotice {
    /// `new_schedule`, `remove_schedule` or `terminate`; outside the hash.
    pub action: String,
    /// The recurring payment.
    pub recurring_id: String,
    /// Kind of schedule, such as `installment`.
    pub kind: String,
    /// The customer's address.
    pub customer_email: String,
    /// First payment of a new schedule, UNIX seconds; outside the hash.
    pub new_payment_timestamp: Option<i64>,
}

impl ScheduleNotice {
    /// Plain SHA-256 over secret, recurring id, type and address, in lower-case hex. The gateway's page on
    /// recurring features names this rule, whatever the account uses for payments.
    pub fn hash(&self, secret: &str) -> String {
        let joined = format!("{}{}{}", self.recurring_id, self.kind, self.customer_email);
        RecurringHash::Sha256.compute(secret, &joined)
    }

    /// The notice as JSON.
    pub fn document(&self, hash: &str) -> Value {
        let mut fields = Map::new();
        fields.insert("action".to_owned(), json!(self.action));
        if let Some(seconds) = self.new_payment_timestamp {
            fields.insert("new_payment_timestamp".to_owned(), json!(seconds));
        }
        fields.insert("recurring_id".to_owned(), json!(self.recurring_id));
        fields.insert("type".to_owned(), json!(self.kind));
        fields.insert("customer_email".to_owned(), json!(self.customer_email));
        fields.insert("hash".to_owned(), json!(hash));
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::digest::sha256_hex;

    #[test]
    fn the_hash_leaves_action_and_time_out() {
        let notice = ScheduleNotice {
            action: "new_schedule".to_owned(),
            recurring_id: "1234".to_owned(),
            kind: "installment".to_owned(),
            customer_email: "a@example.org".to_owned(),
            new_payment_timestamp: Some(1_767_198_600),
        };
        let hash = notice.hash("21245-957");
        assert_eq!(hash, sha256_hex(b"21245-9571234installmenta@example.org"));
        let ended = ScheduleNotice {
            action: "terminate".to_owned(),
            new_payment_timestamp: None,
            ..notice
        };
        assert_eq!(ended.hash("21245-957"), hash);
        assert_eq!(ended.document(&hash).as_object().map(Map::len), Some(5));
    }
}
