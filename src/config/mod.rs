//! The partner's file, read, checked and resolved; and the host context (environment, clock,
//! terminal).

pub mod host;
