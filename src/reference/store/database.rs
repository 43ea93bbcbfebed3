//! One SQLite connection on a thread of its own; everybody else sends it work.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::schema;
use crate::reference::error::ReferenceError;
use crate::reference::strain::Exhausted;

/// Why a piece of work on the books did not happen. Nothing of it is kept then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("database error: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The database thread is gone.
    #[error("the database is closed")]
    Closed,
    /// A defect asked the platform before it answered, and got no confirmation.
    #[error("the platform has not confirmed")]
    Unconfirmed,
    /// A defect assumed that a row exists.
    #[error("the named row does not exist")]
    MissingRow,
    /// A defect found no connection in its pool.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle on the books; clones share the connection.
#[derive(Clone, Debug)]
pub struct Database {
    jobs: mpsc::UnboundedSender<Job>,
}

impl Database {
    /// Opens the file, makes missing tables, starts the thread. The thread ends with the last handle.
    pub fn open(path: &Path) -> Result<Self, ReferenceError> {
        let failed = |source| ReferenceError::Database {
            path: path.to_owned(),
            source,
        };
        let mut connection = Connection::open(path).map_err(failed)?;
        schema::prepare(&connection).map_err(failed)?;
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        std::thread::Builder::new()
            .name("partner-database".into())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    job(&mut connection);
                }
            })
            .map_err(|source| ReferenceError::File {
                path: path.to_owned(),
                source,
            })?;
        Ok(Self { jobs })
    }

    /// Runs `work` in one write transaction: committed if it succeeds, rolled back if it fails.
    pub async fn transaction<Found, Work>(&self, work: Work) -> Result<Found, StoreError>
    where
        Found: Send + 'static,
        Work: FnOnce(&Transaction<'_>) -> Result<Found, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(StoreError::from)
                .and_then(|transaction| {
                    let found = work(&transaction)?;
                    transaction.commit()?;
                    Ok(found)
                });
            let _ = answer.send(result);
        });
        self.jobs.send(job).map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}
