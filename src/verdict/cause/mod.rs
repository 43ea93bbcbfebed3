//! From many examples that did not pass to the few causes behind them. A cause explains; it changes no verdict, and
//! every example keeps its own.

mod alike;
mod among;
mod broken;
mod client;
mod door;
mod effects;
mod find;
mod inaction;
mod late;
mod log;
mod operations;
mod refused;
mod repeated;
mod signs;
mod sum;
mod told;
mod undeclared;
mod unfinished;
mod unverified;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use find::find;
pub use signs::{Signs, SignsOfRun};
pub use told::{Cause, Kind, Sure};
