//! Attempts at paying for an order. Each has a reference of its own, because the gateway takes a reference
//! once; whatever is reported under it is about the order.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::reference::money::Sen;
use crate::reference::store::database::StoreError;

/// What the shop knows of an order that is to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bill {
    /// Under which reference the gateway gets it.
    pub(super) reference: String,
    /// Price.
    pub(super) amount: Sen,
    /// Recurring id of a subscription.
    pub(super) recurring_id: Option<String>,
}

/// What comes of asking for a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// It can be paid.
    Open(Bill),
    /// It is paid already.
    Settled,
    /// Nobody knows it.
    Unknown,
}

/// Begins an attempt at an order. The first one goes by the order's own reference.
pub(super) fn begin(books: &Transaction<'_>, order: &str) -> Result<Asked, StoreError> {
    let row: Option<(Option<i64>, Option<String>, String)> = books
        .prepare_cached("SELECT amount, recurring_id, state FROM orders WHERE reference = ?1")?
        .query_row([order], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((Some(amount), recurring_id, state)) = row else {
        return Ok(Asked::Unknown);
    };
    if !matches!(state.as_str(), "pending" | "failed") {
        return Ok(Asked::Settled);
    }
    let number: i64 = books
        .prepare_cached("SELECT count(*) FROM checkout_attempts WHERE order_reference = ?1")?
        .query_row([order], |row| row.get(0))?;
    let reference = if number == 0 {
        order.to_owned()
    } else {
        format!("{order}-{}", number + 1)
    };
    books
        .prepare_cached("INSERT INTO checkout_attempts (reference, order_reference) VALUES (?1, ?2)")?
        .execute(params![reference, order])?;
    Ok(Asked::Open(Bill {
        reference,
        amount: Sen(amount),
        recurring_id,
    }))
}

/// The order that an attempt is about; the reference itself where it names no attempt.
pub fn order_of(books: &Transaction<'_>, reference: &str) -> Result<String, StoreError> {
    let order: Option<String> = books
        .prepare_cached("SELECT order_reference FROM checkout_attempts WHERE reference = ?1")?
        .query_row([reference], |row| row.get(0))
        .optional()?;
    Ok(order.unwrap_or_else(|| reference.to_owned()))
}
