//! `send`: one message of any type, with any tampering, to an endpoint.

pub mod arguments;
pub mod callback;
pub mod case;
pub mod command;
pub mod connection;
pub mod curl;
pub mod deliver;
pub mod document;
pub mod endpoint;
pub mod exact;
pub mod expected;
pub mod fields;
pub mod kind;
pub mod letter;
pub mod report;
pub mod save;
pub mod tamper;
pub mod webhook;
