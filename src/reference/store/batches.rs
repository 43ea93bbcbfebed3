//! Batch files and rows that were taken in, and files that wait for the one before them.

use rusqlite::{OptionalExtension, Transaction, params};

use super::database::StoreError;

/// A file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Whether a file of that id was taken in.
pub fn knows_file(books: &Transaction<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(books
        .prepare_cached("SELECT 1 FROM batch_files WHERE id = ?1")?
        .exists([id])?)
}

/// The number of the last file that was taken in; 0 before the first.
pub fn last_sequence(books: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(books
        .prepare_cached("SELECT coalesce(max(sequence), 0) FROM batch_files")?
        .query_row([], |row| row.get(0))?)
}

/// Notes a file.
pub fn note_file(books: &Transaction<'_>, id: &str, sequence: i64) -> Result<(), StoreError> {
    books
        .prepare_cached("INSERT INTO batch_files (id, sequence) VALUES (?1, ?2)")?
        .execute(params![id, sequence])?;
    Ok(())
}

/// Notes a row; `false` if it was noted before.
pub fn note_row(books: &Transaction<'_>, id: &str, file: &str) -> Result<bool, StoreError> {
    let added = books
        .prepare_cached("INSERT OR IGNORE INTO batch_rows (id, file) VALUES (?1, ?2)")?
        .execute([id, file])?;
    Ok(added == 1)
}

/// Forgets a row that was refused.
pub fn forget_row(books: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("DELETE FROM batch_rows WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Keeps a file until its turn comes; a later one with its number takes its place.
pub fn hold(books: &Transaction<'_>, sequence: i64, held: &Held) -> Result<(), StoreError> {
    books
        .prepare_cached("INSERT OR REPLACE INTO batch_held (sequence, name, content) VALUES (?1, ?2, ?3)")?
        .execute(params![sequence, held.name, held.content])?;
    Ok(())
}

/// Takes out the file that waits for this number.
pub fn release(books: &Transaction<'_>, sequence: i64) -> Result<Option<Held>, StoreError> {
    Ok(books
        .prepare_cached("DELETE FROM batch_held WHERE sequence = ?1 RETURNING name, content")?
        .query_row([sequence], |row| {
            Ok(Held {
                name: row.get(0)?,
                content: row.get(1)?,
            })
        })
        .optional()?)
}
