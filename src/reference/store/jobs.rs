//! Announced payments that are still to be confirmed with the platform: a queue on disk, so that neither
//! a failing platform nor a restart loses one.

use rusqlite::{OptionalExtension, Transaction, params};

use super::database::StoreError;

/// Tries after which a person has to look.
pub const MOST_TRIES: u32 = 20;
/// Pause after the first failed try, in milliseconds; it doubles with each further one.
const FIRST_PAUSE: i64 = 200;
/// Longest pause between two tries, in milliseconds.
const LONGEST_PAUSE: i64 = 60_000;
/// How long a job belongs to whoever took it, in milliseconds. A worker that died has given it back then.
const LEASE: i64 = 120_000;

/// One announced payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The order.
    pub order: String,
    /// The transaction that is said to have paid it.
    pub transaction: String,
    /// The API that knows the transaction.
    pub api: String,
    /// Tries made before.
    pub tries: u32,
}

/// Notes under which API an order was made.
pub fn remember_api(books: &Transaction<'_>, order: &str, api: &str) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "INSERT INTO online_orders (order_reference, api) VALUES (?1, ?2)
             ON CONFLICT (order_reference) DO UPDATE SET api = excluded.api",
        )?
        .execute([order, api])?;
    Ok(())
}

/// The API under which an order was made; none for one that was made by hand.
pub fn api_of(books: &Transaction<'_>, order: &str) -> Result<Option<String>, StoreError> {
    Ok(books
        .prepare_cached("SELECT api FROM online_orders WHERE order_reference = ?1")?
        .query_row([order], |row| row.get(0))
        .optional()?)
}

/// Puts a payment into the queue; `false` if it has been there before, whatever became of it.
pub fn enqueue(books: &Transaction<'_>, order: &str, transaction: &str) -> Result<bool, StoreError> {
    let added = books
        .prepare_cached(
            "INSERT OR IGNORE INTO jobs (order_reference, transaction_id, state, tries, due)
             VALUES (?1, ?2, 'waiting', 0, 0)",
        )?
        .execute([order, transaction])?;
    Ok(added == 1)
}

/// Takes up to `most` jobs that are due at `now` (UNIX milliseconds).
pub fn take(books: &Transaction<'_>, most: usize, now: i64) -> Result<Vec<Job>, StoreError> {
    let jobs: Vec<Job> = books
        .prepare_cached(
            "SELECT order_reference, transaction_id, api, tries FROM jobs JOIN online_orders USING (order_reference)
             WHERE state = 'waiting' AND due <= ?1 ORDER BY due LIMIT ?2",
        )?
        .query_map(params![now, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            Ok(Job {
                order: row.get(0)?,
                transaction: row.get(1)?,
                api: row.get(2)?,
                tries: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    for job in &jobs {
        put_off(books, job, now.saturating_add(LEASE), job.tries)?;
    }
    Ok(jobs)
}

/// When the next job is due, in UNIX milliseconds.
pub fn next_due(books: &Transaction<'_>) -> Result<Option<i64>, StoreError> {
    Ok(books
        .prepare_cached("SELECT min(due) FROM jobs WHERE state = 'waiting'")?
        .query_row([], |row| row.get(0))?)
}

/// Gives back what a worker had taken that is no more.
pub fn give_back(books: &Transaction<'_>) -> Result<(), StoreError> {
    books.execute("UPDATE jobs SET due = 0 WHERE state = 'waiting'", [])?;
    Ok(())
}

/// A job is done.
pub fn finish(books: &Transaction<'_>, job: &Job) -> Result<(), StoreError> {
    close(books, job, "done")
}

/// A try came to nothing: the job waits for the next one. `false` when there will be none.
pub fn try_later(books: &Transaction<'_>, job: &Job, now: i64) -> Result<bool, StoreError> {
    let tries = job.tries.saturating_add(1);
    if tries >= MOST_TRIES {
        close(books, job, "given_up")?;
        return Ok(false);
    }
    put_off(books, job, now.saturating_add(pause(job.tries)), tries)?;
    Ok(true)
}

/// Pause after a try that had so many before it, in milliseconds.
fn pause(tries: u32) -> i64 {
    (FIRST_PAUSE << tries.min(12)).min(LONGEST_PAUSE)
}

fn put_off(books: &Transaction<'_>, job: &Job, due: i64, tries: u32) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "UPDATE jobs SET due = ?3, tries = ?4 WHERE order_reference = ?1 AND transaction_id = ?2",
        )?
        .execute(params![job.order, job.transaction, due, tries])?;
    Ok(())
}

fn close(books: &Transaction<'_>, job: &Job, state: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE jobs SET state = ?3 WHERE order_reference = ?1 AND transaction_id = ?2")?
        .execute([&job.order, &job.transaction, state])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::reference::store::schema;

    #[test]
    fn a_job_is_taken_once_put_off_and_given_up_in_the_end() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::prepare(&connection).unwrap();
        let books = connection.transaction().unwrap();
        remember_api(&books, "O", "https://api.test").unwrap();
        assert!(enqueue(&books, "O", "t").unwrap());
        assert!(!enqueue(&books, "O", "t").unwrap());
        let mut now = 1_000;
        for tries in 0..MOST_TRIES {
            let taken = take(&books, 9, now).unwrap();
            assert_eq!(taken.first().map(|job| job.tries), Some(tries));
            assert_eq!(take(&books, 9, now).unwrap(), []);
            let more = try_later(&books, &taken[0], now).unwrap();
            assert_eq!(more, tries + 1 < MOST_TRIES);
            now += LONGEST_PAUSE;
        }
        assert_eq!(next_due(&books).unwrap(), None);
        assert!(!enqueue(&books, "O", "t").unwrap());
    }

    #[test]
    fn what_a_dead_worker_had_taken_is_due_again() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::prepare(&connection).unwrap();
        let books = connection.transaction().unwrap();
        remember_api(&books, "O", "https://api.test").unwrap();
        enqueue(&books, "O", "t").unwrap();
        assert_eq!(take(&books, 9, 5).unwrap().len(), 1);
        give_back(&books).unwrap();
        let again = take(&books, 9, 5).unwrap();
        assert_eq!(again.len(), 1);
        finish(&books, &again[0]).unwrap();
        assert_eq!(next_due(&books).unwrap(), None);
    }
}
