//! The words both sides speak: events, signatures, hashes, money, headers, and the vocabulary of
//! faults and tampering. Data and pure functions only.

pub mod batch;
pub mod body;
pub mod callback_variation;
pub mod checkout;
pub mod counted;
pub mod digest;
pub mod event;
pub mod event_schema;
pub mod fault;
pub mod fingerprint;
pub mod gateway_hash;
pub mod growth;
pub mod hash_mistake;
pub mod header;
pub mod json_dialect;
pub mod mistaken_signature;
pub mod moment;
pub mod money;
pub mod next_payment;
pub mod parameters;
pub mod phrase;
pub mod recurring;
pub mod return_template;
pub mod schedule_notice;
pub mod signature;
pub mod signature_mistake;
pub mod substitute;
pub mod tampering;
pub mod unusual_callback;
pub mod variation;
