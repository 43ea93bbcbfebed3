//! What an operation of the partner's showed to whoever started it.

use serde::{Deserialize, Serialize};

use crate::wire::moment::Micros;

/// Most characters that are kept.
pub const LONGEST: usize = 4096;

/// The text of an answer, an output or a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The operation's name.
    pub operation: String,
    /// The text, masked, its beginning.
    pub text: String,
    /// When the operation ended.
    pub at: Micros,
}
