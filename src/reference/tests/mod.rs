//! Tests against a running partner, over the network like everybody else.

mod defects;
mod deliveries;
mod callbacks;
mod rig;
