//! Tests against a running partner, over the network like everybody else.

mod books;
mod callbacks;
mod connections;
mod defects;
mod deliveries;
mod operations;
mod platform;
mod rig;
