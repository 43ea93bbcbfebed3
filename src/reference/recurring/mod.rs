//! senangPay recurring callbacks, in the JSON ("advance") and the form format.

pub mod apply;
pub mod details;
pub mod fields;
pub mod habits;
pub mod handler;
pub mod hash;
pub mod misread;
pub mod multipart;
pub mod naive;
pub mod notices;
pub mod page;
pub mod returned;
pub mod schedule;
pub mod status;
pub mod strict;
pub mod template;
