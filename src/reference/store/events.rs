//! The memory of deliveries: event ids and recurring callbacks already handled. It never forgets.

use rusqlite::{OptionalExtension, Transaction, params};

use super::database::StoreError;

/// What the memory says about an event key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Never seen; now remembered.
    New,
    /// Seen with the same content.
    Repeat,
    /// Seen with other content: the first one stands.
    Changed,
}

/// Remembers an event key together with a digest of its content.
pub fn remember(books: &Transaction<'_>, key: &str, content: &str) -> Result<Memory, StoreError> {
    let added = books
        .prepare_cached("INSERT OR IGNORE INTO events (key, content) VALUES (?1, ?2)")?
        .execute(params![key, content])?;
    if added == 1 {
        return Ok(Memory::New);
    }
    let first: String = books
        .prepare_cached("SELECT content FROM events WHERE key = ?1")?
        .query_row([key], |row| row.get(0))?;
    Ok(if first == content {
        Memory::Repeat
    } else {
        Memory::Changed
    })
}

/// Forgets a key whose event could not be matched, so that a redelivery gets its chance.
pub fn forget(books: &Transaction<'_>, key: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("DELETE FROM events WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// Takes other content for the remembered one: the mistake of a memory that is written over.
pub fn overwrite(books: &Transaction<'_>, key: &str, content: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE events SET content = ?2 WHERE key = ?1")?
        .execute([key, content])?;
    Ok(())
}

/// Whether the key is remembered.
pub fn knows(books: &Transaction<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(books
        .prepare_cached("SELECT 1 FROM events WHERE key = ?1")?
        .exists([key])?)
}

/// The facts that make two recurring callbacks the same.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Transaction id; may be empty for a refused payment.
    pub transaction_id: String,
    /// Order.
    pub order: String,
    /// Status text.
    pub status: String,
    /// The hash that these fields call for.
    pub hash: String,
}

/// Remembers a callback. `Changed` means that its hash already authenticated another order, transaction
/// or status: the undelimited fields were cut anew.
pub fn remember_callback(books: &Transaction<'_>, callback: &Callback) -> Result<Memory, StoreError> {
    let seen: Option<(String, String, String)> = books
        .prepare_cached(
            "SELECT transaction_id, order_reference, status FROM callbacks WHERE hash = ?1 LIMIT 1",
        )?
        .query_row([&callback.hash], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    if let Some((transaction_id, order, status)) = seen {
        let same =
            transaction_id == callback.transaction_id && order == callback.order && status == callback.status;
        return Ok(if same { Memory::Repeat } else { Memory::Changed });
    }
    let added = books
        .prepare_cached(
            "INSERT OR IGNORE INTO callbacks (transaction_id, order_reference, status, hash)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            callback.transaction_id,
            callback.order,
            callback.status,
            callback.hash
        ])?;
    Ok(if added == 1 { Memory::New } else { Memory::Repeat })
}
