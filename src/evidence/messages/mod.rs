//! The run as Cucumber Messages, so that the readers of that format show it: the feature files, one pickle
//! for each example, and what became of it.
//!
//! The transcript records checks, not steps. Where each `Then` made one check, a check that fails is reported at
//! its step; otherwise at the last `Then`, and the other ones are reported as unknown.

mod attempts;
mod document;
mod exchange;
mod outcome;
mod pickle;
mod sheet;
mod stream;
mod testcase;

pub use stream::write;
