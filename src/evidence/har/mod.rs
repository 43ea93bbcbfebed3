//! The exchanges of a run as an HTTP archive (HAR 1.2): what was delivered to the partner and what the
//! partner asked the sandbox, in the order of time.

mod address;
mod archive;
mod content;
mod cookies;
mod delivered;
mod document;
mod seen;

pub use archive::write;
