//! A memory that fades: the mistake of [`Defect::Ttl5minDedupe`], which remembers an event for some minutes
//! and takes it for a new one afterwards.

use rusqlite::{OptionalExtension, Transaction};

use super::database::StoreError;
use super::events;
#[cfg(doc)]
use crate::reference::defect::Defect;

/// How a memory fades. Both are UNIX microseconds, or a difference of them.
#[derive(Clone, Copy, Debug)]
pub struct Fading {
    /// The present instant.
    pub now: i64,
    /// How long an event is remembered after it was last seen.
    pub lasts: i64,
}

/// Forgets the key if it was last seen too long ago, and notes that it is seen now. `true` if it was
/// forgotten.
pub fn fade(books: &Transaction<'_>, fading: Fading, key: &str) -> Result<bool, StoreError> {
    let last: Option<i64> = books
        .prepare_cached("SELECT at FROM sightings WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    books
        .prepare_cached("INSERT OR REPLACE INTO sightings (key, at) VALUES (?1, ?2)")?
        .execute((key, fading.now))?;
    let forgotten = last.is_some_and(|last| fading.now - last > fading.lasts);
    if forgotten {
        events::forget(books, key)?;
    }
    Ok(forgotten)
}
