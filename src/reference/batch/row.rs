//! One row: what it asks for, and what became of it.

use jiff::civil::Date;
use rusqlite::Transaction;

use crate::reference::money::Sen;
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::{self, Change, Money};
use crate::reference::store::policies;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Booked.
    Taken,
    /// Booked already.
    Known,
    /// Not booked, and why.
    Refused(&'static str),
}

/// Books a row, or says why not.
pub fn book(books: &Transaction<'_>, uniqueness: Uniqueness, cells: &[String]) -> Result<Fate, StoreError> {
    let [row_id, kind, reference, amount, currency, status, date, name] = cells else {
        return Ok(Fate::Refused("the row is not whole"));
    };
    if row_id.is_empty() || reference.is_empty() {
        return Ok(Fate::Refused("an id is missing"));
    }
    if date.parse::<Date>().is_err() {
        return Ok(Fate::Refused("there is no such date"));
    }
    let Some(amount) = Sen::parse(amount) else {
        return Ok(Fate::Refused("the amount is not an amount"));
    };
    let change = match (kind.as_str(), status.as_str()) {
        ("payment", "success") => {
            let money = Money {
                order: reference.clone(),
                transaction_id: row_id.clone(),
                sum: Some((amount, currency.clone())),
                at: None,
                name: Some(name.clone()).filter(|name| !name.is_empty()),
            };
            orders::pay(books, uniqueness, &money)?
        }
        ("policy", "issued") => policies::issue(books, uniqueness, reference, None, None)?,
        _ => return Ok(Fate::Refused("kind and status are not known")),
    };
    Ok(match change {
        Change::Applied => Fate::Taken,
        Change::Known => Fate::Known,
        Change::Stale => Fate::Refused("what it is about is closed"),
        Change::Mismatch => Fate::Refused("amount or currency differs"),
        Change::Unknown => Fate::Refused("the reference is not known"),
    })
}
