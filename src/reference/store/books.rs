//! The list of effects performed, and the rule that keeps a fact from being performed twice.

use rusqlite::{Transaction, params};

use super::database::StoreError;
use crate::reference::identity;

/// What an effect is about; the name is its `kind` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A paid order or a booked recurring payment.
    Payment,
    /// An issued policy.
    Issuance,
    /// A claim on file.
    Claim,
}

impl Kind {
    /// Column text.
    pub fn column(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Issuance => "issuance",
            Self::Claim => "claim",
        }
    }
}

/// Whether facts are held unique. A working partner always says [`Uniqueness::Enforced`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uniqueness {
    /// A fact is performed once, however often it is announced.
    #[default]
    Enforced,
    /// Every announcement is performed: the books of a partner that lost its constraint.
    Absent,
}

/// Performs an effect; `false` if this fact was performed before.
pub fn perform(
    books: &Transaction<'_>,
    uniqueness: Uniqueness,
    kind: Kind,
    reference: &str,
    fact: &str,
    transaction_id: Option<&str>,
) -> Result<bool, StoreError> {
    let mut insert = books.prepare_cached(
        "INSERT OR IGNORE INTO fulfilments (kind, reference, fact, transaction_id) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let added = insert.execute(params![kind.column(), reference, fact, transaction_id])?;
    if added == 1 || uniqueness == Uniqueness::Enforced {
        return Ok(added == 1);
    }
    let again = format!("{fact}#{}", identity::token());
    insert.execute(params![kind.column(), reference, again, transaction_id])?;
    Ok(true)
}

/// How many effects of this kind were performed for the reference.
pub fn count(books: &Transaction<'_>, kind: Kind, reference: &str) -> Result<i64, StoreError> {
    Ok(books
        .prepare_cached("SELECT count(*) FROM fulfilments WHERE kind = ?1 AND reference = ?2")?
        .query_row(params![kind.column(), reference], |row| row.get(0))?)
}
