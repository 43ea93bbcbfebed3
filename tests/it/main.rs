//! The integration tests: they drive the real program and hold the tree against its own rules.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bundle;
mod channels;
mod checkout;
mod cli;
mod contract;
mod control;
mod coverage;
mod defects;
mod evidence;
mod examples;
mod explore;
mod first_look;
mod fixtures;
mod hostile;
mod interrupt;
mod layering;
mod matrix;
mod partner;
mod person;
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
mod vectors;
mod vectors_recurring;
mod ways;
