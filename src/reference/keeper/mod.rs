//! The partner's operations staff in a process of its own: starts, stops and reconfigures the partner's
//! process when it is told to through a folder. It ends with whoever started it, and the partner with it.

pub mod action;
pub mod address;
pub mod child;
pub mod keys;
pub mod outage;
pub mod post;
pub mod staff;

pub use action::Action;
pub use post::order;
pub use staff::{Setup, keep};
