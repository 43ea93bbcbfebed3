//! The rulebook: clauses, areas, what each case is about, and the defects it must catch.

pub mod book;
pub mod entry;
mod load;
mod rules;

pub use book::Rulebook;
