//! The embedded feature files: parsed, linted, resolved to cases and examples.

pub mod case;
pub mod embedded;
pub mod example;
pub mod lint;
mod lint_rulebook;
pub mod parser;
pub mod problem;
pub mod read;
mod tags;
