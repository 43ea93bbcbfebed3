//! Everything that happened: append-only, hash-chained, masked on entry.

pub mod exchange;
pub mod observation;
pub mod record;
pub mod recorder;
