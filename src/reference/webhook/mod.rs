//! Webhooks: verify first, then read, then apply once, then acknowledge.

pub mod again;
pub mod apply;
pub mod arrival;
pub mod digest;
pub mod event;
pub mod handler;
pub mod hasty;
pub mod headers;
pub mod key;
pub mod keys;
pub mod lookup;
pub mod naive;
pub mod partial;
pub mod refusal;
pub mod session;
pub mod sloppy;
pub mod strict;
pub mod verify;
pub mod weak;
