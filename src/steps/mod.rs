//! The world of one example and the step definitions: thin, they wait through actors and record
//! checks.

pub mod compose;
pub mod context;
pub mod first_look;
mod rest;
pub mod slots;
pub mod stage;
pub mod stop;
pub mod vectors;
pub mod world;
pub mod writing;

mod callback;
mod claim;
mod control;
mod deliver;
mod event_id;
mod expect;
mod expect_api;
mod expect_log;
mod expect_order;
mod facts;
pub mod forge;
mod given;
mod grow;
mod interleave;
mod load;
mod load_attack;
mod load_burst;
mod load_claim;
mod memory;
mod operate;
mod parameters;
mod policy;
mod ready;
mod redeliver;
mod refund;
mod repeat;
mod sum;
mod timeline;
mod vary;
mod zone;
