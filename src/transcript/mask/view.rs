//! A text as it reads after one or more decodings, with the way back to the bytes as they stand.

use std::{borrow::Cow, ops::Range};

use super::decoding::{self, Decoded};

/// How often a text is decoded again: JSON in JSON in a URL in JSON is the worst that was ever seen.
const MOST_DECODINGS: usize = 4;
/// Bounds the work that a hostile text can cause.
const MOST_VIEWS: usize = 24;
/// The same for a text that is searched before it is passed on, and in which more is tried.
const MOST_VIEWS_AT_RELEASE: usize = 64;

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// As one line of JSON: its strings are decoded in any case.
    pub(super) json: bool,
    /// Whether its views know their origin; the others are made faster.
    pub(super) located: bool,
    /// Whether it is to be passed on: strings that stand side by side are read as one, and everything that may
    /// be base64 or hexadecimal is decoded.
    pub(super) release: bool,
}

/// Bytes and, for each of them, where its source begins in the original text.
pub(super) struct View<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// One entry per byte and one for the end; none when the bytes are the original itself.
    starts: Option<Vec<usize>>,
    depth: usize,
    /// Whether lines were joined or it was guessed what the bytes are, so that short words mean nothing in it.
    pub(super) guessed: bool,
    /// Whether runs of base64 and hexadecimal in it are decoded.
    has_runs: bool,
    last: bool,
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

    fn next<'b>(&self, decoded: Decoded) -> View<'b> {
        let starts = decoded
            .starts
            .map(|starts| starts.into_iter().map(|at| self.start(at)).collect());
        View {
            bytes: Cow::Owned(decoded.bytes),
            starts,
            depth: self.depth + 1,
            guessed: self.guessed,
            has_runs: false,
            last: false,
        }
    }

    /// Everything that it may mean when it is decoded once more.
    fn read_on<'b>(&self, how: Reading) -> Vec<View<'b>> {
        let (text, located) = (self.bytes.as_ref(), how.located);
        let mut views: Vec<View<'b>> = Vec::new();
        let single: [Option<Decoded>; 3] = [
            decoding::unescaped(text, located),
            decoding::percent(text, located),
            decoding::entities(text, located),
        ];
        if single.iter().flatten().count() > 1 {
            views.extend(decoding::every_escape(text, located).map(|decoded| self.next(decoded)));
        }
        views.extend(single.into_iter().flatten().map(|decoded| self.next(decoded)));
        if !self.guessed || self.has_runs {
            let ways = [
                decoding::joined(text, how.release, located),
                decoding::unchunked(text, located),
            ];
            views.extend(ways.into_iter().flatten().map(|decoded| View {
                guessed: true,
                has_runs: how.release,
                ..self.next(decoded)
            }));
        }
        if how.release {
            let runs = self
                .has_runs
                .then(|| decoding::runs_decoded(text, located))
                .flatten();
            views.extend(runs.map(|decoded| View {
                guessed: true,
                has_runs: true,
                ..self.next(decoded)
            }));
        } else {
            views.extend(decoding::one_case_hex(text).map(|bytes| View {
                bytes: Cow::Owned(bytes),
                starts: located.then(|| (0..=text.len()).map(|at| self.start(at)).collect()),
                depth: self.depth + 1,
                guessed: self.guessed,
                has_runs: false,
                last: true,
            }));
        }
        views
    }
}

/// Everything that the text may mean. The strings of a JSON line are decoded in any case; other text
/// is also looked at as it stands.
pub(super) fn all_views(text: &[u8], how: Reading) -> Vec<View<'_>> {
    let plain = View {
        bytes: Cow::Borrowed(text),
        starts: None,
        depth: 0,
        guessed: false,
        has_runs: true,
        last: false,
    };
    let mut views = Vec::new();
    if how.json {
        // As it stands, a line with escapes is no text that anybody reads.
        let strings = decoding::unescaped(text, how.located).map(|decoded| plain.next(decoded));
        let bodies: Vec<View<'_>> = decoding::base64_bodies(text)
            .map(|decoded| plain.next(decoded))
            .collect();
        views.push(strings.unwrap_or(plain));
        views.extend(bodies);
    } else {
        views.push(plain);
    }
    let most = if how.release {
        MOST_VIEWS_AT_RELEASE
    } else {
        MOST_VIEWS
    };
    let mut next = 0;
    while let Some(view) = views.get(next) {
        if view.depth < MOST_DECODINGS && !view.last && views.len() < most {
            for more in view.read_on(how) {
                // Decodings often come to the same in another order.
                let known = views.iter().any(|view| view.bytes == more.bytes);
                if !known && views.len() < most {
                    views.push(more);
                }
            }
        }
        next += 1;
    }
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str, json: bool) -> Vec<String> {
        let how = Reading {
            json,
            located: false,
            release: false,
        };
        all_views(text.as_bytes(), how)
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
        assert!(readings(r"\u{1f600}", false).iter().any(|view| view == "😀"));
        assert!(
            readings(r"b'\x41\xff'", false)
                .iter()
                .any(|view| view.contains('A'))
        );
        for entities in [
            "a&#x2F;b",
            "a&#47;b",
            "a&#047b",
            "a&sol;b",
            "a&amp;#47;b",
            "a&amp;sol;b",
        ] {
            assert!(
                readings(entities, false).iter().any(|view| view == "a/b"),
                "{entities}"
            );
        }
        assert!(readings(r"%5cu0026#x41;", false).iter().any(|view| view == "A"));
    }

    #[test]
    fn lines_are_joined() {
        for text in [
            "ab\r\n  cd",
            "ab=\r\ncd",
            "ab]]><![CDATA[cd",
            r"ab\ncd",
            "ab%0Acd",
            "ab\r\n2\r\ncd",
        ] {
            assert!(
                readings(text, false).iter().any(|view| view == "abcd"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_escape_is_taken_whole() {
        let text = br"xx\u00e9yy";
        let how = Reading {
            json: false,
            located: true,
            release: false,
        };
        let views = all_views(text, how);
        let view = &views[1];
        assert_eq!(view.bytes.as_ref(), "xxéyy".as_bytes());
        assert_eq!(view.origin(2..3), 2..8);
        assert_eq!(view.origin(3..5), 2..9);
    }

    #[test]
    fn what_only_looks_like_an_escape_stays() {
        for text in [
            r"\q",
            r"\u12",
            "100%",
            "%zz",
            r"\ud83d",
            "\\",
            "a & b",
            "&x;",
            "&#;",
            "&#x110000;",
        ] {
            assert_eq!(readings(text, false), [text]);
        }
    }
}
