//! The simulated platform API that a partner's client is pointed at: honest answers with real
//! state, a script of faults per example, and a record of every request.

pub mod api;
mod broken_answer;
pub mod credential;
pub mod document;
pub mod fault;
pub mod flawed;
pub mod gate;
pub mod growth;
pub mod head;
pub mod intake;
pub mod ledger;
pub mod limiter;
pub mod mount;
pub mod news;
pub mod openapi;
mod openapi_bodies;
mod openapi_examples;
pub mod options;
pub mod price;
pub mod production;
pub mod reader;
pub mod registry;
pub mod reply;
pub mod reserved;
pub mod retirement;
pub mod route;
pub mod schema;
pub mod server;
pub mod state;
pub mod station;
pub mod stranger;
pub mod substitute;
pub mod target;
pub mod tls;
pub mod token;

pub use mount::{Mount, Watch};
pub use options::{Authentication, Base, SandboxError, SandboxOptions};
pub use server::Sandbox;

#[cfg(test)]
mod tests;
