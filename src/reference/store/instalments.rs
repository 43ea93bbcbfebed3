//! What is known about the single payments of a subscription: the history that authentic reports made, and
//! the plan as the latest of them showed it. The plan is outside the hash, so it is kept to be shown and
//! never makes a payment.

use rusqlite::{Transaction, params};
use serde::Serialize;

use super::database::StoreError;

/// One payment of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instalment {
    /// The gateway's transaction.
    pub transaction_id: String,
    /// `paid`, `failed` or `pending`.
    pub state: String,
}

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Calendar day in Malaysia.
    pub day: Option<String>,
    /// Amount as the gateway wrote it.
    pub amount: Option<String>,
    /// The gateway's word.
    pub state: Option<String>,
}

/// Notes what a report says about one transaction. What is paid stays paid.
pub fn note(
    books: &Transaction<'_>,
    order: &str,
    transaction_id: &str,
    state: &str,
) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "INSERT INTO instalments (order_reference, transaction_id, state) VALUES (?1, ?2, ?3)
             ON CONFLICT (order_reference, transaction_id) DO UPDATE SET state = excluded.state WHERE state <> 'paid'",
        )?
        .execute([order, transaction_id, state])?;
    Ok(())
}

/// The history of an order, oldest first.
pub fn history(books: &Transaction<'_>, order: &str) -> Result<Vec<Instalment>, StoreError> {
    Ok(books
        .prepare_cached(
            "SELECT transaction_id, state FROM instalments WHERE order_reference = ?1 ORDER BY rowid",
        )?
        .query_map([order], |row| {
            Ok(Instalment {
                transaction_id: row.get(0)?,
                state: row.get(1)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// Puts a plan in place of the one on file.
pub fn set_plan(books: &Transaction<'_>, order: &str, plan: &[Planned]) -> Result<(), StoreError> {
    books
        .prepare_cached("DELETE FROM plans WHERE order_reference = ?1")?
        .execute([order])?;
    let mut insert = books
        .prepare_cached("INSERT INTO plans (order_reference, day, amount, state) VALUES (?1, ?2, ?3, ?4)")?;
    for line in plan {
        insert.execute(params![order, line.day, line.amount, line.state])?;
    }
    Ok(())
}

/// The plan of an order, as reported.
pub fn plan(books: &Transaction<'_>, order: &str) -> Result<Vec<Planned>, StoreError> {
    Ok(books
        .prepare_cached("SELECT day, amount, state FROM plans WHERE order_reference = ?1 ORDER BY rowid")?
        .query_map([order], |row| {
            Ok(Planned {
                day: row.get(0)?,
                amount: row.get(1)?,
                state: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// Orders of a recurring payment, oldest first.
pub fn orders_of(books: &Transaction<'_>, recurring_id: &str) -> Result<Vec<String>, StoreError> {
    Ok(books
        .prepare_cached("SELECT reference FROM orders WHERE recurring_id = ?1 ORDER BY rowid")?
        .query_map([recurring_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Files a notice for a person. Its action is outside its hash, so nothing is done about it here.
pub fn file_notice(books: &Transaction<'_>, recurring_id: &str, action: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("INSERT OR IGNORE INTO notices (recurring_id, action) VALUES (?1, ?2)")?
        .execute([recurring_id, action])?;
    Ok(())
}

/// Ends every order of the subscription that an order belongs to: the mistake of a partner that takes one
/// failed payment for the end.
pub fn cancel_all(books: &Transaction<'_>, order: &str) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "UPDATE orders SET state = 'cancelled' WHERE reference = ?1
                 OR recurring_id = (SELECT recurring_id FROM orders WHERE reference = ?1)",
        )?
        .execute([order])?;
    Ok(())
}
