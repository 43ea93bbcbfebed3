//! Which examples cannot be decided with this file, and what addition would decide the most of them.
//!
//! The rulebook says what each case looks at and what becomes of it without an effect channel; the words of its
//! steps say which object and which value it looks at. A test holds the result to a run.

mod additions;
mod vocabulary;

pub use additions::{Foresight, foresee};
