//! Bodies: text where they are text, base64 otherwise, and of long ones the beginning.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::document::{Content, PostData};
use crate::wire::{body::Body, header::Headers};

/// Most bytes of a body that are shown. The transcript has all that was kept.
const LONGEST: usize = 64 * 1024;

/// Type of a body whose headers name none, as browsers write it.
const UNKNOWN: &str = "x-unknown";

struct Shown {
    text: String,
    encoding: Option<&'static str>,
    comment: Option<String>,
    size: usize,
}

fn shown(body: &Body, truncated: bool) -> Shown {
    let bytes = body.bytes();
    let size = bytes.len();
    let kept = bytes.get(..LONGEST).unwrap_or(&bytes);
    let (text, encoding) = match std::str::from_utf8(kept) {
        Ok(text) => (text.to_owned(), None),
        // The cut may have gone through a character.
        Err(error) if error.error_len().is_none() && size > LONGEST => {
            let whole = kept.get(..error.valid_up_to()).unwrap_or_default();
            (String::from_utf8_lossy(whole).into_owned(), None)
        }
        Err(_) => (STANDARD.encode(kept), Some("base64")),
    };
    let comment = if size > LONGEST {
        Some(format!(
            "the first {LONGEST} of {size} bytes; the rest is in the transcript"
        ))
    } else if truncated {
        Some("the beginning; the body was longer than what is kept".to_owned())
    } else {
        None
    };
    Shown {
        text,
        encoding,
        comment,
        size,
    }
}

fn mime_type(headers: &Headers) -> String {
    headers.get("content-type").unwrap_or(UNKNOWN).to_owned()
}

/// The body of a request, if it has one.
pub(super) fn sent(body: &Body, headers: &Headers) -> Option<PostData> {
    if body.is_empty() {
        return None;
    }
    let Shown {
        text,
        encoding,
        comment,
        ..
    } = shown(body, false);
    Some(PostData {
        mime_type: mime_type(headers),
        text,
        encoding,
        comment,
    })
}

/// The body of an answer; none where there was no answer.
pub(super) fn answered(body: Option<&Body>, headers: &Headers, truncated: bool) -> Content {
    let shown = body
        .filter(|body| !body.is_empty())
        .map(|body| shown(body, truncated));
    let (size, text, encoding, comment) = shown.map_or((0, None, None, None), |shown| {
        (shown.size, Some(shown.text), shown.encoding, shown.comment)
    });
    Content {
        size,
        mime_type: mime_type(headers),
        text,
        encoding,
        comment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_base64() {
        let headers = Headers::new().with("Content-Type", "image/png");
        let content = answered(Some(&Body::from_bytes(b"\xff\xd8")), &headers, false);
        assert_eq!(content.text.as_deref(), Some("/9g="));
        assert_eq!((content.encoding, content.size), (Some("base64"), 2));
        assert_eq!(content.mime_type, "image/png");
    }

    #[test]
    fn a_long_body_is_cut_between_characters_and_says_so() {
        let body = Body::from_bytes(format!("{}é{}", "x".repeat(LONGEST - 1), "y".repeat(10)).as_bytes());
        let content = answered(Some(&body), &Headers::new(), false);
        assert_eq!(content.text.unwrap().len(), LONGEST - 1);
        assert_eq!(content.size, LONGEST + 11);
        assert!(content.comment.unwrap().contains("of 65547 bytes"));
        assert_eq!(content.encoding, None);
    }

    #[test]
    fn nothing_has_no_text() {
        assert!(sent(&Body::from_bytes(b""), &Headers::new()).is_none());
        let content = answered(None, &Headers::new(), false);
        assert_eq!((content.size, content.text), (0, None));
    }
}
