//! What a text that is about to be passed on still shows, and where.

use std::{
    collections::BTreeSet,
    num::NonZero,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
};

use super::{masker::Masker, view::Reading};

/// Searched at once. A secret of any length in any writing fits many times.
const SEGMENT: usize = 64 * 1024;
/// Searched twice, at the end of one segment and the beginning of the next.
const OVERLAP: usize = 8 * 1024;

/// A place that shows a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// Where its first byte stands.
    pub offset: usize,
    /// How many bytes it takes as it is written there.
    pub length: usize,
    /// What the secret is called.
    pub label: String,
}

impl Masker {
    /// Everything in these bytes that shows a secret: in plain, in any encoding that the masker knows, broken
    /// into lines, chunks or strings of a list, and in base64 and hexadecimal of any of these. In the order of
    /// the bytes.
    pub fn leaks(&self, bytes: &[u8]) -> Vec<Leak> {
        self.leaks_by(bytes, SEGMENT, OVERLAP)
    }

    fn leaks_by(&self, bytes: &[u8], size: usize, overlap: usize) -> Vec<Leak> {
        let segments = segments(bytes, size, overlap);
        let workers = available_parallelism()
            .map_or(1, NonZero::get)
            .min(segments.len());
        let next = AtomicUsize::new(0);
        let found = Mutex::new(BTreeSet::new());
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some(segment) = segments.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let text = bytes.get(segment.clone()).unwrap_or_default();
                        self.leaks_of(text, &mut |place, label| {
                            let place = (segment.start + place.start, segment.start + place.end);
                            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                            found.insert((place.0, place.1, label));
                        });
                    }
                });
            }
        });
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut leaks: Vec<Leak> = Vec::new();
        let mut ends = 0;
        // Several readings of one place are one leak.
        for (start, end, label) in found {
            let same = leaks
                .last()
                .is_some_and(|last| start < ends && last.label == self.name(label));
            if same {
                ends = ends.max(end);
                if let Some(last) = leaks.last_mut() {
                    last.length = ends - last.offset;
                }
            } else {
                ends = end;
                leaks.push(Leak {
                    offset: start,
                    length: end - start,
                    label: self.name(label),
                });
            }
        }
        leaks
    }

    fn leaks_of(&self, text: &[u8], found: &mut impl FnMut(Range<usize>, usize)) {
        let how = |located| Reading {
            json: false,
            located,
            release: true,
        };
        let mut shows = false;
        self.scan(text, how(false), |_, _, _| shows = true);
        if !shows {
            return;
        }
        let masks = self.masks_in(text);
        self.scan(text, how(true), |view, range, label| {
            let place = view.origin(range);
            let masked = masks
                .iter()
                .any(|mask| mask.start <= place.start && place.end <= mask.end);
            if !masked {
                found(place, label);
            }
        });
    }

    fn masks_in(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut masks = Vec::new();
        let mut at = 0;
        for chunk in text.utf8_chunks() {
            let inside = self.masks(chunk.valid()).into_iter();
            masks.extend(inside.map(|mask| at + mask.start..at + mask.end));
            at += chunk.valid().len() + chunk.invalid().len();
        }
        masks
    }
}

/// Overlapping parts of a long text. They begin where something ends, as far as there is such a place, so that
/// what is read from there is read as it was meant.
fn segments(bytes: &[u8], size: usize, overlap: usize) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let mut start = 0;
    loop {
        let end = bytes.len().min(start + size);
        segments.push(start..end);
        if end == bytes.len() {
            return segments;
        }
        let earliest = end - overlap;
        let shared = bytes.get(earliest..end).unwrap_or_default();
        let early = shared.get(..overlap / 2).unwrap_or_default();
        let ends = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"+/-_=\\%&#;".contains(byte);
        let seam = memchr::memchr(b'\n', early).or_else(|| early.iter().position(ends));
        start = earliest + seam.map_or(0, |at| at + 1);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
    };
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn masker(secret: &[u8]) -> Masker {
        let mut masker = Masker::new();
        masker.learn("the key", secret);
        masker
    }

    fn each(secret: &[u8], write: impl Fn(u8) -> String) -> String {
        secret.iter().map(|byte| write(*byte)).collect()
    }

    fn wrapped(text: &str, width: usize, seam: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let lines = characters
            .chunks(width)
            .map(|line| line.iter().collect::<String>());
        lines.collect::<Vec<_>>().join(seam)
    }

    fn mixed_case(text: &str) -> String {
        let turn = |(at, letter): (usize, char)| {
            if at % 3 == 0 {
                letter.to_ascii_uppercase()
            } else {
                letter
            }
        };
        text.chars().enumerate().map(turn).collect()
    }

    fn partly(secret: &[u8], write: impl Fn(u8) -> String) -> String {
        let turn = |(at, byte): (usize, &u8)| {
            if at % 2 == 0 || !byte.is_ascii_alphanumeric() {
                write(*byte)
            } else {
                char::from(*byte).to_string()
            }
        };
        secret.iter().enumerate().map(turn).collect()
    }

    /// The secret over several lines, strings, sections or chunks, where its own characters allow that.
    fn in_pieces(text: &str) -> Vec<(&'static str, String)> {
        let divisible =
            text.is_ascii() && !text.contains(|sign: char| sign.is_whitespace() || "\"=]\\".contains(sign));
        let mut all = Vec::new();
        if divisible {
            all.push(("lines", wrapped(text, 4, "\n")));
            all.push(("indented lines", wrapped(text, 4, "\r\n\t ")));
            all.push(("quoted-printable", wrapped(text, 4, "=\r\n")));
            all.push(("strings of a list", wrapped(text, 4, "\",\"")));
            all.push(("strings of a list in JSON", wrapped(text, 4, "\\\",\\\"")));
            all.push(("CDATA", wrapped(text, 5, "]]><![CDATA[")));
            let mut chunks = String::new();
            for part in text.as_bytes().chunks(3) {
                let _ = write!(
                    chunks,
                    "\r\n{:x}\r\n{}",
                    part.len(),
                    String::from_utf8_lossy(part)
                );
            }
            all.push(("chunks", chunks));
        }
        all
    }

    /// The secret in everything that a library or a partner may make of it.
    fn writings(secret: &[u8], before: &[u8], after: &[u8]) -> Vec<(&'static str, String)> {
        let long = [before, secret, after].concat();
        let mut all = vec![
            ("hex", hex::encode(secret)),
            ("HEX", hex::encode_upper(secret)),
            ("mixed hex", mixed_case(&hex::encode(secret))),
            ("mixed hex within", mixed_case(&hex::encode(&long))),
            ("hex in lines", wrapped(&hex::encode(&long), 16, "\n")),
            ("hex in hex", hex::encode(hex::encode(secret))),
            ("percent", each(secret, |byte| format!("%{byte:02X}"))),
            ("partly percent", partly(secret, |byte| format!("%{byte:02x}"))),
            ("percent twice", each(secret, |byte| format!("%25{byte:02x}"))),
            ("x escapes", each(secret, |byte| format!("\\x{byte:02x}"))),
            (
                "base64 of percent",
                STANDARD.encode(each(secret, |byte| format!("%{byte:02X}"))),
            ),
            ("base64 of hex", STANDARD.encode(hex::encode(secret))),
            (
                "base64 of mixed hex",
                URL_SAFE.encode(mixed_case(&hex::encode(secret))),
            ),
            ("base64 of base64", STANDARD.encode(STANDARD.encode(&long))),
        ];
        for bytes in [secret, &long] {
            let standard = STANDARD.encode(bytes);
            all.push(("base64", standard.clone()));
            all.push(("base64 without padding", STANDARD_NO_PAD.encode(bytes)));
            all.push(("base64url", URL_SAFE.encode(bytes)));
            all.push(("base64url without padding", URL_SAFE_NO_PAD.encode(bytes)));
            all.push(("base64 in lines", wrapped(&standard, 5, "\n")));
            all.push(("base64 in indented lines", wrapped(&standard, 7, "\r\n    ")));
            all.push(("base64 in lines of JSON", wrapped(&standard, 6, "\\n")));
            all.push(("base64 in lines of HTML", wrapped(&standard, 6, "&#10;")));
            all.push(("base64 in strings", wrapped(&standard, 6, "\", \"")));
            all.push((
                "base64 with entities",
                standard.replace('+', "&plus;").replace('/', "&#x2f;"),
            ));
            all.push((
                "base64 with percents",
                standard
                    .replace('+', "%2B")
                    .replace('/', "%2f")
                    .replace('=', "%3d"),
            ));
        }
        if let Ok(text) = std::str::from_utf8(secret) {
            let json = json!(text).to_string();
            let units = |digits: fn(u16) -> String| text.encode_utf16().map(digits).collect::<String>();
            let references =
                |write: fn(u32) -> String| text.chars().map(|c| write(c.into())).collect::<String>();
            all.push(("plain", text.to_owned()));
            all.push(("JSON", json[1..json.len() - 1].to_owned()));
            all.push((
                "JSON in JSON",
                json!(json!({ "key": text }).to_string()).to_string(),
            ));
            all.push(("u escapes", units(|unit| format!("\\u{unit:04x}"))));
            all.push(("U escapes", units(|unit| format!("\\u{unit:04X}"))));
            all.push(("braced escapes", references(|code| format!("\\u{{{code:x}}}"))));
            all.push(("decimal references", references(|code| format!("&#{code};"))));
            all.push(("hex references", references(|code| format!("&#x{code:X};"))));
            all.push(("long references", references(|code| format!("&#x00{code:x};"))));
            all.push(("open references", references(|code| format!("&#{code:07}"))));
            all.push(("references twice", references(|code| format!("&amp;#{code};"))));
            all.push((
                "references in base64",
                STANDARD.encode(references(|code| format!("&#{code};"))),
            ));
            all.push(("XML", html_escape::encode_quoted_attribute(text).into_owned()));
            all.push(("HTML", html_escape::encode_text(text).into_owned()));
            let mut named = text.replace('&', "&amp;");
            for (sign, name) in [
                ('/', "sol"),
                ('+', "plus"),
                ('=', "equals"),
                ('_', "lowbar"),
                ('"', "quot"),
            ] {
                named = named.replace(sign, &format!("&{name};"));
            }
            all.push(("named references", named));
            all.extend(in_pieces(text));
        }
        all
    }

    /// Keys as they are: at least as random as eight letters.
    fn any_secret() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            "[A-Za-z0-9+/_-]{8,48}".prop_map(String::into_bytes),
            "whsec_[A-Za-z0-9+/]{16,40}".prop_map(String::into_bytes),
            "[!-~]{8,40}".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 8..40),
            "\\PC{8,20}".prop_map(String::into_bytes),
        ]
    }

    fn long_text() -> String {
        let line = json!({ "prev": "8d2f".repeat(16), "number": 7, "kind": "note", "what": { "text": "a b % & \\ c" } });
        format!("{line}\n").repeat(SIZE / 50)
    }

    /// Small segments, so that a test crosses many of their borders.
    const SIZE: usize = 4096;
    const SHARED: usize = 1024;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_secret_is_found_in_any_writing_and_any_surrounding(
            secret in any_secret(),
            before in proptest::collection::vec(any::<u8>(), 0..5),
            after in proptest::collection::vec(any::<u8>(), 0..5),
            around in "\\PC{0,20}",
        ) {
            let masker = masker(&secret);
            for (writing, text) in writings(&secret, &before, &after) {
                for document in [
                    format!("{around} {text} {around}"),
                    format!("{around}\n<a title=\"{text}\">"),
                    json!({ "log": { "text": text } }).to_string(),
                ] {
                    let leaks = masker.leaks(document.as_bytes());
                    prop_assert!(!leaks.is_empty(), "{} is not found in {:?}", writing, document);
                    prop_assert_eq!(&leaks[0].label, "the key");
                    let end = leaks[0].offset + leaks[0].length;
                    prop_assert!(leaks[0].length > 0 && end <= document.len(), "{:?} in {:?}", leaks, document);
                }
            }
        }

        #[test]
        fn text_without_it_shows_nothing(
            secret in "[A-Za-z0-9+/]{16,40}",
            text in "\\PC{0,200}",
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let masker = masker(secret.as_bytes());
            prop_assert_eq!(masker.leaks(text.as_bytes()), []);
            prop_assert_eq!(masker.leaks(&bytes), []);
            prop_assert_eq!(masker.leaks(STANDARD.encode(&bytes).as_bytes()), []);
            prop_assert_eq!(masker.leaks(hex::encode(&bytes).as_bytes()), []);
        }
    }

    #[test]
    fn the_place_is_where_it_stands() {
        let masker = masker(b"Zk3Ru9/sQp+Lx7TtVwB2nM");
        let text = "a: Zk3Ru9/sQp+Lx7TtVwB2nM, b: Zk3Ru9&#47;sQp&plus;Lx7TtVwB2nM.";
        let leaks = masker.leaks(text.as_bytes());
        let shown: Vec<&str> = leaks
            .iter()
            .map(|leak| &text[leak.offset..leak.offset + leak.length])
            .collect();
        assert_eq!(
            shown,
            ["Zk3Ru9/sQp+Lx7TtVwB2nM", "Zk3Ru9&#47;sQp&plus;Lx7TtVwB2nM"]
        );
    }

    #[test]
    fn masks_are_no_leaks() {
        let mut masker = Masker::new();
        masker.learn("masked:", b"masked:");
        masker.learn("a name", b"Aminah binti Yusof");
        let harmless = masker.mask("masked: Aminah binti Yusof").text;
        assert_eq!(masker.leaks(harmless.as_bytes()), []);
        assert_eq!(
            masker.leaks([b"\xff", harmless.as_bytes()].concat().as_slice()),
            []
        );
    }

    #[test]
    fn a_secret_is_found_at_every_place_of_a_long_text() {
        let secret = b"Zk3Ru9/sQp+Lx7TtVwB2nM";
        let masker = masker(secret);
        let long = long_text();
        assert_eq!(masker.leaks_by(long.as_bytes(), SIZE, SHARED), []);
        let base64 = STANDARD.encode([b"xx".as_slice(), secret, b"yy"].concat());
        let twice = STANDARD.encode(wrapped(&base64, 9, "\n"));
        for at in (SIZE - 100..SIZE + 100)
            .step_by(7)
            .chain([0, SIZE - SHARED, 2 * SIZE])
        {
            for writing in ["Zk3Ru9/sQp+Lx7TtVwB2nM", &base64, &twice] {
                let mut text = long.clone();
                text.insert_str(at, writing);
                let leaks = masker.leaks_by(text.as_bytes(), SIZE, SHARED);
                assert_eq!(leaks.len(), 1, "{at} {writing} {leaks:?}");
                assert!(
                    (at..at + writing.len()).contains(&leaks[0].offset),
                    "{at} {leaks:?}"
                );
            }
        }
    }

    #[test]
    fn a_secret_is_found_within_one_endless_line() {
        let secret = b"Zk3Ru9/sQp+Lx7TtVwB2nM";
        let masker = masker(secret);
        for (before, after) in [(SIZE - 10, SIZE), (SIZE + 1, 5), (3 * SIZE - 11, 40)] {
            let inner = [
                b"\0".repeat(before),
                b" &#90;k3Ru9/sQp+Lx7TtVwB2nM".to_vec(),
                b"\0".repeat(after),
            ]
            .concat();
            let text = STANDARD.encode(inner);
            assert_eq!(
                masker.leaks_by(text.as_bytes(), SIZE, SHARED).len(),
                1,
                "{before}"
            );
        }
    }
}
