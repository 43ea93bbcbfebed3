//! Applies a payment report to the books.

use rusqlite::Transaction;

use super::fields::Payment;
use crate::reference::checkout::{self, twice};
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::events::{self, Callback, Memory};
use crate::reference::store::orders::{self, Change, Money};

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// The books moved, or would not move.
    Done(Change),
    /// Neither paid nor failed: the order waits on.
    Pending,
    /// Reported before.
    Repeat,
    /// The hash was used before for other fields.
    Recut,
}

/// Books a report once. `hash` is the one that the fields call for, `next_day` is the day of the next instalment, already checked.
pub fn apply(
    books: &Transaction<'_>,
    payment: &Payment,
    hash: String,
    next_day: Option<&str>,
) -> Result<Booked, StoreError> {
    let order = checkout::order_of(books, &payment.order)?;
    if orders::find(books, &order)?.is_none() {
        return Ok(Booked::Done(Change::Unknown));
    }
    let callback = Callback {
        transaction_id: payment.transaction.clone(),
        order: payment.order.clone(),
        status: payment.status.clone(),
        hash,
    };
    match events::remember_callback(books, &callback)? {
        Memory::New => {}
        Memory::Repeat => return Ok(Booked::Repeat),
        Memory::Changed => return Ok(Booked::Recut),
    }
    let money = Money {
        order: order.clone(),
        transaction_id: payment.transaction.clone(),
        sum: None,
        at: None,
        name: None,
    };
    match payment.status.as_str() {
        "1" => {
            let change = orders::pay(books, Uniqueness::Enforced, &money)?;
            twice::flag(books, change, &money)?;
            if change == Change::Applied {
                orders::set_next_payment(books, &order, next_day)?;
            }
            Ok(Booked::Done(change))
        }
        "0" => orders::fail(books, &money).map(Booked::Done),
        _ => Ok(Booked::Pending),
    }
}
