//! Batch files: each row once, whole files or nothing, and nothing dropped in silence.

mod complaint;
mod filed;
pub mod refusal;
pub mod rows;
pub mod text;

#[cfg(test)]
mod tests;
