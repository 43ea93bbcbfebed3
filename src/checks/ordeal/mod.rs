//! What the partner's API client did while the platform failed in some way, on purpose.

pub mod bounded;
pub mod conflict;
pub mod done;
pub mod family;
pub mod login;
pub mod redirect;
pub mod resumed;
pub mod shown;
pub mod traced;
pub mod unreachable;
pub mod within;

#[cfg(test)]
pub(crate) mod samples;
