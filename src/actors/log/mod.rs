//! The partner's log: read from the start of the run to its end, indexed by the ids it mentions.

pub mod canary;
mod index;
mod line;
mod observer;
pub mod sample;
mod split;
mod tail;
mod time;

pub use observer::{LogObserver, Mask};
