//! The integration tests: they drive the real program and hold the tree against its own rules.

mod layering;
mod suite;
