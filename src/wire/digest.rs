//! Keyed and plain digests, by name.

use hmac::Hmac;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

/// HMAC-SHA256 (RFC 2104, FIPS 180-4).
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    keyed::<Hmac<Sha256>>(key, message).try_into().unwrap_or([0; 32])
}

/// HMAC-SHA1, only ever sent to prove that it is refused.
pub fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    keyed::<Hmac<Sha1>>(key, message)
}

/// HMAC-SHA512, only ever computed to recognise it.
pub fn hmac_sha512(key: &[u8], message: &[u8]) -> Vec<u8> {
    keyed::<Hmac<Sha512>>(key, message)
}

/// SHA-256 without a key.
pub fn sha256(message: &[u8]) -> [u8; 32] {
    Sha256::digest(message).into()
}

/// SHA-256 as lower-case hex.
pub fn sha256_hex(message: &[u8]) -> String {
    hex::encode(sha256(message))
}

/// MD5 as lower-case hex: legacy gateway accounts, and proof that others refuse it.
pub fn md5_hex(message: &[u8]) -> String {
    hex::encode(Md5::digest(message))
}

fn keyed<M: hmac::Mac + hmac::KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so there is nothing to report.
    M::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_case_2() {
        assert_eq!(
            hex::encode(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn rfc_2202_case_2() {
        assert_eq!(
            hex::encode(hmac_sha1(b"Jefe", b"what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
    }
}
