//! The partner's file, read, checked and resolved; and the host context (environment, clock,
//! terminal).

pub mod alerts;
pub mod attest;
pub mod batch;
pub mod checkout;
mod coherence;
pub mod command;
pub mod control;
pub mod declaration;
pub mod declarations;
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
pub mod questions;
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
pub mod waivers;

pub use partner::Config;
