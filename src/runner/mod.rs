//! Our implementation of cucumber's `Runner`: lanes, deadlines, interrupt, each step text matched
//! once. It differs from the engine's own runner where that one would hurt a verdict: nothing is
//! retried by a tag, nothing is skipped in silence, the panic hook is restored, and events are few.

pub mod attempt;
pub mod console_hook;
pub mod drive;
pub mod lanes;
pub mod notice;
pub mod recheck;
pub mod run;
pub mod table;

#[cfg(test)]
mod backward_tests;
