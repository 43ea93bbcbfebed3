//! The bytes of a message, written to JSON as text where they are text.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// The exact bytes of a message body.
///
/// In JSON a body is `{"text": "…"}` when it is UTF-8 and `{"base64": "…"}` otherwise, so that a
/// reader sees what a person can read and still gets every byte back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// UTF-8 text.
    Text(String),
    /// Anything else, as standard base64.
    Base64(String),
}

impl Body {
    /// Wraps bytes without loss.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }

    /// The bytes again. A base64 body that was masked on its way into a record is no longer base64;
    /// then the masked characters themselves are returned.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.as_bytes()),
            Self::Base64(text) => STANDARD
                .decode(text)
                .map_or_else(|_| Cow::Borrowed(text.as_bytes()), Cow::Owned),
        }
    }

    /// The text, if the body is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Base64(_) => None,
        }
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.bytes().len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Base64(text) => text.is_empty(),
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(
            |error| Self::Base64(STANDARD.encode(error.as_bytes())),
            Self::Text,
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_byte_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let body = Body::from_bytes(&bytes);
            let json = serde_json::to_string(&body).unwrap();
            let again: Body = serde_json::from_str(&json).unwrap();
            let came_back = again.bytes();
            prop_assert_eq!(came_back.as_ref(), bytes.as_slice());
        }
    }
}
