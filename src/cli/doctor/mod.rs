//! `doctor`: looks at everything that a run depends on, and says of each what to do about it.

pub mod arguments;
pub mod command;
pub mod report;

pub mod bench;
pub mod clock;
pub mod delivery;
pub mod effects;
pub mod file;
pub mod foresight;
pub mod limits;
pub mod lists;
pub mod log;
pub mod others;
pub mod patient;
pub mod reach;
pub mod secrets;
pub mod show;
pub mod starts;
pub mod tls;
