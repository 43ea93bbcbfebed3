//! Profiles: the values that the seeds leave open, as data that can be replaced.

mod attempts;
mod declared;
pub mod parameter;
pub mod period;
pub mod schedule;
pub mod values;

pub use values::Profile;
