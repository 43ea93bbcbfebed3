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
mod control;
mod deliver;
mod event_id;
mod expect;
mod expect_api;
mod expect_log;
mod expect_order;
pub mod forge;
mod given;
mod operate;
mod parameters;
mod redeliver;
mod repeat;
mod timeline;
mod vary;
mod zone;
