//! The integration tests: they drive the real program and hold the tree against its own rules.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod attestation;
mod bundle;
mod channels;
mod checkout;
mod cli;
mod contract;
mod control;
mod coverage;
mod defects;
mod evidence;
mod explore;
mod external;
mod first_look;
mod fixtures;
mod forger;
mod hostile;
mod interrupt;
mod layering;
mod matrix;
mod partner;
mod platform;
mod program;
mod recurring;
mod redactor;
mod run;
mod sample;
mod sandbox_command;
mod shared;
mod suite;
mod tamper;
mod tamper_matrix;
mod tamperings;
mod vectors;
mod vectors_recurring;
