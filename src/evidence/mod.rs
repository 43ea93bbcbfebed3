//! Writers of the bundle: results, JUnit, manifest, and the closing summary.

pub mod attestation;
pub mod bundle;
pub mod challenge;
pub mod comparison;
pub mod decision;
pub mod derived;
pub mod digesting;
pub mod dressing;
pub mod files;
pub mod folding;
pub mod har;
pub mod json_text;
pub mod junit;
pub mod leaks;
pub mod manifest;
pub mod merged;
pub mod messages;
pub mod onward;
pub mod pointer;
pub mod report;
pub mod results;
pub mod standing;
pub mod submission;
pub mod summary;
pub mod support;
pub mod tally;
pub mod telling;
pub mod text;
pub mod wall;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
