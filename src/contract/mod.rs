//! What is asked of a partner: areas, cases, severity, clauses, profiles, parameters.

pub mod capability;
pub mod channel;
pub mod embedded;
pub mod error;
pub mod finding;
pub mod id;
pub mod lane;
pub mod mode;
pub mod profile;
pub mod rest;
pub mod rulebook;
pub mod severity;
pub mod supplies;
pub mod word;
