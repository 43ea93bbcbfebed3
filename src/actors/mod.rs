//! The only sockets: deliverers, sandbox, triggers, control, observers, fixtures.

pub mod control;
pub mod effect;
pub mod fixtures;
pub mod log;
pub mod patience;
pub mod template;
pub mod trigger;
