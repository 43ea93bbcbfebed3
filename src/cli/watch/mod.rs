//! `run --watch`: the same run again whenever the partner comes back or a file changes.

mod again;
pub mod arguments;
mod changes;
mod doors;

pub use again::watch;
