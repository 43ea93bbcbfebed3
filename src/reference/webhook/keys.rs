//! Webhook keys: every active secret, decoded once.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use standardwebhooks::Webhook;

use crate::reference::error::ReferenceError;

/// The active keys.
pub struct Keys {
    raw: Vec<Vec<u8>>,
    verifiers: Vec<Webhook>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Keys[{} redacted]", self.raw.len())
    }
}

impl Keys {
    /// Decodes `whsec_` secrets. An empty key is an error: it would let everybody in.
    pub fn decode(secrets: &[String]) -> Result<Self, ReferenceError> {
        let mut keys = Self {
            raw: Vec::new(),
            verifiers: Vec::new(),
        };
        for (index, secret) in secrets.iter().enumerate() {
            let unusable = || ReferenceError::WebhookSecret { position: index + 1 };
            let encoded = secret.strip_prefix("whsec_").ok_or_else(unusable)?;
            let raw = STANDARD
                .decode(encoded)
                .ok()
                .filter(|raw| !raw.is_empty())
                .ok_or_else(unusable)?;
            keys.verifiers
                .push(Webhook::from_bytes(raw.clone()).map_err(|_| unusable())?);
            keys.raw.push(raw);
        }
        Ok(keys)
    }

    /// Verifiers of the `standardwebhooks` crate, one for each key.
    pub fn verifiers(&self) -> &[Webhook] {
        &self.verifiers
    }

    /// The decoded keys, for own (defective) verification.
    pub fn raw(&self) -> &[Vec<u8>] {
        &self.raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_secrets_are_named_by_position_only() {
        for bad in ["whsec_", "whsec_!!", "c2VjcmV0"] {
            let error = Keys::decode(&["whsec_c2VjcmV0".into(), bad.into()]).unwrap_err();
            assert!(
                matches!(error, ReferenceError::WebhookSecret { position: 2 }),
                "{bad}"
            );
            assert!(!error.to_string().contains("c2VjcmV0"));
        }
    }
}
