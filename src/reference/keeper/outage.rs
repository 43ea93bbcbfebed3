//! A real outage of the partner's database: somebody else holds its write lock.

use std::path::Path;

use rusqlite::Connection;

/// The held lock; the database is free again when this is dropped.
#[derive(Debug)]
pub struct Outage {
    connection: Connection,
}

impl Outage {
    /// Takes the lock, waiting a little for work under way. The partner opens a write transaction even
    /// to look something up, so nothing works for it from here on.
    pub fn begin(database: &Path) -> Result<Self, rusqlite::Error> {
        let connection = Connection::open(database)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(Self { connection })
    }
}

impl Drop for Outage {
    fn drop(&mut self) {
        // Closing the connection does the same; this only does it without waiting for that.
        let _ = self.connection.execute_batch("ROLLBACK");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::store::database::{Database, StoreError};

    #[tokio::test]
    async fn the_books_are_shut_as_long_as_it_lasts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partner.db");
        let books = Database::open(&path).unwrap();
        let outage = Outage::begin(&path).unwrap();
        let shut = books.transaction(|_| Ok(())).await;
        assert!(matches!(shut, Err(StoreError::Sqlite(_))), "{shut:?}");
        drop(outage);
        books.transaction(|_| Ok(())).await.unwrap();
    }
}
