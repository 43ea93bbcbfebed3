//! The spellings of a secret that are searched for, and how far each of them reaches.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use zeroize::Zeroizing;

/// From this many bytes on, a beginning of a secret counts as the secret.
pub(super) const SHORTEST_BEGINNING: usize = 8;
/// Below this many bytes, a secret counts only as a word by itself.
pub(super) const SHORTEST_ANYWHERE: usize = 6;

/// A learned value.
pub(super) struct Secret {
    /// The bytes, and what they become in another writing of text; the first is the secret itself.
    texts: Vec<Zeroizing<Vec<u8>>>,
    /// Which label it goes by.
    pub(super) label: usize,
    beginning: usize,
}

impl Secret {
    pub(super) fn new(bytes: &[u8], label: usize) -> Self {
        let mut texts = vec![Zeroizing::new(bytes.to_vec())];
        if !bytes.is_ascii() {
            // Header values are recorded as Latin-1 read into UTF-8.
            let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            texts.push(Zeroizing::new(latin.into_bytes()));
        }
        if bytes.contains(&b' ') {
            let form = bytes
                .iter()
                .map(|byte| if *byte == b' ' { b'+' } else { *byte })
                .collect();
            texts.push(Zeroizing::new(form));
        }
        Self {
            texts,
            label,
            beginning: beginning(bytes),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.texts.first().map(|text| text.as_slice()).unwrap_or_default()
    }

    /// Whether it counts only as a word by itself.
    pub(super) fn is_word(&self) -> bool {
        self.bytes().len() < SHORTEST_ANYWHERE
    }
}

/// How many bytes at the beginning of a secret are telling. Words and numbers begin like many others
/// that are not secret, so those count as a whole; a readable prefix such as `whsec_` does not count.
fn beginning(secret: &[u8]) -> usize {
    let whole = secret.len();
    if !secret.is_ascii() {
        return SHORTEST_BEGINNING.min(whole);
    }
    let random = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.+/=~".contains(byte);
    let number = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_punctuation();
    if !secret.iter().all(random) || secret.iter().all(number) {
        return whole;
    }
    let readable = secret
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase() || b"_-.".contains(byte))
        .count();
    let separator = secret
        .get(..readable)
        .and_then(|run| run.iter().rposition(|byte| b"_-.".contains(byte)))
        .map_or(0, |at| at + 1);
    let prefix = if readable > SHORTEST_ANYWHERE {
        readable
    } else {
        separator
    };
    (prefix + SHORTEST_BEGINNING).min(whole)
}

/// In which alphabet a needle is written.
#[derive(Clone, Copy)]
enum Spelling {
    /// As it is; which of the secret's texts.
    Plain(usize),
    /// Base64 of a longer text in which the secret stands this many bytes behind a multiple of three.
    Base64(usize),
    /// Hexadecimal.
    Hex,
}

/// A string whose presence shows a secret.
pub(super) struct Needle {
    /// Which secret.
    pub(super) secret: u32,
    spelling: Spelling,
    /// The string itself: the shortest telling beginning.
    pub(super) text: Zeroizing<Vec<u8>>,
}

/// All needles of a secret.
pub(super) fn needles(secret: &Secret, id: u32) -> Vec<Needle> {
    let needle = |spelling, text: Vec<u8>| Needle {
        secret: id,
        spelling,
        text: Zeroizing::new(text),
    };
    let mut needles: Vec<Needle> = secret
        .texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            // In Latin-1 read into UTF-8 one byte becomes up to two.
            let length = if index == 0 {
                secret.beginning
            } else {
                (secret.beginning * 2).min(text.len())
            };
            needle(
                Spelling::Plain(index),
                text.get(..length).unwrap_or(text).to_vec(),
            )
        })
        .collect();
    let bytes = secret.bytes();
    let start = bytes.get(..secret.beginning).unwrap_or(bytes);
    let lower = hex::encode(start);
    let upper = lower.to_ascii_uppercase();
    if upper != lower {
        needles.push(needle(Spelling::Hex, upper.into_bytes()));
    }
    needles.push(needle(Spelling::Hex, lower.into_bytes()));
    let alignments = if secret.is_word() { 0..1 } else { 0..3 };
    for offset in alignments {
        let spelled = base64_at(start, offset);
        let text = if secret.is_word() {
            spelled.all
        } else {
            spelled.all.get(..spelled.certain).unwrap_or_default().to_vec()
        };
        let url: Vec<u8> = text.iter().map(|byte| url_safe(*byte)).collect();
        if url != text {
            needles.push(needle(Spelling::Base64(offset), url));
        }
        needles.push(needle(Spelling::Base64(offset), text));
    }
    needles
}

impl Needle {
    /// Where the secret stands in a text, if this needle ends at `end`: as much of it as is there.
    pub(super) fn reach(&self, secret: &Secret, text: &[u8], end: usize) -> Option<Range<usize>> {
        let start = end.checked_sub(self.text.len())?;
        if text.get(start..end)? != self.text.as_slice() {
            return None;
        }
        if secret.is_word() {
            let before = start.checked_sub(1).and_then(|at| text.get(at));
            let padded = end
                + text
                    .get(end..)?
                    .iter()
                    .take(2)
                    .take_while(|byte| **byte == b'=')
                    .count();
            let whole = !before.copied().is_some_and(is_word_byte)
                && !text.get(end).copied().is_some_and(is_word_byte);
            return whole.then_some(start..padded);
        }
        let rest = text.get(end..).unwrap_or_default();
        let known = self.text.len();
        Some(match self.spelling {
            Spelling::Plain(index) => {
                let whole = secret
                    .texts
                    .get(index)
                    .map(|text| text.as_slice())
                    .unwrap_or_default();
                start..end + common(whole.get(known..).unwrap_or_default(), rest, |byte| byte)
            }
            Spelling::Hex => {
                let whole = Zeroizing::new(hex::encode(secret.bytes()));
                let more = whole.as_bytes().get(known..).unwrap_or_default();
                start..end + common(more, rest, |byte| byte.to_ascii_lowercase())
            }
            Spelling::Base64(offset) => {
                let whole = base64_at(secret.bytes(), offset);
                let more = whole.all.get(known..).unwrap_or_default();
                let mut reach = end + common(more, rest, standard);
                if reach - start >= whole.certain {
                    if let (Some(last), Some(next)) = (whole.all.get(whole.certain), text.get(reach))
                        && reach - start == whole.certain
                        && same_leading_bits(*last, standard(*next), whole.leading_bits)
                    {
                        reach += 1;
                    }
                    reach += text
                        .get(reach..)?
                        .iter()
                        .take(2)
                        .take_while(|byte| **byte == b'=')
                        .count();
                }
                // The sextet before holds the first bits of the secret.
                let shared = offset > 0
                    && start
                        .checked_sub(1)
                        .and_then(|at| text.get(at))
                        .is_some_and(|byte| sextet(*byte).is_some());
                start - usize::from(shared)..reach
            }
        })
    }
}

/// Base64 of a secret inside a longer text.
struct Spelled {
    /// All characters that hold nothing from before the secret; the last may hold bits from after it.
    all: Vec<u8>,
    /// How many of them hold nothing from after it.
    certain: usize,
    /// How many bits of the character after those are known: 0, 2 or 4.
    leading_bits: u32,
}

fn base64_at(bytes: &[u8], offset: usize) -> Spelled {
    let mut padded = Zeroizing::new(vec![0; offset]);
    padded.extend_from_slice(bytes);
    let skipped = (offset * 8).div_ceil(6);
    let all = STANDARD_NO_PAD
        .encode(padded.as_slice())
        .into_bytes()
        .split_off(skipped);
    let bits = padded.len() * 8;
    let leading_bits = match bits % 6 {
        2 => 2,
        4 => 4,
        _ => 0,
    };
    Spelled {
        all,
        certain: bits / 6 - skipped,
        leading_bits,
    }
}

fn common(wanted: &[u8], text: &[u8], read: impl Fn(u8) -> u8) -> usize {
    wanted
        .iter()
        .zip(text)
        .take_while(|(wanted, byte)| **wanted == read(**byte))
        .count()
}

fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn url_safe(byte: u8) -> u8 {
    match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    }
}

fn sextet(byte: u8) -> Option<u8> {
    match standard(byte) {
        upper @ b'A'..=b'Z' => Some(upper - b'A'),
        lower @ b'a'..=b'z' => Some(lower - b'a' + 26),
        digit @ b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn same_leading_bits(one: u8, other: u8, bits: u32) -> bool {
    match (sextet(one), sextet(other)) {
        (Some(one), Some(other)) => one >> (6 - bits) == other >> (6 - bits),
        _ => false,
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telling_beginning_skips_what_can_be_read() {
        for (secret, length) in [
            ("Zk3Ru9sQpLx7TtVw", 8),
            ("whsec_Zk3Ru9sQpLx7", 14),
            ("sk-live-Zk3Ru9sQpLx7", 16),
            ("senangpay-secret-key", 20),
            ("Aminah binti Yusof", 18),
            ("someone@example.com", 19),
            ("900101-14-5678", 14),
            ("short6", 6),
        ] {
            assert_eq!(beginning(secret.as_bytes()), length, "{secret}");
        }
        assert_eq!(beginning(&[0xff; 32]), 8);
    }
}
