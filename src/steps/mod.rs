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
mod connections;
mod control;
mod deliver;
mod disclosure;
mod endpoint;
mod expect;
mod expect_api;
mod expect_endpoint;
mod expect_log;
pub mod forge;
mod given;
mod grow;
mod interleave;
mod log_record;
mod operate;
mod parameters;
mod planting;
mod policy;
mod ready;
mod redeliver;
mod refund;
mod repeat;
mod sum;
mod vary;
