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
mod diff;
mod evidence;
mod explore;
mod first_look;
mod fixtures;
mod hostile;
mod interrupt;
mod layering;
mod leaks;
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
mod support;
mod tamper;
mod vectors;
mod vectors_recurring;
