//! Looking at a partner without judging it: does what its file says fit what it does? The look before a run and
//! the command `doctor` share it.

pub mod answered;
pub mod dated;
pub mod effect;
pub mod first;
pub mod log;
pub mod said;
pub mod signature;
pub mod stuck;
pub mod trial;
pub mod unmade;
