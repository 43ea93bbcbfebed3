//! What runs, what does not, and why.

pub mod declared;
pub mod digest;
pub mod entry;
pub mod filter;
pub mod near;
pub mod select;
pub mod shard;
