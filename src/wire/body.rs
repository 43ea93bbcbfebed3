//! The bytes of a message, written to JSON as text where they are text.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// The exact bytes of a message body.
///
/// In JSON a body is `{"text": "…"}` when it is UTF-8 and `{"base64": "…"}` otherwise, so that a
/// reader sees what a person can read and still gets every byte back. Text that is mostly one character
/// again and again, such as padding, is `{"padded": {…}}`: the same bytes in less room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// UTF-8 text.
    Text(String),
    /// UTF-8 text with one long run of a single character.
    Padded(Padded),
    /// Anything else, as standard base64.
    Base64(String),
}

/// Text with a run of one character in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Padded {
    before: String,
    character: char,
    times: u32,
    after: String,
}

/// Runs shorter than this are written out.
const SHORTEST_RUN: usize = 4096;

/// Longest run that is read back, in characters: a record that asks for more was not written here.
const LONGEST_RUN: u32 = 64 << 20;

impl Padded {
    /// The text in this form, if its longest run of a single ASCII character is long enough.
    fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (mut best, mut from) = (0..0, 0);
        for place in 1..=bytes.len() {
            if bytes.get(place) != bytes.get(from) {
                if place - from > best.len() {
                    best = from..place;
                }
                from = place;
            }
        }
        let times = u32::try_from(best.len())
            .ok()
            .filter(|times| *times <= LONGEST_RUN)?;
        let character = char::from(*bytes.get(best.start)?);
        (best.len() >= SHORTEST_RUN && character.is_ascii()).then(|| Self {
            before: text[..best.start].to_owned(),
            character,
            times,
            after: text[best.end..].to_owned(),
        })
    }

    fn written_out(&self) -> String {
        let run = usize::try_from(self.times.min(LONGEST_RUN)).unwrap_or_default();
        let mut text = String::with_capacity(self.before.len() + run + self.after.len());
        text.push_str(&self.before);
        text.extend(std::iter::repeat_n(self.character, run));
        text.push_str(&self.after);
        text
    }
}

impl Body {
    /// Wraps bytes without loss.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Padded::of(text).map_or_else(|| Self::Text(text.to_owned()), Self::Padded),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }

    /// The bytes again. A base64 body that was masked on its way into a record is no longer base64;
    /// then the masked characters themselves are returned.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.as_bytes()),
            Self::Padded(padded) => Cow::Owned(padded.written_out().into_bytes()),
            Self::Base64(text) => STANDARD
                .decode(text)
                .map_or_else(|_| Cow::Borrowed(text.as_bytes()), Cow::Owned),
        }
    }

    /// The text, if the body is text that stands as it is.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Padded(_) | Self::Base64(_) => None,
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
            Self::Padded(_) => false,
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Padded::of(&text).map_or(Self::Text(text), Self::Padded),
            Err(error) => Self::Base64(STANDARD.encode(error.as_bytes())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padding_takes_no_room() {
        let text = format!("{{\"pad\":\"{}\",\"é\":1}}", "x".repeat(5 << 20));
        let body = Body::from(text.clone().into_bytes());
        assert_eq!(body.bytes().as_ref(), text.as_bytes());
        assert_eq!(Body::from_bytes(text.as_bytes()), body);
        let json = serde_json::to_string(&body).unwrap();
        assert!(json.len() < 200, "{json}");
        assert_eq!(serde_json::from_str::<Body>(&json).unwrap(), body);
    }

    #[test]
    fn a_run_that_nobody_wrote_is_bounded() {
        let json = r#"{"padded":{"before":"","character":"x","times":4294967295,"after":""}}"#;
        let body: Body = serde_json::from_str(json).unwrap();
        assert_eq!(body.len(), 64 << 20);
    }

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
