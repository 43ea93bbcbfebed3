//! The partner's own operations, started from outside as a shop's back office would.

pub mod answer;
pub mod applicant;
pub mod attempt;
pub mod buy;
pub mod careless;
pub mod confirm;
pub mod create;
pub mod dispatch;
pub mod flow;
pub mod input;
pub mod payment;
pub mod quote;
pub mod reconcile;
pub mod service;
pub mod undaunted;
pub mod wording;
