//! Reads a bundle back: integrity, re-judging, comparison.

pub mod broken;
pub mod challenge;
pub mod difference;
pub mod integrity;
pub mod judging;
pub mod submission;
pub mod whole;

#[cfg(test)]
mod tests;
