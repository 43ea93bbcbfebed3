//! What support asks for when a partner writes to it (000:11.2, 001:12.2), taken from a run.

pub mod document;
pub mod gather;
mod private;
mod told;

pub use told::told;
