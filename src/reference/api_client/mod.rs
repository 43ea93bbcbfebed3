//! The client of the platform's API: nothing is done unasked (no redirects, no proxy, no hidden
//! retries), every wait is bounded, and an answer counts only after it was read and checked.

pub mod answer;
pub mod api;
pub mod call;
pub mod careless;
pub mod durations;
pub mod elsewhere;
pub mod failure;
pub mod misreport;
pub mod pace;
pub mod retry;
pub mod retry_after;
pub mod session;
pub mod strict;
pub mod stubborn;
pub mod token;
pub mod written;

pub use api::Api;
