//! The partner's own operations, started from outside as a shop's back office would.

pub mod answer;
pub mod create;
pub mod dispatch;
