//! Callbacks and returns whose parameters the partner named itself, in a template registered with the
//! gateway. The hash covers the template with its values URL-encoded and `[HASH]` left where the hash goes.

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use hyper::body::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::Transaction;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::apply::{self, Booked};
use super::fields::Payment;
use super::handler::{answer, finish, refuse};
use super::multipart;
use crate::reference::body::BodyError;
use crate::reference::defect::{Defect, Defects};
use crate::reference::json;
use crate::reference::log::{Line, Outcome, shortened};
use crate::reference::money::Sen;
use crate::reference::partner::Partner;
use crate::reference::reply::Reply;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::{self, Change};

/// The template as registered with the gateway.
pub const REGISTERED: &str = "?order_id=[ORDER_ID]&message=[MSG]&status=[TXN_STATUS]&amount=[AMOUNT]&ref_id=[TXN_REF]&signature=[HASH]";

/// What the gateway leaves as it is in a value; a space becomes `+`.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The values of one callback or return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The order.
    pub order: String,
    /// The message.
    pub message: String,
    /// The status, exactly as sent.
    pub status: String,
    /// The amount, as sent.
    pub amount: String,
    /// The transaction.
    pub transaction: String,
    hash: String,
    /// The status to act on; another than the verified one only under a defect.
    acted_on: String,
}

impl Reported {
    /// Reads the template's names, each of which may stand there once.
    pub fn read(defects: Defects, pairs: &[(String, String)]) -> Option<Self> {
        let all = |name: &str| -> Vec<&String> {
            let named = pairs.iter().filter(|(known, _)| known == name);
            named.map(|(_, value)| value).collect()
        };
        let one = |name: &str| match all(name).as_slice() {
            [value] => Some((*value).clone()),
            _ => None,
        };
        let names = if defects.has(Defect::DefaultKeysOnly) {
            ["order_id", "msg", "status_id", "amount", "transaction_id", "hash"]
        } else {
            ["order_id", "message", "status", "amount", "ref_id", "signature"]
        };
        let [order, message, status, amount, transaction, hash] = names.map(one);
        let status = status?;
        let by_default_name = one("status_id").filter(|_| defects.has(Defect::DefaultKeyFallback));
        Some(Self {
            order: order.filter(|order| (1..=255).contains(&order.len()))?,
            message: message?,
            amount: amount?,
            transaction: transaction?,
            hash: hash.unwrap_or_default(),
            acted_on: by_default_name.unwrap_or_else(|| status.clone()),
            status,
        })
    }

    /// Whether the hash is the one that the values call for.
    pub fn verified(&self, secret: &str, defects: Defects) -> bool {
        defects.has(Defect::HashUnchecked)
            || bool::from(
                self.expected(secret, defects)
                    .as_bytes()
                    .ct_eq(self.hash.as_bytes()),
            )
    }

    fn expected(&self, secret: &str, defects: Defects) -> String {
        if defects.has(Defect::DefaultHashOnCustom) {
            let parts = [
                secret,
                &self.status,
                &self.order,
                &self.transaction,
                &self.message,
            ];
            return hex::encode(parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize());
        }
        let value = |text: &str| utf8_percent_encode(text, KEPT).to_string().replace("%20", "+");
        let text = format!(
            "{secret}?order_id={}&message={}&status={}&amount={}&ref_id={}&signature=[HASH]",
            value(&self.order),
            value(&self.message),
            value(&self.status),
            value(&self.amount),
            value(&self.transaction),
        );
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_or_else(
            |_| String::new(),
            |mac| hex::encode(mac.chain_update(text.as_bytes()).finalize().into_bytes()),
        )
    }

    /// Books what is reported, once however often and on whichever way it is reported.
    pub async fn book(self, partner: &Partner) -> Result<Booked, StoreError> {
        let defects = partner.defects;
        let expected = self.expected(&partner.recurring_secret, defects);
        partner
            .database
            .transaction(move |books| self.enter(books, defects, expected))
            .await
    }

    fn enter(
        self,
        books: &Transaction<'_>,
        defects: Defects,
        expected: String,
    ) -> Result<Booked, StoreError> {
        let ours = orders::find(books, &self.order)?.and_then(|order| order.amount);
        if self.acted_on == "1" && ours.is_some() && ours != Sen::parse(&self.amount) {
            orders::flag(books, &self.order, "amount differs")?;
            return Ok(Booked::Done(Change::Mismatch));
        }
        let payment = Payment {
            status: self.acted_on,
            recurring_id: None,
            order: self.order,
            transaction: self.transaction,
            msg: self.message,
            hash: self.hash,
            next_payment: None,
        };
        apply::apply(books, defects, &payment, expected, None, &[])
    }
}

/// Handles one callback under the template's names.
pub async fn handle(partner: &Partner, headers: &HeaderMap, body: Result<Bytes, BodyError>) -> Reply {
    let mut line = Line {
        event_type: Some("recurring.callback".into()),
        ..Line::default()
    };
    let body = match body {
        Ok(body) => body,
        Err(error) => return refuse(partner, line, Outcome::Malformed, &error.to_string()),
    };
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(pairs) = pairs(media_type, &body) else {
        return refuse(partner, line, Outcome::Malformed, "neither JSON object nor form");
    };
    let Some(reported) = Reported::read(partner.defects, &pairs) else {
        return refuse(
            partner,
            line,
            Outcome::Malformed,
            "a parameter is missing or repeated",
        );
    };
    line.event_id = Some(shortened(&reported.transaction));
    if !reported.verified(&partner.recurring_secret, partner.defects) {
        return refuse(partner, line, Outcome::Refused, "hash does not fit");
    }
    line.reference = Some(shortened(&reported.order));
    if reported.acted_on == "1" && reported.transaction.is_empty() {
        return refuse(partner, line, Outcome::Malformed, "payment without a transaction");
    }
    if partner.has(Defect::ReturnOnly) {
        return finish(partner, line, Outcome::Ignored, "booked when the browser returns");
    }
    let result = reported.book(partner).await;
    answer(partner, line, &result)
}

/// Names and texts of a JSON object or a form.
fn pairs(media_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("multipart/form-data") {
        return multipart::read(media_type, body);
    }
    if !essence.ends_with("json") {
        return Some(form_urlencoded::parse(body).into_owned().collect());
    }
    let Ok(Value::Object(members)) = json::parse(body) else {
        return None;
    };
    let texts = members.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Number(number) => Some((name, number.to_string())),
        _ => None,
    });
    Some(texts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs_of(text: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }

    #[test]
    fn the_hash_covers_the_encoded_template() {
        let text = "order_id=ORD-1&message=A+%26+B%3Dc%2Bd+%C3%A9&status=1&amount=24.50&ref_id=%5BAMOUNT%5D\
                    &signature=83ce04c737f55f043d8ad3fff63f3c534d8231ae0291c63b5707a5a7c737bb7b";
        let clean = Defects::default();
        let reported = Reported::read(clean, &pairs_of(text)).unwrap();
        assert!(reported.verified("53-784", clean));
        assert!(!reported.verified("53-785", clean));
        let other = Reported::read(clean, &pairs_of(&text.replace("24.50", "24.5"))).unwrap();
        assert!(!other.verified("53-784", clean));
    }

    #[test]
    fn repeated_and_missing_names_do_not_count() {
        let text = "order_id=1&message=m&status=0&amount=1.00&ref_id=t&signature=s";
        let read = |text: &str| Reported::read(Defects::default(), &pairs_of(text));
        assert!(read(text).is_some());
        assert_eq!(read(&format!("{text}&status=1")), None);
        assert_eq!(read(&text.replace("ref_id", "transaction_id")), None);
        assert_eq!(read(&format!("{text}&status_id=1")).unwrap().acted_on, "0");
    }
}
