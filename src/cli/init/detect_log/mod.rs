//! What the lines of a log hold: which of their values are event id, time, type and result, and how sure that is.

mod choose;
mod known;
mod tail;
mod text_form;
mod tokens;
mod when;

#[cfg(test)]
mod tests;

pub use choose::{Field, Found, Guess, guess};
pub use tail::tail;
