//! Webhook signature schemes as data, and signing.
//!
//! The default is Standard Webhooks v1: HMAC-SHA256 over `id.timestamp.body` with the decoded bytes
//! of a `whsec_` secret. The seeds do not fix a scheme, so every part is a profile value.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::digest::hmac_sha256;

/// How a digest is written into the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Standard base64 with padding.
    Base64,
    /// Lower-case hex.
    Hex,
}

impl Encoding {
    /// Writes a digest.
    pub fn encode(self, digest: &[u8]) -> String {
        match self {
            Self::Base64 => STANDARD.encode(digest),
            Self::Hex => hex::encode(digest),
        }
    }
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedParts {
    /// `id.timestamp.body`
    IdTimestampBody,
    /// `timestamp.body`
    TimestampBody,
    /// The body alone.
    Body,
}

/// A signature scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// Header with the event id.
    pub id_header: String,
    /// Header with the attempt time in UNIX seconds.
    pub timestamp_header: String,
    /// Header with the signature list.
    pub signature_header: String,
    /// Text before each digest, such as `v1,`.
    pub prefix: String,
    /// Digest encoding.
    pub encoding: Encoding,
    /// What is signed.
    pub signed: SignedParts,
}

/// A secret is not of the form that the scheme wants.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SecretFormError {
    /// Not base64 after the prefix.
    #[error("the secret is not base64 after {SECRET_PREFIX:?}; copy it whole from the platform's key page")]
    NotBase64,
    /// Too short or too long.
    #[error("the secret decodes to {0} bytes; 24 to 64 are expected")]
    Length(usize),
}

/// What a printed webhook secret starts with.
pub const SECRET_PREFIX: &str = "whsec_";

/// The key bytes of a printed secret (`whsec_` and base64; the prefix may be missing).
pub fn secret_bytes(printed: &str) -> Result<Vec<u8>, SecretFormError> {
    let text = printed.strip_prefix(SECRET_PREFIX).unwrap_or(printed);
    let bytes = STANDARD.decode(text).map_err(|_| SecretFormError::NotBase64)?;
    if (24..=64).contains(&bytes.len()) {
        Ok(bytes)
    } else {
        Err(SecretFormError::Length(bytes.len()))
    }
}

impl Scheme {
    /// Standard Webhooks v1.
    pub fn standard_webhooks() -> Self {
        Self {
            id_header: "webhook-id".to_owned(),
            timestamp_header: "webhook-timestamp".to_owned(),
            signature_header: "webhook-signature".to_owned(),
            prefix: "v1,".to_owned(),
            encoding: Encoding::Base64,
            signed: SignedParts::IdTimestampBody,
        }
    }

    /// The exact bytes that are signed.
    pub fn signed_content(&self, id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
        let mut content = Vec::with_capacity(id.len() + timestamp.len() + body.len() + 2);
        if self.signed == SignedParts::IdTimestampBody {
            content.extend_from_slice(id.as_bytes());
            content.push(b'.');
        }
        if self.signed != SignedParts::Body {
            content.extend_from_slice(timestamp.as_bytes());
            content.push(b'.');
        }
        content.extend_from_slice(body);
        content
    }

    /// The encoded digest, without the prefix.
    pub fn digest(&self, key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
        self.encoding
            .encode(&hmac_sha256(key, &self.signed_content(id, timestamp, body)))
    }

    /// One entry of the signature header.
    pub fn sign(&self, key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
        format!("{}{}", self.prefix, self.digest(key, id, timestamp, body))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_standard_webhooks_vector_reproduces() {
        // From the Standard Webhooks specification's own test suite.
        let key = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = Scheme::standard_webhooks().sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn short_and_garbled_secrets_are_named() {
        assert_eq!(secret_bytes("whsec_AAAA"), Err(SecretFormError::Length(3)));
        assert_eq!(secret_bytes("whsec_***"), Err(SecretFormError::NotBase64));
    }

    proptest! {
        #[test]
        fn an_independent_verifier_accepts_what_is_signed(
            key in proptest::collection::vec(any::<u8>(), 24..64),
            body in "\\PC{0,80}",
            id in "evt_[a-zA-Z0-9]{1,20}",
        ) {
            let now = time::OffsetDateTime::now_utc().unix_timestamp().to_string();
            let signature = Scheme::standard_webhooks().sign(&key, &id, &now, body.as_bytes());
            let mut headers = http::HeaderMap::new();
            headers.insert("webhook-id", id.parse().unwrap());
            headers.insert("webhook-timestamp", now.parse().unwrap());
            headers.insert("webhook-signature", signature.parse().unwrap());
            let verifier = standardwebhooks::Webhook::from_bytes(key).unwrap();
            prop_assert!(verifier.verify(body.as_bytes(), &headers).is_ok());
        }
    }
}
