//! What the checks mean: verdicts, assessment, outcome.

pub mod assessment;
pub mod cause;
pub mod joining;
pub mod judge;
pub mod lattice;
pub mod result;
pub mod waiving;
pub mod whole;
