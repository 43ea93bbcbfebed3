//! Formats of signatures, that of the platform and those that are taken for it, and what each mistake means.

use crate::wire::{
    digest::hmac_sha256,
    header::Headers,
    signature::{Encoding, SECRET_PREFIX, SignedParts, secret_bytes},
};

/// How the printed secret becomes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// The base64 behind `whsec_`, decoded.
    Decoded,
    /// The printed text, `whsec_` included.
    Printed,
    /// The text behind `whsec_`, not decoded.
    Undecoded,
}

impl KeyForm {
    /// All of them, the right one first.
    pub const ALL: [Self; 3] = [Self::Decoded, Self::Printed, Self::Undecoded];

    /// The key.
    pub fn key(self, printed: &str) -> Option<Vec<u8>> {
        let behind = printed.strip_prefix(SECRET_PREFIX).unwrap_or(printed);
        match self {
            Self::Decoded => secret_bytes(printed).ok(),
            Self::Printed => Some(printed.as_bytes().to_vec()),
            Self::Undecoded => Some(behind.as_bytes().to_vec()),
        }
    }
}

/// Where id, time and signature stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    Standard,
    /// The same with `svix-`.
    Svix,
    /// The same with `x-webhook-`.
    XWebhook,
    /// `X-Hub-Signature-256`.
    GitHub,
    /// `Stripe-Signature`.
    Stripe,
    /// `X-Signature`.
    XSignature,
}

impl Family {
    /// All of them, the right one first.
    pub const ALL: [Self; 6] = [
        Self::Standard,
        Self::Svix,
        Self::XWebhook,
        Self::GitHub,
        Self::Stripe,
        Self::XSignature,
    ];

    /// Headers of id, time and signature.
    pub fn headers(self) -> (Option<&'static str>, Option<&'static str>, &'static str) {
        match self {
            Self::Standard => (Some("webhook-id"), Some("webhook-timestamp"), "webhook-signature"),
            Self::Svix => (Some("svix-id"), Some("svix-timestamp"), "svix-signature"),
            Self::XWebhook => (
                Some("x-webhook-id"),
                Some("x-webhook-timestamp"),
                "x-webhook-signature",
            ),
            Self::GitHub => (None, None, "x-hub-signature-256"),
            Self::Stripe => (None, None, "stripe-signature"),
            Self::XSignature => (None, None, "x-signature"),
        }
    }
}

/// A format of signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Where it stands.
    pub family: Family,
    /// The key.
    pub key: KeyForm,
    /// What is signed.
    pub signed: SignedParts,
    /// How the digest is written.
    pub encoding: Encoding,
    /// Whether `v1,` stands before each digest.
    pub versioned: bool,
    /// Whether the time is in milliseconds.
    pub millis: bool,
}

/// Standard Webhooks.
pub const RIGHT: Format = Format {
    family: Family::Standard,
    key: KeyForm::Decoded,
    signed: SignedParts::IdTimestampBody,
    encoding: Encoding::Base64,
    versioned: true,
    millis: false,
};

/// The digest over the parts of a message.
pub fn digest(key: &[u8], signed: SignedParts, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
    let mut content = Vec::new();
    if signed == SignedParts::IdTimestampBody {
        content.extend_from_slice(id.as_bytes());
        content.push(b'.');
    }
    if signed != SignedParts::Body {
        content.extend_from_slice(timestamp.as_bytes());
        content.push(b'.');
    }
    content.extend_from_slice(body);
    hmac_sha256(key, &content)
}

impl Format {
    /// The headers of a message in this format; with `forged` its digest is another message's.
    pub fn headers(
        &self,
        printed: &str,
        id: &str,
        unix_seconds: i64,
        body: &[u8],
        forged: bool,
    ) -> Option<Headers> {
        let timestamp = if self.millis {
            unix_seconds.saturating_mul(1000).to_string()
        } else {
            unix_seconds.to_string()
        };
        let key = self.key.key(printed)?;
        let digest = if forged {
            digest(&key, self.signed, id, &timestamp, b"another body")
        } else {
            digest(&key, self.signed, id, &timestamp, body)
        };
        let written = self.encoding.encode(&digest);
        let (id_header, time_header, signature_header) = self.family.headers();
        let mut headers = Headers::new().with("content-type", "application/json");
        if let Some(name) = id_header {
            headers.push(name, id);
        }
        if let Some(name) = time_header {
            headers.push(name, timestamp.as_str());
        }
        let value = match self.family {
            Family::GitHub => format!("sha256={written}"),
            Family::Stripe => format!("t={timestamp},v1={written}"),
            _ if self.versioned => format!("v1,{written}"),
            _ => written,
        };
        headers.push(signature_header, value);
        Some(headers)
    }

    /// In how many ways it is not the platform's.
    pub fn mistakes(&self) -> Vec<&'static str> {
        let mut mistakes = Vec::new();
        match self.key {
            KeyForm::Decoded => {}
            KeyForm::Printed => mistakes.push(
                "the secret is used as a text, `whsec_` included; the key is what stands behind `whsec_`, decoded from base64",
            ),
            KeyForm::Undecoded => mistakes.push(
                "the text behind `whsec_` is used as it stands; the key is that text decoded from base64",
            ),
        }
        let own = matches!(self.family, Family::GitHub | Family::Stripe | Family::XSignature);
        match self.family {
            Family::Standard => {}
            Family::Svix => mistakes.push("the headers are looked for as svix-id, svix-timestamp, svix-signature; the platform sends webhook-id, webhook-timestamp, webhook-signature"),
            Family::XWebhook => mistakes.push("the headers are looked for as x-webhook-id, x-webhook-timestamp, x-webhook-signature; the platform sends them without x-"),
            Family::GitHub => mistakes.push("this is GitHub's format (X-Hub-Signature-256: sha256=<hex> over the body); the platform sends webhook-signature: v1,<base64> over id.timestamp.body"),
            Family::Stripe => mistakes.push("this is Stripe's format (Stripe-Signature: t=…,v1=<hex> over timestamp.body); the platform sends webhook-signature: v1,<base64> over id.timestamp.body"),
            Family::XSignature => mistakes.push("one header X-Signature over the body is looked for; the platform sends webhook-signature: v1,<base64> over id.timestamp.body"),
        }
        if own {
            return mistakes;
        }
        match self.signed {
            SignedParts::IdTimestampBody => {}
            SignedParts::TimestampBody => {
                mistakes.push("timestamp.body is taken for what is signed; it is id.timestamp.body");
            }
            SignedParts::Body => {
                mistakes.push("the body alone is taken for what is signed; it is id.timestamp.body");
            }
        }
        if self.encoding == Encoding::Hex {
            mistakes.push("the digest is compared as hex; it is base64");
        }
        if !self.versioned {
            mistakes.push("the header is compared as a whole; it is a list, separated by blanks, of entries like v1,<base64>");
        }
        if self.millis {
            mistakes.push("the time is read as milliseconds; webhook-timestamp is in seconds");
        }
        mistakes
    }
}

/// The formats that are taken for the platform's, the likeliest first.
pub fn mistaken() -> Vec<Format> {
    let mut formats = Vec::new();
    for family in [Family::Standard, Family::Svix, Family::XWebhook] {
        for key in KeyForm::ALL {
            for signed in [
                SignedParts::IdTimestampBody,
                SignedParts::Body,
                SignedParts::TimestampBody,
            ] {
                for encoding in [Encoding::Base64, Encoding::Hex] {
                    for versioned in [true, false] {
                        formats.push(Format {
                            family,
                            key,
                            signed,
                            encoding,
                            versioned,
                            millis: false,
                        });
                    }
                }
            }
        }
    }
    formats.push(Format {
        millis: true,
        ..RIGHT
    });
    for key in KeyForm::ALL {
        for (family, signed) in [
            (Family::GitHub, SignedParts::Body),
            (Family::Stripe, SignedParts::TimestampBody),
            (Family::XSignature, SignedParts::Body),
        ] {
            formats.push(Format {
                family,
                key,
                signed,
                encoding: Encoding::Hex,
                versioned: false,
                millis: false,
            });
        }
    }
    // More than two mistakes at once are somebody's own format, which guessing does not find.
    formats.retain(|format| (1..=2).contains(&format.mistakes().len()));
    formats.sort_by_key(|format| format.mistakes().len());
    formats
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;
    use crate::wire::signature::Scheme;

    #[test]
    fn the_right_format_is_that_of_the_profile() {
        let key = [7_u8; 32];
        let printed = format!("whsec_{}", STANDARD.encode(key));
        let headers = RIGHT
            .headers(&printed, "evt_1", 1_800_000_000, b"{}", false)
            .unwrap();
        let scheme = Scheme::standard_webhooks();
        let right = scheme.sign(&key, "evt_1", "1800000000", b"{}");
        assert_eq!(headers.get(&scheme.signature_header), Some(right.as_str()));
        assert_eq!(headers.get(&scheme.id_header), Some("evt_1"));
        assert_eq!(headers.get(&scheme.timestamp_header), Some("1800000000"));
        let forged = RIGHT
            .headers(&printed, "evt_1", 1_800_000_000, b"{}", true)
            .unwrap();
        assert_ne!(forged.get("webhook-signature"), Some(right.as_str()));
    }

    #[test]
    fn no_mistake_is_tried_twice_and_each_has_words() {
        let formats = mistaken();
        assert!(formats.len() > 30 && formats.len() < 80, "{}", formats.len());
        for (at, format) in formats.iter().enumerate() {
            assert!(!format.mistakes().is_empty());
            assert!(!formats[..at].contains(format), "{format:?}");
        }
        assert_eq!(formats[0].mistakes().len(), 1);
        assert!(RIGHT.mistakes().is_empty());
    }
}
