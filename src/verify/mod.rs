//! Reads a bundle back: integrity, re-judging, comparison.

pub mod attempts;
pub mod attested;
pub mod broken;
pub mod challenge;
pub mod code;
pub mod dates;
pub mod decided;
pub mod difference;
pub mod integrity;
pub mod judging;
pub mod merged;
pub mod planned;
pub mod submission;
pub mod whole;

#[cfg(test)]
mod attested_tests;
#[cfg(test)]
mod decided_tests;
#[cfg(test)]
mod tests;
