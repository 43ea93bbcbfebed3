//! Looking at a partner without judging it: does what its file says fit what it does? The look before a run and
//! the command `doctor` share it.

pub mod answered;
pub mod effect;
pub mod first;
pub mod log;
pub mod signature;
pub mod trial;
