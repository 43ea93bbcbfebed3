//! Writers of the bundle: results, JUnit, manifest, and the closing summary.

pub mod bundle;
pub mod comparison;
pub mod derived;
pub mod digesting;
pub mod dressing;
pub mod files;
pub mod folding;
pub mod junit;
pub mod leaks;
pub mod manifest;
pub mod pointer;
pub mod results;
pub mod standing;
pub mod summary;
pub mod support;
pub mod tally;
pub mod telling;
pub mod text;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
