//! The world of one example and the step definitions: thin, they wait through actors and record
//! checks.

pub mod compose;
pub mod context;
pub mod counterpart;
mod rest;
pub mod slots;
pub mod stage;
pub mod stop;
pub mod vectors;
pub mod world;
pub mod writing;

mod callback;
mod canary;
mod claim;
mod control;
mod deliver;
mod event_id;
mod expect;
mod expect_api;
mod expect_log;
mod expect_order;
mod expect_payload;
pub mod explore;
mod facts;
pub mod forge;
mod given;
mod grow;
mod held_answers;
mod interleave;
mod memory;
mod operate;
mod parameters;
pub mod payload;
mod policy;
mod ready;
mod redeliver;
mod refund;
mod repeat;
mod sum;
mod timeline;
mod two_paths;
mod vary;
mod zone;
