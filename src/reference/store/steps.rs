//! The progress of operations that take several API calls: which step is done, with which answer, and
//! the idempotency key of each step. With it an interrupted operation is resumed, not repeated.

use rusqlite::{OptionalExtension, Transaction};

use super::database::StoreError;
use crate::reference::identity;

/// One step as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The key that every try of this step carries.
    pub key: String,
    /// The platform's answer (JSON text), once the step is done.
    pub answer: Option<String>,
}

/// Reads the step or opens it with a fresh key.
pub fn open(books: &Transaction<'_>, operation: &str, step: &str) -> Result<Step, StoreError> {
    let found = books
        .prepare_cached("SELECT key, answer FROM steps WHERE operation = ?1 AND step = ?2")?
        .query_row([operation, step], |row| {
            Ok(Step {
                key: row.get(0)?,
                answer: row.get(1)?,
            })
        })
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    let key = identity::token();
    books
        .prepare_cached("INSERT INTO steps (operation, step, key) VALUES (?1, ?2, ?3)")?
        .execute([operation, step, &key])?;
    Ok(Step { key, answer: None })
}

/// Notes that the step is done.
pub fn complete(
    books: &Transaction<'_>,
    operation: &str,
    step: &str,
    answer: &str,
) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE steps SET answer = ?3 WHERE operation = ?1 AND step = ?2")?
        .execute([operation, step, answer])?;
    Ok(())
}

/// Takes a step back whose answer is of no more use, so that it is done anew.
pub fn take_back(books: &Transaction<'_>, operation: &str, step: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("DELETE FROM steps WHERE operation = ?1 AND step = ?2")?
        .execute([operation, step])?;
    Ok(())
}

/// Drops a step that the platform refused for good, so that a corrected try gets a fresh key.
pub fn drop_refused(books: &Transaction<'_>, operation: &str, step: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("DELETE FROM steps WHERE operation = ?1 AND step = ?2 AND answer IS NULL")?
        .execute([operation, step])?;
    Ok(())
}
