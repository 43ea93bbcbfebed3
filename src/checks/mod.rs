//! Pure predicates over what was recorded. A check is data with its parameters; evaluating it needs
//! nothing but records, so that a bundle can be judged again without the partner.

pub mod acknowledgement;
pub mod amount;
pub mod api;
pub mod attempt;
pub mod browser;
pub mod check;
pub mod claim;
pub mod collected;
pub mod connection;
pub mod control;
pub mod disclosure;
pub mod duplicate;
pub mod effect;
pub mod endpoint;
pub mod gathered;
pub mod log;
pub mod log_record;
pub mod misdelivered;
pub mod outcome;
pub mod ownership;
pub mod rate_limit;
pub mod state;
pub mod view;
pub mod words;

#[cfg(test)]
pub(crate) mod samples;
