//! States written over whatever stands in the books, for partners that do not order what they hear.

use rusqlite::{Transaction, params};

use super::database::StoreError;

/// Sets the state of an order.
pub fn order(books: &Transaction<'_>, reference: &str, state: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE orders SET state = ?2 WHERE reference = ?1")?
        .execute(params![reference, state])?;
    Ok(())
}

/// Sets the state of a policy.
pub fn policy(books: &Transaction<'_>, reference: &str, state: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE policies SET state = ?2 WHERE reference = ?1")?
        .execute(params![reference, state])?;
    Ok(())
}

/// Sets the state of a claim.
pub fn claim(books: &Transaction<'_>, reference: &str, state: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE claims SET state = ?2 WHERE reference = ?1")?
        .execute(params![reference, state])?;
    Ok(())
}
