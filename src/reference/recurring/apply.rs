//! Applies a payment report to the books.

use rusqlite::Transaction;

use super::fields::Payment;
use super::status::{Meaning, meaning};
use crate::reference::defect::{Defect, Defects};
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
    defects: Defects,
    payment: &Payment,
    hash: String,
    next_day: Option<&str>,
) -> Result<Booked, StoreError> {
    let found = match &payment.recurring_id {
        Some(recurring_id) if defects.has(Defect::RecurringIdTrusted) => {
            orders::of_recurring_id(books, recurring_id)?
        }
        _ => None,
    };
    let reference = found.as_ref().unwrap_or(&payment.order);
    let Some(order) = orders::find(books, reference)? else {
        return Ok(Booked::Done(Change::Unknown));
    };
    let own_id = order.recurring_id.as_ref().zip(payment.recurring_id.as_ref());
    let names_another = found.is_none() && own_id.is_some_and(|(ours, said)| ours != said);
    let callback = Callback {
        transaction_id: payment.transaction.clone(),
        order: payment.order.clone(),
        status: payment.status.clone(),
        hash,
    };
    match events::remember_callback(books, &callback)? {
        Memory::New => {}
        Memory::Repeat => return Ok(Booked::Repeat),
        Memory::Changed if defects.has(Defect::UndelimitedTrust) => {}
        Memory::Changed => return Ok(Booked::Recut),
    }
    let money = Money {
        order: reference.clone(),
        transaction_id: payment.transaction.clone(),
        sum: None,
        at: None,
        name: None,
    };
    match meaning(&payment.status, defects) {
        Meaning::Paid => {
            let change = orders::pay(books, Uniqueness::Enforced, &money)?;
            if change == Change::Applied {
                orders::set_next_payment(books, reference, next_day)?;
                if names_another {
                    orders::flag(books, reference, "callback names another subscription")?;
                }
            }
            Ok(Booked::Done(change))
        }
        Meaning::Failed => orders::fail(books, &money).map(Booked::Done),
        Meaning::Open => Ok(Booked::Pending),
    }
}
