//! The partner's file, read, checked and resolved; and the host context (environment, clock,
//! terminal).

pub mod alerts;
pub mod checkout;
mod coherence;
pub mod command;
pub mod control;
pub mod declaration;
pub mod effects;
mod entry;
pub mod error;
pub mod extract;
pub mod fault_script;
pub mod host;
pub mod inbound;
pub mod keys;
pub mod log;
pub mod partner;
mod reader;
pub mod references;
pub mod request;
pub mod sandbox;
pub mod secret;
pub mod start;
pub mod states;
pub mod subject;
pub mod target;
pub mod template;
mod timeout;

pub use partner::Config;
