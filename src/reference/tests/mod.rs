//! Tests against a running partner, over the network like everybody else.

mod callbacks;
mod connections;
mod defects;
mod deliveries;
mod operations;
mod ordering;
mod platform;
mod rig;
