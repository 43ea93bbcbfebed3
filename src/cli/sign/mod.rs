//! `sign` and `check-signature`: how a proof is made, step by step, and why one does not hold.

pub mod arguments;
pub mod callback;
pub mod captured;
pub mod check;
pub mod check_callback;
pub mod check_webhook;
pub mod material;
pub mod source;
pub mod steps;
pub mod traps;
pub mod verdict;
