//! `init`: writes a partner's first file from what flags or a person say, and from what can be seen.

pub mod accept;
pub mod answers;
pub mod arguments;
pub mod asker;
pub mod command;
pub mod detect_endpoint;
pub mod detect_log;
pub mod detect_signature;
pub mod finish;
pub mod look;
pub mod look_log;
pub mod page;
pub mod questions;
pub mod questions_channels;
pub mod questions_done;
pub mod questions_log;
pub mod render;
pub mod render_channels;
pub mod render_rest;
#[cfg(test)]
mod render_tests;
pub mod source;
pub mod toml_text;
