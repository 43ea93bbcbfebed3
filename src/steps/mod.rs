//! The world of one example and the step definitions: thin, they wait through actors and record
//! checks.

pub mod compose;
pub mod context;
pub mod slots;
pub mod stop;
pub mod vectors;
pub mod world;
pub mod writing;

mod alarm;
mod broken_off;
mod callback;
mod claim;
mod control;
mod deliver;
mod dependency;
mod expect;
mod expect_api;
mod expect_log;
pub mod forge;
mod given;
mod grow;
mod interleave;
mod operate;
mod operations;
mod outage;
mod parameters;
mod policy;
mod ready;
mod redeliver;
mod refund;
mod repeat;
mod rotation;
mod sum;
mod vary;
