//! What the checks mean: verdicts, assessment, outcome.

pub mod assessment;
pub mod judge;
pub mod result;
pub mod verdict;
pub mod whole;
