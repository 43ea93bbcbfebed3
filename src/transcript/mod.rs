//! Everything that happened: append-only, hash-chained, masked on entry.

pub mod attest;
pub mod batch;
pub mod build;
pub mod chain;
pub mod dead_end;
pub mod endpoint;
pub mod exchange;
pub mod format;
mod line_parser;
mod line_writer;
pub mod look;
pub mod mask;
pub mod observation;
pub mod page;
pub mod provenance;
pub mod reader;
pub mod record;
pub mod recorder;
pub mod recorder_error;
#[cfg(test)]
mod recorder_tests;
pub mod sealed;
pub mod told;
pub mod visit;
