//! A text as it reads after one or more decodings, with the way back to the bytes as they stand.

use std::{borrow::Cow, ops::Range};

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How often a text is decoded again: JSON in JSON in a URL in JSON is the worst that was ever seen.
const MOST_DECODINGS: usize = 4;
/// Bounds the work that a hostile text can cause.
const MOST_VIEWS: usize = 16;

/// Bytes and, for each of them, where its source begins in the original text.
pub(super) struct View<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// One entry per byte and one for the end; none when the bytes are the original itself.
    starts: Option<Vec<usize>>,
    depth: usize,
}

impl View<'_> {
    /// Where these bytes come from. Bytes that were written as one escape are taken together.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let Some(starts) = &self.starts else { return range };
        let begin = starts.get(range.start).copied().unwrap_or_default();
        let last = range
            .end
            .checked_sub(1)
            .and_then(|at| starts.get(at))
            .copied()
            .unwrap_or(begin);
        let end = starts
            .iter()
            .skip(range.end)
            .copied()
            .find(|start| *start > last)
            .unwrap_or(last);
        begin..end
    }

    fn start(&self, at: usize) -> usize {
        self.starts
            .as_ref()
            .map_or(at, |starts| starts.get(at).copied().unwrap_or_default())
    }
}

/// Everything that the text may mean. The strings of a JSON line are decoded in any case; other text
/// is also looked at as it stands. Only `located` views know their origin; the others are made faster.
pub(super) fn all_views(text: &[u8], json: bool, located: bool) -> Vec<View<'_>> {
    let plain = View {
        bytes: Cow::Borrowed(text),
        starts: None,
        depth: 0,
    };
    let mut views = Vec::new();
    if json {
        // As it stands, a line with escapes is no text that anybody reads.
        let strings = unescaped(&plain, located);
        views.push(strings.unwrap_or(plain));
        views.extend(base64_bodies(text));
    } else {
        views.push(plain);
    }
    let mut next = 0;
    while let Some(view) = views.get(next) {
        if view.depth < MOST_DECODINGS {
            let more = [unescaped(view, located), percent_decoded(view, located)];
            views.extend(more.into_iter().flatten());
            views.truncate(MOST_VIEWS);
        }
        next += 1;
    }
    views
}

fn decoded<'a>(
    view: &View<'_>,
    located: bool,
    escape: u8,
    decode: impl Fn(&[u8], &mut Vec<u8>) -> Option<usize>,
) -> Option<View<'a>> {
    let source = view.bytes.as_ref();
    if !source.contains(&escape) {
        return None;
    }
    let mut bytes = Vec::with_capacity(source.len());
    let mut starts = located.then(|| Vec::with_capacity(source.len() + 1));
    let mut changed = false;
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let run = rest.iter().position(|byte| *byte == escape).unwrap_or(rest.len());
        bytes.extend_from_slice(rest.get(..run).unwrap_or_default());
        if let Some(starts) = &mut starts {
            starts.extend((at..at + run).map(|at| view.start(at)));
        }
        at += run;
        let Some(escaped) = source.get(at..).filter(|rest| !rest.is_empty()) else {
            break;
        };
        let used = decode(escaped, &mut bytes);
        changed |= used.is_some();
        if used.is_none() {
            bytes.push(escape);
        }
        if let Some(starts) = &mut starts {
            starts.resize(bytes.len(), view.start(at));
        }
        at += used.unwrap_or(1);
    }
    if let Some(starts) = &mut starts {
        starts.push(view.start(source.len()));
    }
    changed.then(|| View {
        bytes: Cow::Owned(bytes),
        starts,
        depth: view.depth + 1,
    })
}

/// Without the escapes of JSON strings, and the `\x41` that several languages print.
fn unescaped<'a>(view: &View<'_>, located: bool) -> Option<View<'a>> {
    decoded(view, located, b'\\', |rest, out| {
        let byte = match rest.get(1)? {
            same @ (b'"' | b'\\' | b'/' | b'\'') => *same,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'x' => {
                out.push(two_digits(rest.get(2..4)?)?);
                return Some(4);
            }
            b'u' => return unicode(rest, out),
            _ => return None,
        };
        out.push(byte);
        Some(2)
    })
}

fn unicode(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let high = four_digits(rest.get(2..6)?)?;
    let (code, used) = match high {
        0xD800..=0xDBFF => {
            let low = rest
                .get(6..8)
                .filter(|escape| escape == b"\\u")
                .and(rest.get(8..12))?;
            let low = four_digits(low).filter(|low| (0xDC00..=0xDFFF).contains(low))?;
            (0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00), 12)
        }
        code => (code, 6),
    };
    let mut buffer = [0; 4];
    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut buffer).as_bytes());
    Some(used)
}

/// Without percent encoding (RFC 3986, 2.1).
fn percent_decoded<'a>(view: &View<'_>, located: bool) -> Option<View<'a>> {
    decoded(view, located, b'%', |rest, out| {
        out.push(two_digits(rest.get(1..3)?)?);
        Some(3)
    })
}

fn two_digits(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((value << 4) | u8::try_from(digit).ok()?)
    })
}

fn four_digits(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        Some((value << 4) | char::from(*digit).to_digit(16)?)
    })
}

/// The bodies of a record that are kept as base64, as the bytes that they were.
fn base64_bodies(line: &[u8]) -> Vec<View<'static>> {
    const MEMBER: &[u8] = br#""base64":""#;
    let mut views = Vec::new();
    let mut from = 0;
    while let Some(at) = line.get(from..).and_then(|rest| position(rest, MEMBER)) {
        let begin = from + at + MEMBER.len();
        let rest = line.get(begin..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        if let Ok(bytes) = STANDARD.decode(text) {
            let mut starts: Vec<usize> = (0..bytes.len()).map(|index| begin + index / 3 * 4).collect();
            starts.push(begin + length);
            views.push(View {
                bytes: Cow::Owned(bytes),
                starts: Some(starts),
                depth: 1,
            });
        }
        from = begin + length;
    }
    views
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str, json: bool) -> Vec<String> {
        all_views(text.as_bytes(), json, false)
            .iter()
            .map(|view| String::from_utf8_lossy(&view.bytes).into_owned())
            .collect()
    }

    #[test]
    fn text_is_read_through_nested_escapes() {
        assert!(
            readings(r#"{"a":"{\"b\":\"x\\\/y\\u0041\"}"}"#, true)
                .iter()
                .any(|view| view.contains("x/yA"))
        );
        assert!(readings("a%2520b", false).iter().any(|view| view == "a b"));
        assert!(readings(r"\ud83d\ude00", false).iter().any(|view| view == "😀"));
        assert!(
            readings(r"b'\x41\xff'", false)
                .iter()
                .any(|view| view.contains('A'))
        );
    }

    #[test]
    fn an_escape_is_taken_whole() {
        let text = br"xx\u00e9yy";
        let views = all_views(text, false, true);
        let view = &views[1];
        assert_eq!(view.bytes.as_ref(), "xxéyy".as_bytes());
        assert_eq!(view.origin(2..3), 2..8);
        assert_eq!(view.origin(3..5), 2..9);
    }

    #[test]
    fn what_only_looks_like_an_escape_stays() {
        for text in [r"\q", r"\u12", "100%", "%zz", r"\ud83d", "\\"] {
            assert_eq!(readings(text, false), [text]);
        }
    }
}
