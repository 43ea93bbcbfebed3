//! Claims: one row each, always in the state of the newest report.

use rusqlite::{OptionalExtension, Transaction, params};

use super::books::{self, Kind, Uniqueness};
use super::database::StoreError;
use super::orders::Change;
use super::policies;

/// Whether a claim is on file.
pub fn is_on_file(books: &Transaction<'_>, claim: &str) -> Result<bool, StoreError> {
    Ok(books
        .prepare_cached("SELECT 1 FROM claims WHERE reference = ?1")?
        .exists([claim])?)
}

/// Records what an event says of a claim. The claim need not be on file (an update may overtake the
/// submission), its policy must be. `at` is the event time in UNIX microseconds; at equal times an
/// update outranks the submission.
pub fn report(
    books: &Transaction<'_>,
    uniqueness: Uniqueness,
    claim: &str,
    policy: &str,
    state: &str,
    at: i64,
) -> Result<Change, StoreError> {
    let known: Option<(String, i64)> = books
        .prepare_cached("SELECT policy, decided_at FROM claims WHERE reference = ?1")?
        .query_row([claim], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((own_policy, decided_at)) = known else {
        if policies::state(books, policy)?.is_none() {
            return Ok(Change::Unknown);
        }
        books
            .prepare_cached(
                "INSERT INTO claims (reference, policy, state, decided_at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![claim, policy, state, at])?;
        books::perform(books, uniqueness, Kind::Claim, claim, "claim", None)?;
        return Ok(Change::Applied);
    };
    if own_policy != policy {
        return Ok(Change::Mismatch);
    }
    if uniqueness == Uniqueness::Absent {
        books::perform(books, uniqueness, Kind::Claim, claim, "claim", None)?;
    }
    if at < decided_at || (at == decided_at && state == "submitted") {
        return Ok(Change::Stale);
    }
    books
        .prepare_cached("UPDATE claims SET state = ?2, decided_at = ?3 WHERE reference = ?1")?
        .execute(params![claim, state, at])?;
    Ok(Change::Applied)
}

/// Event time of the report that decided the present state.
pub fn decided_at(books: &Transaction<'_>, claim: &str) -> Result<Option<i64>, StoreError> {
    Ok(books
        .prepare_cached("SELECT decided_at FROM claims WHERE reference = ?1")?
        .query_row([claim], |row| row.get(0))
        .optional()?)
}

/// Writes a state whatever stands there by now.
pub fn overwrite(books: &Transaction<'_>, claim: &str, state: &str, at: i64) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE claims SET state = ?2, decided_at = ?3 WHERE reference = ?1")?
        .execute(params![claim, state, at])?;
    Ok(())
}
