//! The world of one example and the step definitions: thin, they wait through actors and record
//! checks.

pub mod compose;
pub mod context;
mod rest;
pub mod slots;
pub mod stage;
pub mod stop;
pub mod vectors;
pub mod world;
pub mod writing;

mod callback;
mod control;
mod deliver;
mod expect;
mod expect_api;
mod expect_log;
mod facts;
pub mod forge;
mod given;
mod memory;
mod operate;
mod parameters;
mod redeliver;
mod repeat;
mod vary;
