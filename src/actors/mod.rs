//! The only sockets: deliverers, sandbox, triggers, control, observers, fixtures.

pub mod alerts;
pub mod attest;
pub mod batch;
pub mod canary;
pub mod control;
pub mod courier;
pub mod dead_end;
pub mod deliverer;
pub mod effect;
pub mod fixtures;
pub mod log;
pub mod nobody;
pub mod page;
pub mod patience;
pub mod reach;
pub mod sandbox;
pub mod template;
pub mod trigger;

#[cfg(test)]
mod testing;
