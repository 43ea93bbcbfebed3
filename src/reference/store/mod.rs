//! The partner's books: orders, policies, claims and the effects performed on them, in SQLite.

pub mod batches;
pub mod books;
pub mod claims;
pub mod database;
pub mod events;
pub mod fading;
pub mod instalments;
pub mod jobs;
pub mod orders;
pub mod overwrite;
pub mod policies;
pub mod policyholders;
pub mod schema;
pub mod steps;
pub mod view;
