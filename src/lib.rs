//! Conformance test harness and certification suite for integrations with the Senang platform.
//!
//! The rooms stand in the order in which they may use each other: a room uses only rooms above it.
//! `tests/it/layering.rs` holds the code against that order.

pub mod wire;

pub mod contract;

pub mod suite;

pub mod config;

pub mod plan;

pub mod transcript;

pub mod checks;

pub mod actors;

pub mod steps;

pub mod runner;

pub mod explore;

pub mod verdict;

pub mod evidence;

pub mod verify;

pub mod reference;

pub mod cli;
