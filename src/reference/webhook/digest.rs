//! Digests in the partner's own hand, used only by defects and for content comparison.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// HMAC-SHA256 over `id.timestamp.body`, base64.
pub fn sha256_signature(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| String::new(),
        |mac| STANDARD.encode(over_parts(mac, id, timestamp, body).finalize().into_bytes()),
    )
}

/// HMAC-SHA1 over `id.timestamp.body`: base64 and lower-case hex.
pub fn sha1_signatures(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> [String; 2] {
    Hmac::<Sha1>::new_from_slice(key).map_or_else(
        |_| Default::default(),
        |mac| {
            let digest = over_parts(mac, id, timestamp, body).finalize().into_bytes();
            [STANDARD.encode(digest), hex::encode(digest)]
        },
    )
}

/// Lower-case hex SHA-256 of a body, to tell whether a repeat says the same.
pub fn content(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

fn over_parts<Keyed: Mac>(mut mac: Keyed, id: &str, timestamp: &str, body: &[u8]) -> Keyed {
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}
