//! The signed statement about a bundle, and the envelope that everything signed here travels in.

pub mod dsse;
pub mod keys;
pub mod statement;
