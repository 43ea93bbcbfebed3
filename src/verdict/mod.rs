//! What the checks mean: verdicts, assessment, outcome.

pub mod result;
pub mod verdict;
