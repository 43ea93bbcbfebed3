//! Success answers that say something else than success.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What stands behind a success status instead of the honest answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Substitute {
    /// The resource that was asked for, with the status `failed`.
    Failed,
    /// The resource that was asked for, with a status outside the contract.
    UnknownStatus,
    /// No byte.
    Empty,
    /// No byte, and status 204 that says so.
    NoContent,
    /// The beginning of a JSON text.
    BrokenJson,
    /// The page of a gateway.
    HtmlPage,
    /// A paid resource that belongs to somebody else: other ids, other amount.
    Foreign,
}

impl Substitute {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Failed,
        Self::UnknownStatus,
        Self::Empty,
        Self::NoContent,
        Self::BrokenJson,
        Self::HtmlPage,
        Self::Foreign,
    ];

    /// The status line.
    pub fn status(self) -> u16 {
        if self == Self::NoContent { 204 } else { 200 }
    }
}

impl fmt::Display for Substitute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "200 and the status failed",
            Self::UnknownStatus => "200 and a status outside the contract",
            Self::Empty => "200 and no body",
            Self::NoContent => "204 and no body",
            Self::BrokenJson => "200 and half a JSON text",
            Self::HtmlPage => "200 and the page of a gateway",
            Self::Foreign => "200 and the payment of somebody else",
        })
    }
}
