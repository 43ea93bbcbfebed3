//! Policies: requested, issued, cancelled. Cancelled is final.

use rusqlite::{OptionalExtension, Transaction, params};

use super::books::{self, Kind, Uniqueness};
use super::database::StoreError;
use super::orders::{self, Change};

/// Notes that a policy was asked for, unless it is on file.
pub fn request(books: &Transaction<'_>, policy: &str, order: Option<&str>) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "INSERT OR IGNORE INTO policies (reference, order_reference, state) VALUES (?1, ?2, 'requested')",
        )?
        .execute(params![policy, order])?;
    Ok(())
}

/// The state word of a policy on file.
pub fn state(books: &Transaction<'_>, policy: &str) -> Result<Option<String>, StoreError> {
    Ok(books
        .prepare_cached("SELECT state FROM policies WHERE reference = ?1")?
        .query_row([policy], |row| row.get(0))
        .optional()?)
}

/// Records an issuance. An unknown policy that names an own order still waiting for its policy id is
/// that order's policy: the announcement overtook the answer of the call that made it.
pub fn issue(
    books: &Transaction<'_>,
    uniqueness: Uniqueness,
    policy: &str,
    order: Option<&str>,
    number: Option<&str>,
) -> Result<Change, StoreError> {
    let state = match state(books, policy)? {
        Some(state) => state,
        None if adopt(books, policy, order)? => "requested".into(),
        None => return Ok(Change::Unknown),
    };
    if state == "cancelled" {
        return Ok(Change::Stale);
    }
    if !books::perform(books, uniqueness, Kind::Issuance, policy, "issued", None)? {
        return Ok(Change::Known);
    }
    books
        .prepare_cached(
            "UPDATE policies SET state = 'issued', number = coalesce(?2, number) WHERE reference = ?1",
        )?
        .execute(params![policy, number])?;
    Ok(Change::Applied)
}

/// Records a cancellation of exactly this policy.
pub fn cancel(books: &Transaction<'_>, policy: &str) -> Result<Change, StoreError> {
    match state(books, policy)?.as_deref() {
        None => Ok(Change::Unknown),
        Some("cancelled") => Ok(Change::Known),
        Some(_) => {
            books
                .prepare_cached("UPDATE policies SET state = 'cancelled' WHERE reference = ?1")?
                .execute([policy])?;
            Ok(Change::Applied)
        }
    }
}

/// Notes the policy id of an order.
pub fn attach(books: &Transaction<'_>, policy: &str, order: &str) -> Result<(), StoreError> {
    request(books, policy, Some(order))?;
    books
        .prepare_cached("UPDATE orders SET policy = ?2 WHERE reference = ?1")?
        .execute([order, policy])?;
    Ok(())
}

fn adopt(books: &Transaction<'_>, policy: &str, order: Option<&str>) -> Result<bool, StoreError> {
    let Some(order) = order else { return Ok(false) };
    match orders::find(books, order)? {
        Some(found) if found.policy.is_none() && !found.subscription => {
            attach(books, policy, order)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
