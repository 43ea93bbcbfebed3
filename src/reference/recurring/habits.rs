//! How reports are told apart: once per transaction and status. The switches are other ways to do it, each
//! of which loses a payment or books one twice.

use rusqlite::Transaction;

use super::fields::Payment;
use crate::reference::defect::{Defect, Defects};
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::events::{self, Callback, Memory};
use crate::reference::store::orders::Order;

/// Whether a report is news for `order`. `hash` is the one that its fields call for.
pub fn remember(
    books: &Transaction<'_>,
    defects: Defects,
    order: &Order,
    payment: &Payment,
    hash: String,
) -> Result<Memory, StoreError> {
    if defects.has(Defect::NoCallbackDedupe) {
        return Ok(Memory::New);
    }
    if defects.has(Defect::DedupeIncludesMsg) {
        return events::remember(books, &format!("callback {hash}"), "");
    }
    if defects.has(Defect::DedupeByOrder) && order.state != "pending" {
        return Ok(Memory::Repeat);
    }
    if defects.has(Defect::DedupeIgnoresStatus) {
        return events::remember(books, &format!("callback {}", payment.transaction), "");
    }
    let callback = Callback {
        transaction_id: payment.transaction.clone(),
        order: payment.order.clone(),
        status: payment.status.clone(),
        hash,
    };
    events::remember_callback(books, &callback)
}

/// How the books hold payments unique.
pub fn uniqueness(defects: Defects) -> Uniqueness {
    if defects.has_any(&[Defect::NoCallbackDedupe, Defect::DedupeIncludesMsg]) {
        Uniqueness::Absent
    } else {
        Uniqueness::Enforced
    }
}

/// The text of `msg` over which the hash is made: what came. [`Defect::MsgNormalisedBeforeHash`] tidies it
/// up for people first: it decodes it, and leaves one blank or underscore where there are several, and none
/// at the ends.
pub fn hashed_message(defects: Defects, msg: &str) -> String {
    if !defects.has(Defect::MsgNormalisedBeforeHash) {
        return msg.to_owned();
    }
    let spaced = msg.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy();
    let mut tidy = String::with_capacity(decoded.len());
    for letter in decoded.chars() {
        if !(matches!(letter, ' ' | '_') && tidy.ends_with(letter)) {
            tidy.push(letter);
        }
    }
    tidy.trim_matches([' ', '_']).to_owned()
}
