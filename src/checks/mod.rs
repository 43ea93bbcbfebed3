//! Pure predicates over what was recorded.

pub mod outcome;
