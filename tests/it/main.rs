//! The integration tests: they drive the real program and hold the tree against its own rules.
#![expect(missing_docs, clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod layering;
mod suite;
