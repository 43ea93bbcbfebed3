//! Salted fingerprints of keys: enough to recognise a key, not to learn it.
//!
//! PBKDF2 with HMAC-SHA256 (RFC 8018), one block of 32 bytes, written
//! `pbkdf2-sha256$<iterations>$<salt>$<digest>`, salt and digest in base64 without padding.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// What every fingerprint begins with.
const NAME: &str = "pbkdf2-sha256";

/// Iterations of a fresh fingerprint: a guess costs milliseconds, a look at one request too.
const ITERATIONS: u32 = 20_000;

/// Iterations that are believed; fewer protect nothing, more hold up the sandbox.
const BELIEVED: std::ops::RangeInclusive<u32> = 1_000..=200_000;

/// Bytes of a salt, at least.
const SALT: usize = 16;

/// The fingerprint of one key.
#[derive(Clone, PartialEq, Eq)]
pub struct Fingerprint {
    iterations: u32,
    salt: Vec<u8>,
    digest: [u8; 32],
}

/// The text is no fingerprint. It is not repeated: it may be the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no fingerprint of a key; make one with `senang-conformance fingerprint`")]
pub struct NotAFingerprint;

impl Fingerprint {
    /// The fingerprint of a key under a fresh salt.
    pub fn of(key: &str, salt: [u8; SALT]) -> Self {
        Self {
            iterations: ITERATIONS,
            salt: salt.to_vec(),
            digest: derive(key, &salt, ITERATIONS),
        }
    }

    /// Whether it is that key's.
    pub fn is_of(&self, key: &str) -> bool {
        derive(key, &self.salt, self.iterations)
            .ct_eq(&self.digest)
            .into()
    }
}

/// The first block of PBKDF2.
fn derive(key: &str, salt: &[u8], iterations: u32) -> [u8; 32] {
    let Ok(keyed) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        // A key of any length is taken.
        return [0; 32];
    };
    let round = |parts: &[&[u8]]| -> [u8; 32] {
        let mut mac = keyed.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    };
    let mut last = round(&[salt, &1_u32.to_be_bytes()]);
    let mut digest = last;
    for _ in 1..iterations {
        last = round(&[&last]);
        for (sum, byte) in digest.iter_mut().zip(last) {
            *sum ^= byte;
        }
    }
    digest
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (salt, digest) = (
            STANDARD_NO_PAD.encode(&self.salt),
            STANDARD_NO_PAD.encode(self.digest),
        );
        write!(f, "{NAME}${}${salt}${digest}", self.iterations)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let mut parts = text.split('$');
        let (Some(NAME), Some(iterations), Some(salt), Some(digest), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(NotAFingerprint);
        };
        let bytes = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_| NotAFingerprint);
        let iterations = iterations.parse().map_err(|_| NotAFingerprint)?;
        let salt = bytes(salt)?;
        if !BELIEVED.contains(&iterations) || salt.len() < SALT {
            return Err(NotAFingerprint);
        }
        Ok(Self {
            iterations,
            salt,
            digest: bytes(digest)?.try_into().map_err(|_| NotAFingerprint)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_vector_reproduces() {
        // RFC 7914, section 11: the first 32 bytes for "passwd", "salt" and one iteration.
        let digest = hex::encode(derive("passwd", b"salt", 1));
        assert_eq!(
            digest,
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        );
        let digest = hex::encode(derive("Password", b"NaCl", 80_000));
        assert_eq!(
            digest,
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
        );
    }

    #[test]
    fn a_fingerprint_recognises_its_key_and_nothing_else() {
        let fingerprint = Fingerprint::of("sk_live_0123456789", [7; 16]);
        let text = fingerprint.to_string();
        let read: Fingerprint = text.parse().unwrap();
        assert_eq!(read, fingerprint);
        assert!(read.is_of("sk_live_0123456789"));
        assert!(!read.is_of("sk_live_0123456780") && !read.is_of(""));
        assert!(!text.contains("sk_live"));
        assert_ne!(Fingerprint::of("sk_live_0123456789", [8; 16]).to_string(), text);
    }

    #[test]
    fn other_texts_are_refused_and_not_repeated() {
        let good = Fingerprint::of("key", [1; 16]).to_string();
        for bad in [
            "sk_live_0123456789",
            "",
            &good.replace("20000", "1"),
            &good.replace("20000", "999999999"),
            &format!("{good}$"),
            &good.replace("pbkdf2", "md5"),
            "pbkdf2-sha256$20000$c2hvcnQ$c2hvcnQ",
        ] {
            let error = bad.parse::<Fingerprint>().unwrap_err();
            assert!(!error.to_string().contains("sk_live"));
        }
    }
}
