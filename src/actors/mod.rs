//! The only sockets: deliverers, sandbox, triggers, control, observers, fixtures.

pub mod deliverer;
pub mod sandbox;
