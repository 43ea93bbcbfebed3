//! Orders that were paid twice, for instance in two tabs.

use rusqlite::Transaction;

use crate::reference::defect::{Defect, Defects};
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::{self, Change, Money};

/// What a person reads who looks after double payments.
const FLAG: &str = "paid twice, give the second payment back";

/// Whether an order is paid already by another transaction.
fn paid_by_another(books: &Transaction<'_>, money: &Money) -> Result<bool, StoreError> {
    let order = orders::find(books, &money.order)?;
    Ok(order.is_some_and(|order| {
        !order.subscription
            && order.state == "paid"
            && order
                .transaction_id
                .is_some_and(|transaction| transaction != money.transaction_id)
    }))
}

/// How a payment is held unique: [`Defect::DoubleFulfil`] fulfils for every transaction.
pub fn uniqueness(
    books: &Transaction<'_>,
    defects: Defects,
    usual: Uniqueness,
    money: &Money,
) -> Result<Uniqueness, StoreError> {
    if defects.has(Defect::DoubleFulfil) && paid_by_another(books, money)? {
        return Ok(Uniqueness::Absent);
    }
    Ok(usual)
}

/// Flags an order whose second payment has just come in and was not booked.
pub fn flag(books: &Transaction<'_>, change: Change, money: &Money) -> Result<(), StoreError> {
    if change == Change::Known && paid_by_another(books, money)? {
        orders::flag(books, &money.order, FLAG)?;
    }
    Ok(())
}
