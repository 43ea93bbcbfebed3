//! The words both sides speak: events, signatures, hashes, money, headers, and the vocabulary of
//! faults and tampering. Data and pure functions only.

pub mod body;
pub mod callback_variation;
pub mod checkout;
pub mod digest;
pub mod event;
pub mod fault;
pub mod header;
pub mod moment;
pub mod money;
pub mod parameters;
pub mod phrase;
pub mod recurring;
pub mod signature;
pub mod tampering;
pub mod variation;
