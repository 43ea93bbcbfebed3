//! Applies a payment report to the books.

use rusqlite::Transaction;

use super::fields::Payment;
use super::habits;
use super::status::{Meaning, meaning};
use crate::reference::checkout::{self, twice};
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
    let found = match &payment.recurring_id {
        Some(recurring_id) if defects.has(Defect::RecurringIdTrusted) => {
            orders::of_recurring_id(books, recurring_id)?
        }
        _ => None,
    };
    let attempted = checkout::order_of(books, &payment.order)?;
    let reference = found.as_ref().unwrap_or(&attempted);
    let Some(order) = orders::find(books, reference)? else {
        return Ok(Booked::Done(Change::Unknown));
    };
    let own_id = order.recurring_id.as_ref().zip(payment.recurring_id.as_ref());
    let names_another = found.is_none() && own_id.is_some_and(|(ours, said)| ours != said);
    match habits::remember(books, defects, &order, payment, hash)? {
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
    let note = |state| instalments::note(books, reference, &payment.transaction, state);
    match meaning(&payment.status, defects) {
        Meaning::Paid => {
            let change = orders::pay(books, habits::uniqueness(defects), &money)?;
            twice::flag(books, change, &money)?;
            if change == Change::Applied {
                note("paid")?;
                orders::set_next_payment(books, reference, next_day)?;
                instalments::set_plan(books, reference, plan)?;
                if names_another {
                    orders::flag(books, reference, "callback names another subscription")?;
                }
            }
            Ok(Booked::Done(change))
        }
        Meaning::Failed => {
            note("failed")?;
            let change = orders::fail(books, &money)?;
            if defects.has(Defect::FailureCancelsAll) {
                instalments::cancel_all(books, reference)?;
            }
            Ok(Booked::Done(change))
        }
        Meaning::Open => {
            note("pending")?;
            Ok(Booked::Pending)
        }
    }
}
