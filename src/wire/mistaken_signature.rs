//! The signature that comes of a mistake: whoever has a wrong signature finds out what its maker did. Pure.

use std::fmt::Write as _;

use base64::{
    Engine as _, alphabet,
    engine::general_purpose::{
        GeneralPurpose, GeneralPurposeConfig, STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD,
    },
};
use serde_json::Value;

use super::{
    digest::{hmac_sha1, hmac_sha256, hmac_sha512, sha256},
    signature::{SECRET_PREFIX, Scheme},
    signature_mistake::{Aspect, SignatureMistake},
};

/// Bodies up to this size are tried with two mistakes at once, in bytes.
const SMALL: usize = 64 << 10;

/// Everything that a signature is made of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The scheme of the profile.
    pub scheme: &'a Scheme,
    /// The bytes of the key.
    pub key: &'a [u8],
    /// The key as it is printed.
    pub printed: &'a str,
    /// The id, as its header has it.
    pub id: &'a str,
    /// The timestamp, as its header has it.
    pub timestamp: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl Material<'_> {
    /// The right signature, prefix and all.
    pub fn right(&self) -> String {
        self.scheme.sign(self.key, self.id, self.timestamp, self.body)
    }

    /// The signature that comes of these mistakes, prefix and all. None where one of them cannot be made with this
    /// message, such as writing JSON again that is none.
    pub fn by(&self, mistakes: &[SignatureMistake]) -> Option<String> {
        let of = |aspect| {
            mistakes
                .iter()
                .copied()
                .find(|mistake| mistake.aspect() == aspect)
        };
        let key = self.key_by(of(Aspect::Key))?;
        let body = self.body_by(of(Aspect::Body))?;
        let content = self.content_by(of(Aspect::Parts), &body)?;
        let digest = match of(Aspect::Algorithm) {
            Some(SignatureMistake::Sha1) => hmac_sha1(&key, &content),
            Some(SignatureMistake::Sha512) => hmac_sha512(&key, &content),
            Some(SignatureMistake::PlainKeyFirst) => sha256(&[key, content].concat()).to_vec(),
            Some(SignatureMistake::PlainKeyLast) => sha256(&[content, key].concat()).to_vec(),
            Some(SignatureMistake::KeyAndContentSwapped) => hmac_sha256(&content, &key).to_vec(),
            _ => hmac_sha256(&key, &content).to_vec(),
        };
        let right = self.scheme.encoding.encode(&digest);
        let written = match of(Aspect::Writing) {
            Some(SignatureMistake::Hex) => hex::encode(digest),
            Some(SignatureMistake::UpperHex) => hex::encode_upper(digest),
            Some(SignatureMistake::Base64) => STANDARD.encode(digest),
            Some(SignatureMistake::Base64OfHex) => STANDARD.encode(hex::encode(digest)),
            Some(SignatureMistake::UrlSafe) => URL_SAFE.encode(digest),
            Some(SignatureMistake::UrlSafeUnpadded) => URL_SAFE_NO_PAD.encode(digest),
            Some(SignatureMistake::Unpadded) => STANDARD_NO_PAD.encode(digest),
            Some(SignatureMistake::LowerCase) => right.to_ascii_lowercase(),
            _ => right,
        };
        Some(format!("{}{written}", self.scheme.prefix))
    }

    /// Each mistake that changes the signature of this message, and the signature that it makes.
    pub fn table(&self) -> Vec<(SignatureMistake, String)> {
        let right = self.right();
        SignatureMistake::ALL
            .iter()
            .filter_map(|mistake| Some((*mistake, self.by(&[*mistake])?)))
            .filter(|(_, signature)| *signature != right)
            .collect()
    }

    /// The mistakes that make just this signature (with or without its prefix), the fewest that do; each item is a way
    /// on its own. Empty when none is known, or when the signature is right.
    pub fn explain(&self, given: &str) -> Vec<Vec<SignatureMistake>> {
        let bare = |text: &str| text.strip_prefix(&self.scheme.prefix).unwrap_or(text).to_owned();
        let given = bare(given.trim());
        if bare(&self.right()) == given {
            return Vec::new();
        }
        let table = self.table();
        let single: Vec<Vec<SignatureMistake>> = table
            .iter()
            .filter(|(_, signature)| bare(signature) == given)
            .map(|(mistake, _)| vec![*mistake])
            .collect();
        if !single.is_empty() || self.body.len() > SMALL {
            return single;
        }
        let mut pairs = Vec::new();
        for (place, (first, _)) in table.iter().enumerate() {
            for (second, _) in &table[place + 1..] {
                let both = [*first, *second];
                if first.aspect() != second.aspect()
                    && self.by(&both).is_some_and(|signature| bare(&signature) == given)
                {
                    pairs.push(both.to_vec());
                }
            }
        }
        pairs
    }

    fn key_by(&self, mistake: Option<SignatureMistake>) -> Option<Vec<u8>> {
        let base64 = self.printed.strip_prefix(SECRET_PREFIX);
        Some(match mistake {
            Some(SignatureMistake::KeyAsPrinted) => self.printed.as_bytes().to_vec(),
            Some(SignatureMistake::KeyNotDecoded) => base64?.as_bytes().to_vec(),
            Some(SignatureMistake::KeyDecodedWithPrefix) => forgiving(self.printed)?,
            Some(SignatureMistake::KeyWithNewline) => format!("{}\n", self.printed).into_bytes(),
            Some(SignatureMistake::KeyInQuotes) => format!("\"{}\"", self.printed).into_bytes(),
            Some(SignatureMistake::KeyInHex) => hex::encode(self.key).into_bytes(),
            Some(SignatureMistake::KeyEmpty) => Vec::new(),
            Some(SignatureMistake::KeyUndefined) => b"undefined".to_vec(),
            Some(SignatureMistake::KeyNone) => b"None".to_vec(),
            _ => self.key.to_vec(),
        })
    }

    fn content_by(&self, mistake: Option<SignatureMistake>, body: &[u8]) -> Option<Vec<u8>> {
        let (id, timestamp) = (self.id.as_bytes(), self.timestamp.as_bytes());
        let parts: Vec<&[u8]> = match mistake {
            Some(SignatureMistake::BodyAlone) => vec![body],
            Some(SignatureMistake::NoId) => vec![timestamp, body],
            Some(SignatureMistake::NoTimestamp) => vec![id, body],
            Some(SignatureMistake::TimestampBeforeId) => vec![timestamp, id, body],
            Some(SignatureMistake::BodyFirst) => vec![body, id, timestamp],
            Some(SignatureMistake::BodyFirstIdLast) => vec![body, timestamp, id],
            Some(SignatureMistake::TimestampLast) => vec![id, body, timestamp],
            Some(SignatureMistake::NoDots) => return Some([id, timestamp, body].concat()),
            Some(SignatureMistake::TimestampInMillis) => {
                let millis = self.timestamp.parse::<i64>().ok()?.checked_mul(1000)?;
                return Some(self.scheme.signed_content(self.id, &millis.to_string(), body));
            }
            Some(SignatureMistake::TimestampOfTheEvent) => {
                let event: Value = serde_json::from_slice(self.body).ok()?;
                let created = event.get("created_at")?.as_str()?;
                return Some(self.scheme.signed_content(self.id, created, body));
            }
            _ => return Some(self.scheme.signed_content(self.id, self.timestamp, body)),
        };
        Some(parts.join(&b'.'))
    }

    fn body_by(&self, mistake: Option<SignatureMistake>) -> Option<Vec<u8>> {
        let Some(mistake) = mistake else {
            return Some(self.body.to_vec());
        };
        if let Some(dialect) = mistake.dialect() {
            return dialect.rewrite(self.body).map(String::into_bytes);
        }
        let replaced = |from: &str, to: &str| {
            let text = std::str::from_utf8(self.body).ok()?;
            Some(text.replace(from, to).into_bytes())
        };
        Some(match mistake {
            SignatureMistake::BodyEmpty => Vec::new(),
            SignatureMistake::BodyIsObject => b"[object Object]".to_vec(),
            SignatureMistake::BodyIsBytesLiteral => bytes_literal(self.body).into_bytes(),
            SignatureMistake::BodyIsData => {
                let event: Value = serde_json::from_slice(self.body).ok()?;
                event.get("data")?.to_string().into_bytes()
            }
            SignatureMistake::BodyTrimmed => self.body.trim_ascii().to_vec(),
            SignatureMistake::BodyWithNewline => [self.body, b"\n"].concat(),
            SignatureMistake::BodyWithoutReturns => replaced("\r\n", "\n")?,
            SignatureMistake::BodyWithReturns => {
                let plain = String::from_utf8(replaced("\r\n", "\n")?).ok()?;
                plain.replace('\n', "\r\n").into_bytes()
            }
            SignatureMistake::BodyWithoutMark => self.body.strip_prefix(b"\xef\xbb\xbf")?.to_vec(),
            SignatureMistake::BodyRepaired => String::from_utf8_lossy(self.body).into_owned().into_bytes(),
            SignatureMistake::BodyReadAsLatin1 => {
                let text: String = self.body.iter().copied().map(char::from).collect();
                text.into_bytes()
            }
            SignatureMistake::BodyInBase64 => STANDARD.encode(self.body).into_bytes(),
            SignatureMistake::BodyUrlDecoded => {
                let spaced: Vec<u8> = self
                    .body
                    .iter()
                    .map(|byte| if *byte == b'+' { b' ' } else { *byte })
                    .collect();
                percent_encoding::percent_decode(&spaced).collect()
            }
            _ => self.body.to_vec(),
        })
    }
}

/// What a decoder that takes both alphabets and leaves out padding makes of a text, as in Node.
fn forgiving(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
    let text: String = text
        .trim_end_matches('=')
        .chars()
        .map(|letter| match letter {
            '_' => '/',
            '-' => '+',
            other => other,
        })
        .collect();
    // A last letter that does not fill a byte is dropped.
    let whole = if text.len() % 4 == 1 {
        &text[..text.len() - 1]
    } else {
        &text
    };
    GeneralPurpose::new(&alphabet::STANDARD, lenient)
        .decode(whole)
        .ok()
}

/// Bytes as Python prints them.
fn bytes_literal(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut text = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'\'' if quote == '\'' => text.push_str("\\'"),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\x{other:02x}");
            }
        }
    }
    text.push(quote);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::wire::signature::secret_bytes;

    const PRINTED: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// Shows every mistake: unsorted, a slash, a letter beyond ASCII, a float, an escape, CR LF at its end.
    const BODY: &[u8] = "{\"type\":\"payment.success\", \"created_at\":\"2026-01-01T00:00:00Z\",\r\n\"data\":{\"a\":\"é/<%41\",\"n\":1.0}}\r\n".as_bytes();

    fn with<T>(body: &[u8], run: impl FnOnce(Material<'_>) -> T) -> T {
        let scheme = Scheme::standard_webhooks();
        let key = secret_bytes(PRINTED).unwrap();
        // Alphabets of base64 can only be told apart where the digest needs their last letters.
        let of = |id: &String| scheme.digest(&key, id, "1767225600", body);
        let id = (0..1000)
            .map(|number| format!("evt_{number}"))
            .find(|id| of(id).contains('+') && of(id).contains('/'))
            .unwrap();
        run(Material {
            scheme: &scheme,
            key: &key,
            printed: PRINTED,
            id: &id,
            timestamp: "1767225600",
            body,
        })
    }

    fn recognised(body: &[u8]) -> BTreeMap<SignatureMistake, Vec<Vec<SignatureMistake>>> {
        with(body, |material| {
            let table = material.table();
            table
                .iter()
                .map(|(mistake, signature)| (*mistake, material.explain(signature)))
                .collect()
        })
    }

    #[test]
    fn each_mistake_is_recognised_as_itself_and_as_no_other() {
        let mut seen: Vec<SignatureMistake> = Vec::new();
        let marked = [b"\xef\xbb\xbf".as_slice(), BODY].concat();
        let broken = [BODY, b"\xff"].concat();
        let unix = String::from_utf8(BODY.to_vec()).unwrap().replace('\r', "");
        for body in [BODY, &marked, &broken, unix.as_bytes()] {
            for (mistake, ways) in recognised(body) {
                assert_eq!(ways, [vec![mistake]], "{mistake}");
                seen.push(mistake);
            }
        }
        for mistake in SignatureMistake::ALL {
            // It is what the scheme wants.
            let right = *mistake == SignatureMistake::Base64;
            assert_ne!(seen.contains(mistake), right, "{mistake}");
        }
    }

    #[test]
    fn two_mistakes_at_once_are_recognised() {
        with(BODY, |material| {
            let both = [SignatureMistake::KeyNotDecoded, SignatureMistake::Hex];
            let signature = material.by(&both).unwrap();
            assert_eq!(material.explain(&signature), [both.to_vec()]);
            assert_eq!(material.explain(&hex::encode([0; 32])), Vec::<Vec<_>>::new());
        });
    }

    #[test]
    fn a_right_signature_needs_no_explanation() {
        with(BODY, |material| {
            assert_eq!(material.explain(&material.right()), Vec::<Vec<_>>::new());
            assert!(
                material
                    .table()
                    .iter()
                    .all(|(_, signature)| *signature != material.right())
            );
        });
    }

    #[test]
    fn python_prints_bytes_so() {
        assert_eq!(
            bytes_literal("a'\"\\\n\u{e9}".as_bytes()),
            r#"b'a\'"\\\n\xc3\xa9'"#
        );
        assert_eq!(bytes_literal(b"it's"), "b\"it's\"");
    }

    proptest! {
        /// Whatever is signed: a known mistake is among those that are named, and its text says something.
        #[test]
        fn what_was_done_is_among_what_is_named(body in "\\PC{0,60}", pick in any::<proptest::sample::Index>()) {
            with(body.as_bytes(), |material| {
                let table = material.table();
                let (mistake, signature) = pick.get(&table);
                let ways = material.explain(signature);
                prop_assert!(ways.contains(&vec![*mistake]), "{mistake}: {ways:?}");
                prop_assert!(!mistake.remedy().is_empty());
                Ok(())
            })?;
        }
    }
}
