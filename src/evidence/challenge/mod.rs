//! Challenges: what a reviewer demands of a run before it is made, and whether a run fits.

pub mod document;
pub mod fit;
