//! Batch files: payments and issuances, many at once.
//!
//! A file is read and checked as a whole before anything of it is kept, and what is kept is kept in one
//! transaction. Each file is answered with an acknowledgement file that names every row that was refused.

pub mod acknowledgement;
pub mod export;
pub mod file;
pub mod import;
pub mod naive;
pub mod route;
pub mod row;
