//! What repeats of an event are recognised by: its id, or, with a mistake, something else.

use super::event::Event;
use crate::reference::defect::{Defect, Defects};

/// Characters of the column of [`Defect::IdTruncated`].
const COLUMN: usize = 190;

/// The key under which an event is remembered.
pub fn key(defects: Defects, id: String, event: &Event) -> String {
    match &event.transaction {
        Some(transaction) if defects.has(Defect::DedupeByTransaction) => transaction.clone(),
        _ if defects.has(Defect::IdTruncated) => id.to_lowercase().chars().take(COLUMN).collect(),
        _ => id,
    }
}
