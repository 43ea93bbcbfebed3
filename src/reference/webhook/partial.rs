//! The mistake of a handler that works while the body is still coming in.

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};

use crate::reference::body::BodyError;
use crate::reference::clock;
use crate::reference::partner::Partner;
use crate::reference::store::books::Uniqueness;
use crate::reference::store::orders::{self, Money};

/// Reads the body; when it breaks off, books the payment that the first part names.
pub async fn read(partner: &Partner, mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            act_on(partner, &String::from_utf8_lossy(&bytes)).await;
            return Err(BodyError::Broken);
        };
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        if bytes.len() > limit {
            return Err(BodyError::TooLarge);
        }
    }
    Ok(bytes.into())
}

async fn act_on(partner: &Partner, text: &str) {
    let (Some(order), Some(transaction)) = (member(text, "order_id"), member(text, "transaction_id")) else {
        return;
    };
    let money = Money {
        order: order.to_owned(),
        transaction_id: transaction.to_owned(),
        sum: None,
        at: Some(clock::now().as_microsecond()),
        name: None,
    };
    let booked = partner
        .database
        .transaction(move |books| orders::pay(books, Uniqueness::Absent, &money));
    // Nobody is there to be told.
    let _ = booked.await;
}

/// The text of a member in a document that has no end.
fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(&format!("\"{name}\":\""))?;
    after.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_members_are_read() {
        let text = r#"{"data":{"transaction_id":"txn_1","order_id":"ORD-1"#;
        assert_eq!(member(text, "transaction_id"), Some("txn_1"));
        assert_eq!(member(text, "order_id"), None);
    }
}
