//! What changed between two runs.

pub mod compare;
mod leaves;
mod told;

pub use told::told;
