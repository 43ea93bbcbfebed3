//! Starting the partner's own operations: by a request, a command or a person.

pub(super) mod answer;
pub mod checkout;
pub(super) mod command;
pub(super) mod http;
pub mod person;
mod refusal;
mod start;

pub use start::{ChannelError, Trigger};
