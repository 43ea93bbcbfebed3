//! The world of one example and the step definitions: thin, they wait through actors and record
//! checks.

pub mod compose;
pub mod context;
pub mod slots;
pub mod stop;
pub mod vectors;
pub mod world;
pub mod writing;

mod callback;
mod canary;
mod claim;
mod control;
mod deliver;
mod expect;
mod expect_api;
mod expect_log;
mod expect_payload;
pub mod explore;
pub mod forge;
mod given;
mod grow;
mod interleave;
mod operate;
mod parameters;
pub mod payload;
mod policy;
mod ready;
mod redeliver;
mod refund;
mod repeat;
mod sum;
mod vary;
