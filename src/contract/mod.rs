//! What is asked of a partner: areas, cases, severity, clauses, profiles, parameters.

pub mod id;
pub mod severity;
