//! What a later platform does that an older client must put up with, as data.

use serde::{Deserialize, Serialize};

/// A way in which honest answers have grown since the client was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Growth {
    /// Every object has members that the contract does not name.
    Members,
    /// Answers carry header lines that the contract does not name.
    Headers,
    /// A list that decides nothing holds a value that was not there before.
    NewValue,
    /// Ids have 64 characters.
    LongIds,
    /// Answers announce the end of this version (RFC 9745, RFC 8594).
    Deprecated,
}

impl Growth {
    /// Characters of a long id.
    pub const LONG_ID: usize = 64;
}

/// The phrase names no way in which the platform grows.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no way in which answers grow")]
pub struct UnknownGrowth(pub String);

impl std::str::FromStr for Growth {
    type Err = UnknownGrowth;

    fn from_str(phrase: &str) -> Result<Self, UnknownGrowth> {
        Ok(match phrase {
            "members that nobody knows yet" => Self::Members,
            "header lines that nobody knows yet" => Self::Headers,
            "a new product and a new variant" => Self::NewValue,
            "ids of 64 characters" => Self::LongIds,
            "the announced end of this version" => Self::Deprecated,
            other => return Err(UnknownGrowth(other.to_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_phrases_of_the_features_are_read() {
        assert_eq!("ids of 64 characters".parse(), Ok(Growth::LongIds));
        assert!("longer ids".parse::<Growth>().is_err());
    }
}
