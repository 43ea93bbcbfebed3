//! The bytes of a body as far as the page shows them.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{evidence::text::HtmlText, wire::body::Body};

/// Most bytes of one body that are shown.
pub(super) const BODY_LIMIT: usize = 2 * 1024;

/// The beginning of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    /// Its text.
    pub(super) text: HtmlText,
    /// Bytes of it that are only in the transcript.
    pub(super) more: usize,
    /// Whether bytes that are no text are written as `\x..`.
    pub(super) escaped: bool,
}

/// A body as it is shown; none when it is empty.
pub(super) fn shown(body: &Body) -> Option<Shown> {
    if body.is_empty() {
        return None;
    }
    let bytes = body.bytes();
    let (head, escaped) = match std::str::from_utf8(&bytes) {
        Ok(text) => (head(text).as_bytes(), false),
        Err(_) => (bytes.get(..BODY_LIMIT).unwrap_or(&bytes), true),
    };
    Some(Shown {
        text: HtmlText::block(&written(head)),
        more: bytes.len() - head.len(),
        escaped,
    })
}

fn head(text: &str) -> &str {
    let end = (0..=BODY_LIMIT.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

fn written(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_written_visibly() {
        let body = Body::from_bytes(b"a\xff\xfe<b>\x00");
        let shown = shown(&body).unwrap();
        assert_eq!(shown.text.as_str(), "a\\xff\\xfe<b>\\u{0000}");
        assert!(shown.escaped && shown.more == 0);
    }

    #[test]
    fn a_long_body_is_cut_between_characters_and_says_how_much_is_missing() {
        let text = format!("{}{}", "x".repeat(BODY_LIMIT - 1), "ä".repeat(3));
        let shown = shown(&Body::from_bytes(text.as_bytes())).unwrap();
        assert_eq!(shown.text.as_str().len(), BODY_LIMIT - 1);
        assert_eq!((shown.more, shown.escaped), (6, false));
        assert_eq!(super::shown(&Body::from_bytes(b"")), None);
    }

    #[test]
    fn a_body_of_ten_megabytes_takes_no_more_room_than_any_other() {
        let shown = shown(&Body::from(vec![b'x'; 10 << 20])).unwrap();
        assert_eq!(shown.text.as_str().len(), BODY_LIMIT);
        assert_eq!(shown.more, (10 << 20) - BODY_LIMIT);
    }
}
