//! Everything that happened: append-only, hash-chained, masked on entry.

pub mod chain;
pub mod exchange;
pub mod format;
pub mod mask;
pub mod observation;
pub mod reader;
pub mod record;
pub mod recorder;
pub mod sealed;
