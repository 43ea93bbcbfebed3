//! Tests against a running partner, over the network like everybody else.

mod books;
mod callbacks;
mod confirmations;
mod connections;
mod defects;
mod deliveries;
mod memory;
mod operations;
mod ordering;
mod platform;
mod rig;
mod strictness;
mod subscriptions;
