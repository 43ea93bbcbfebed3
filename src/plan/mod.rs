//! What runs, what does not, and why.

pub mod entry;
