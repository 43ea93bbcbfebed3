//! The run as Cucumber Messages, so that the readers of that format show it: the feature files, one pickle
//! for each example, and what became of it.
//!
//! The transcript does not record steps. A check that fails is reported at the last `Then` of its example,
//! and the other `Then` steps of that example are reported as unknown.

mod attempts;
mod document;
mod exchange;
mod outcome;
mod pickle;
mod sheet;
mod stream;
mod testcase;

pub use stream::write;
