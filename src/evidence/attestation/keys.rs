//! Ed25519 keys as files: PKCS#8 for the private one, `SubjectPublicKeyInfo` for the public one, both PEM.

use std::fmt;

use ed25519_dalek::{
    Signature, Signer as _, SigningKey, VerifyingKey,
    pkcs8::{
        DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
        KeypairBytes, spki::der::pem::LineEnding,
    },
};
use zeroize::Zeroizing;

use crate::wire::digest::sha256_hex;

/// A key cannot be used. The texts never show a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a private key.
    #[error("this is no ed25519 private key in PEM (PKCS#8): {detail}; `keygen` makes one")]
    Private {
        /// What the parser said.
        detail: String,
    },
    /// Not a public key.
    #[error("this is no ed25519 public key in PEM: {detail}; give the file that ends with .pub")]
    Public {
        /// What the parser said.
        detail: String,
    },
    /// A key cannot be written.
    #[error("the key cannot be written: {detail}")]
    Writing {
        /// Why.
        detail: String,
    },
}

/// A key that signs. It is wiped from memory when it goes.
pub struct PrivateKey {
    key: SigningKey,
    public: PublicKey,
}

impl PrivateKey {
    /// The key of 32 random bytes. They must come from the operating system.
    pub fn of(random: &Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        Self::with(SigningKey::from_bytes(random))
    }

    /// Reads PKCS#8 PEM, with or without the public key in it.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(|error| KeyError::Private {
            detail: error.to_string(),
        })?;
        Self::with(key)
    }

    fn with(key: SigningKey) -> Result<Self, KeyError> {
        let public = PublicKey::with(key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// PKCS#8 PEM without the public key, which is the form that `openssl` reads.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let bytes = KeypairBytes {
            secret_key: self.key.to_bytes(),
            public_key: None,
        };
        bytes.to_pkcs8_pem(LineEnding::LF).map_err(writing)
    }

    /// The other half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature over a message (RFC 8032). The same message gives the same signature.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public.id)
    }
}

/// A key that checks signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    id: String,
}

impl PublicKey {
    /// Reads `SubjectPublicKeyInfo` in PEM.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_pem(pem).map_err(|error| KeyError::Public {
            detail: error.to_string(),
        })?;
        Self::with(key)
    }

    fn with(key: VerifyingKey) -> Result<Self, KeyError> {
        let spki = key.to_public_key_der().map_err(writing)?;
        Ok(Self {
            key,
            id: sha256_hex(spki.as_bytes()),
        })
    }

    /// `SubjectPublicKeyInfo` in PEM.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.key.to_public_key_pem(LineEnding::LF).map_err(writing)
    }

    /// SHA-256 over the DER of the `SubjectPublicKeyInfo`, lower-case hex.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the signature is this key's over the message. Weak keys and signatures that could be written in
    /// two ways are refused.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

fn writing(error: impl fmt::Display) -> KeyError {
    KeyError::Writing {
        detail: error.to_string(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn key(seed: u8) -> PrivateKey {
        PrivateKey::of(&Zeroizing::new([seed; 32])).unwrap()
    }

    #[test]
    fn rfc_8032_test_2() {
        let seed = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let key = PrivateKey::of(&Zeroizing::new(seed.try_into().unwrap())).unwrap();
        assert_eq!(
            hex::encode(key.sign(&[0x72])),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e\
             aeb4302aeeb00d291612bb0c00"
        );
        assert!(key.public().verifies(&[0x72], &key.sign(&[0x72])));
        assert!(!key.public().verifies(&[0x73], &key.sign(&[0x72])));
        assert!(!key.public().verifies(&[0x72], &[]));
    }

    #[test]
    fn keys_come_back_from_their_files() {
        let key = key(7);
        let again = PrivateKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(again.public(), key.public());
        let public = PublicKey::from_pem(&key.public().to_pem().unwrap()).unwrap();
        assert_eq!(&public, key.public());
        assert_eq!(public.id().len(), 64);
    }

    #[test]
    fn the_wrong_half_is_refused_and_named() {
        let key = key(7);
        let error = PublicKey::from_pem(&key.to_pem().unwrap())
            .unwrap_err()
            .to_string();
        assert!(error.contains("public key") && error.contains(".pub"), "{error}");
        let error = PrivateKey::from_pem(&key.public().to_pem().unwrap()).unwrap_err();
        assert!(error.to_string().contains("no ed25519 private key"), "{error}");
        assert!(PrivateKey::from_pem("").is_err());
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = key(7);
        assert_eq!(format!("{key:?}"), format!("PrivateKey({})", key.public().id()));
    }
}
