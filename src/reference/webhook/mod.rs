//! Webhooks: verify first, then read, then apply once, then acknowledge.

pub mod apply;
pub mod digest;
pub mod event;
pub mod handler;
pub mod headers;
pub mod keys;
pub mod lookup;
pub mod refusal;
pub mod session;
pub mod strict;
pub mod verify;
pub mod weak;
