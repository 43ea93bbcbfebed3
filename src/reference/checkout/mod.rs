//! The shop's checkout: it hands customers over to the gateway's hosted page, in a form of its own or in
//! a frame, and takes them back.

mod attempt;
mod page;
mod request;
pub mod returned;
pub mod route;
mod script;
pub mod twice;

pub use attempt::order_of;
