//! Pure predicates over what was recorded. A check is data with its parameters; evaluating it needs
//! nothing but records, so that a bundle can be judged again without the partner.

pub mod acknowledgement;
pub mod alarm;
pub mod amount;
pub mod api;
pub mod attempt;
pub mod browser;
pub mod callback;
pub mod canary;
pub mod check;
pub mod checkout;
pub mod claim;
pub mod collected;
pub mod connection;
pub mod control;
pub mod counterpart;
pub mod disclosure;
pub mod duplicate;
pub mod effect;
pub mod endpoint;
pub mod fate;
pub mod gathered;
pub mod key_rotation;
pub mod load;
pub mod log;
pub mod log_record;
pub mod memory;
pub mod misdelivered;
pub mod next_payment;
pub mod order;
pub mod outage;
pub mod outcome;
pub mod ownership;
pub mod page;
pub mod payload;
pub mod plain_ok;
pub mod processed;
pub mod rate_limit;
pub mod return_page;
pub mod secrets;
pub mod state;
pub mod traffic;
pub mod trial;
pub mod view;
pub mod words;

#[cfg(test)]
pub(crate) mod samples;
