//! Writers of the bundle: results, JUnit, manifest, and the closing summary.

pub mod attestation;
pub mod bundle;
pub mod challenge;
pub mod derived;
pub mod digesting;
pub mod dressing;
pub mod files;
pub mod folding;
pub mod har;
pub mod json_text;
pub mod junit;
pub mod manifest;
pub mod messages;
pub mod report;
pub mod results;
pub mod standing;
pub mod submission;
pub mod summary;
pub mod tally;
pub mod telling;
pub mod text;
pub mod wall;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
