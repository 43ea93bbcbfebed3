//! Which customer holds which policy. One customer may hold many.

use rusqlite::{Transaction, params};

use super::database::StoreError;
use super::policies;

/// Notes who holds a policy; the first holder stands.
pub fn note(books: &Transaction<'_>, policy: &str, customer: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("INSERT OR IGNORE INTO policyholders (policy, customer) VALUES (?1, ?2)")?
        .execute(params![policy, customer])?;
    Ok(())
}

/// All policies of the customer who holds this one, itself among them; only itself when nobody is
/// known to hold it.
pub fn policies_beside(books: &Transaction<'_>, policy: &str) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> = books
        .prepare_cached(
            "SELECT beside.policy FROM policyholders own
             JOIN policyholders beside ON beside.customer = own.customer WHERE own.policy = ?1",
        )?
        .query_map([policy], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if found.is_empty() {
        found.push(policy.to_owned());
    }
    Ok(found)
}

/// Cancels every policy of the holder: what must not happen when one of them is cancelled.
pub fn cancel_all(books: &Transaction<'_>, policy: &str) -> Result<(), StoreError> {
    for beside in policies_beside(books, policy)? {
        policies::cancel(books, &beside)?;
    }
    Ok(())
}
