//! Applies a payment report to the books.

use rusqlite::Transaction;

use super::fields::Payment;
use super::habits;
use crate::reference::defect::{Defect, Defects};
use crate::reference::store::database::StoreError;
use crate::reference::store::events::Memory;
use crate::reference::store::instalments::{self, Planned};
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
    /// A notice that reports no payment.
    Filed,
    /// The hash was used before for other fields.
    Recut,
}

/// Books a report once. `hash` is the one that the fields call for, `next_day` is the day of the next instalment, already checked.
pub fn apply(
    books: &Transaction<'_>,
    defects: Defects,
    payment: &Payment,
    hash: String,
    next_day: Option<&str>,
    plan: &[Planned],
) -> Result<Booked, StoreError> {
    let Some(order) = orders::find(books, &payment.order)? else {
        return Ok(Booked::Done(Change::Unknown));
    };
    match habits::remember(books, defects, &order, payment, hash)? {
        Memory::New => {}
        Memory::Repeat => return Ok(Booked::Repeat),
        Memory::Changed => return Ok(Booked::Recut),
    }
    let money = Money {
        order: payment.order.clone(),
        transaction_id: payment.transaction.clone(),
        sum: None,
        at: None,
        name: None,
    };
    let note = |state| instalments::note(books, &payment.order, &payment.transaction, state);
    match payment.status.as_str() {
        "1" => {
            let change = orders::pay(books, habits::uniqueness(defects), &money)?;
            if change == Change::Applied {
                note("paid")?;
                orders::set_next_payment(books, &payment.order, next_day)?;
                instalments::set_plan(books, &payment.order, plan)?;
            }
            Ok(Booked::Done(change))
        }
        "0" => {
            note("failed")?;
            let change = orders::fail(books, &money)?;
            if defects.has(Defect::FailureCancelsAll) {
                instalments::cancel_all(books, &payment.order)?;
            }
            Ok(Booked::Done(change))
        }
        _ => {
            note("pending")?;
            Ok(Booked::Pending)
        }
    }
}
