//! The reference partner: an independent integration with switches for defects.
//!
//! It plays the merchant or insurer backend that a conformance run judges. It shares nothing with the
//! rest of the crate: it has its own event parser, its own store (SQLite), its own log, and it leaves
//! signature verification to the third-party `standardwebhooks` crate. Own verification code runs only
//! where a [`Defect`] asks for a mistake that the library does not make.

pub mod api_client;
pub mod batch;
pub mod body;
pub mod broken;
pub mod checkout;
pub mod clock;
pub mod confirmation;
pub mod declarations;
pub mod defect;
pub mod defect_table;
pub mod effects;
pub mod error;
pub mod faults;
pub mod front;
pub mod header_case;
pub mod html;
pub mod identity;
pub mod json;
pub mod keeper;
pub mod kept_certificate;
pub mod leaks;
pub mod log;
pub mod money;
pub mod options;
pub mod partner;
pub mod place;
pub mod recurring;
pub mod reply;
pub mod router;
pub mod server;
pub mod start;
pub mod store;
pub mod strain;
pub mod support;
pub mod tls;
pub mod unread;
pub mod webhook;

#[cfg(test)]
mod tests;

pub use defect::Defect;
pub use error::ReferenceError;
pub use options::{Authentication, Options, Ready, Secrets};
pub use server::serve;
