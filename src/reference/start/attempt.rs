//! Attempts at paying for an order through the API. The platform takes a reference once: after a payment
//! that was declined, the next one goes by a reference of its own.

use rusqlite::{OptionalExtension, Transaction, params};

use super::flow::{Flow, books_failure};
use crate::reference::api_client::failure::Failure;
use crate::reference::defect::Defect;
use crate::reference::store::database::StoreError;

/// The reference of the attempt that is under way, or begins now.
pub async fn current(flow: &Flow<'_>, order: &str) -> Result<String, Failure> {
    let order = order.to_owned();
    let found = flow
        .partner
        .database
        .transaction(move |books| latest(books, &order))
        .await;
    found.map_err(|error| books_failure(&error))
}

/// Notes that the attempt was declined: the step is open again, and its next try is another attempt.
pub async fn over(flow: &Flow<'_>, order: &str) -> Result<(), Failure> {
    flow.take_back("payment").await?;
    if flow.partner.has(Defect::ReusedOrderId) {
        return Ok(());
    }
    let order = order.to_owned();
    let noted = flow
        .partner
        .database
        .transaction(move |books| begin_another(books, &order));
    noted.await.map_err(|error| books_failure(&error))
}

/// Whether a reference is the order's own, or that of one of its attempts.
pub fn is_about(reference: &str, order: &str) -> bool {
    reference.strip_prefix(order).is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('-')
                .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn latest(books: &Transaction<'_>, order: &str) -> Result<String, StoreError> {
    let found: Option<String> = books
        .prepare_cached(
            "SELECT reference FROM checkout_attempts WHERE order_reference = ?1 ORDER BY rowid DESC LIMIT 1",
        )?
        .query_row([order], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or_else(|| order.to_owned()))
}

fn begin_another(books: &Transaction<'_>, order: &str) -> Result<(), StoreError> {
    let mut insert = books.prepare_cached(
        "INSERT OR IGNORE INTO checkout_attempts (reference, order_reference) VALUES (?1, ?2)",
    )?;
    insert.execute(params![order, order])?;
    let number: i64 = books
        .prepare_cached("SELECT count(*) FROM checkout_attempts WHERE order_reference = ?1")?
        .query_row([order], |row| row.get(0))?;
    insert.execute(params![format!("{order}-{}", number + 1), order])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_about_its_order() {
        assert!(is_about("ORD-1", "ORD-1") && is_about("ORD-1-2", "ORD-1"));
        assert!(
            !is_about("ORD-12", "ORD-1") && !is_about("ORD-1-x", "ORD-1") && !is_about("ORD-1-", "ORD-1")
        );
    }
}
