//! The envelope around everything that is signed (DSSE 1.0.2): the payload, its type, and signatures over both.
//! Whoever signs something of another kind gives it a payload type of its own, so that no signature can be
//! taken from one kind of document to another.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use serde::{Deserialize, Serialize};

use super::keys::{PrivateKey, PublicKey};

/// Most signatures that are looked at.
const MOST_SIGNATURES: usize = 64;

/// An envelope cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It is no envelope.
    #[error("it is no DSSE envelope: {0}")]
    Form(String),
    /// It is an envelope around something else.
    #[error("its payload type is {found:?}, not {expected:?}")]
    OtherType {
        /// What was wanted.
        expected: String,
        /// What it says.
        found: String,
    },
    /// Something in it is no base64.
    #[error("its {0} is no base64")]
    Base64(&'static str),
    /// Nobody signed it, or far too many did.
    #[error("it has {0} signatures")]
    Signatures(usize),
}

/// The envelope as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The payload in base64.
    pub payload: String,
    /// What the payload is.
    #[serde(rename = "payloadType")]
    pub payload_type: String,
    /// Signatures over type and payload.
    pub signatures: Vec<EnvelopeSignature>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeSignature {
    /// Which key to try. Nothing protects it, so it proves nothing.
    #[serde(default)]
    pub keyid: String,
    /// The signature in base64.
    pub sig: String,
}

/// What is signed: the pre-authentication encoding of type and payload.
pub fn pre_authentication(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut encoded = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    encoded.extend_from_slice(payload);
    encoded
}

impl Envelope {
    /// An envelope signed by each of the keys.
    pub fn signed(payload_type: &str, payload: &[u8], keys: &[&PrivateKey]) -> Self {
        let message = pre_authentication(payload_type, payload);
        Self {
            payload: BASE64_STANDARD.encode(payload),
            payload_type: payload_type.to_owned(),
            signatures: keys
                .iter()
                .map(|key| EnvelopeSignature {
                    keyid: key.public().id().to_owned(),
                    sig: BASE64_STANDARD.encode(key.sign(&message)),
                })
                .collect(),
        }
    }

    /// Reads an envelope. Members that are not known are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        serde_json::from_slice(bytes).map_err(|error| EnvelopeError::Form(error.to_string()))
    }

    /// The envelope as a file; the same envelope gives the same bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Takes the payload out, if it is of this type. Both alphabets of base64 are read, padded or not. What is
    /// given out is what the signatures are checked over: nobody needs to decode it a second time.
    pub fn open(&self, payload_type: &str) -> Result<Opened, EnvelopeError> {
        if self.payload_type != payload_type {
            return Err(EnvelopeError::OtherType {
                expected: payload_type.to_owned(),
                found: self.payload_type.clone(),
            });
        }
        if !(1..=MOST_SIGNATURES).contains(&self.signatures.len()) {
            return Err(EnvelopeError::Signatures(self.signatures.len()));
        }
        let payload = decoded(&self.payload).ok_or(EnvelopeError::Base64("payload"))?;
        let message = pre_authentication(payload_type, &payload);
        let signatures = self.signatures.iter().map(|signature| {
            let bytes = decoded(&signature.sig).ok_or(EnvelopeError::Base64("signature"))?;
            Ok((signature.keyid.clone(), bytes))
        });
        Ok(Opened {
            payload_type: payload_type.to_owned(),
            signatures: signatures.collect::<Result<_, _>>()?,
            payload,
            message,
        })
    }
}

/// An envelope whose parts are decoded. Nothing in it is proven until a key was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    payload_type: String,
    payload: Vec<u8>,
    message: Vec<u8>,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Opened {
    /// The payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The ids that stand beside the signatures. They are hints and prove nothing.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|(id, _)| id.as_str())
    }

    /// Whether one of the signatures is this key's.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.signatures
            .iter()
            .any(|(_, signature)| key.verifies(&self.message, signature))
    }

    /// The one way in which this program writes it, with the right id beside each signature of a known key.
    pub fn written_plainly(&self, known: &[PublicKey]) -> Envelope {
        let signatures = self.signatures.iter().map(|(id, signature)| {
            let signer = known.iter().find(|key| key.verifies(&self.message, signature));
            EnvelopeSignature {
                keyid: signer.map_or(id.as_str(), PublicKey::id).to_owned(),
                sig: BASE64_STANDARD.encode(signature),
            }
        });
        Envelope {
            payload: BASE64_STANDARD.encode(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures: signatures.collect(),
        }
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(text).ok())
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;
    use crate::evidence::attestation::keys::tests::key;

    const KIND: &str = "application/vnd.example+json";

    #[test]
    fn the_encoding_of_the_specification() {
        assert_eq!(
            pre_authentication("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        assert_eq!(pre_authentication("ä", b""), "DSSEv1 2 ä 0 ".as_bytes());
    }

    #[test]
    fn each_of_several_signatures_counts() {
        let keys = [key(1), key(2)];
        let envelope = Envelope::signed(KIND, b"payload", &[&keys[0], &keys[1]]);
        let opened = Envelope::parse(&envelope.bytes().unwrap())
            .unwrap()
            .open(KIND)
            .unwrap();
        assert_eq!(opened.payload(), b"payload");
        assert!(keys.iter().all(|key| opened.is_signed_by(key.public())));
        assert!(!opened.is_signed_by(key(3).public()));
        let ids: Vec<&str> = opened.key_ids().collect();
        assert_eq!(ids, [keys[0].public().id(), keys[1].public().id()]);
    }

    #[test]
    fn a_signature_belongs_to_type_and_payload() {
        let key = key(1);
        let sound = Envelope::signed(KIND, b"payload", &[&key]);
        assert_eq!(
            sound.open("application/other"),
            Err(EnvelopeError::OtherType {
                expected: "application/other".to_owned(),
                found: KIND.to_owned()
            })
        );
        let mut other = sound.clone();
        other.payload_type = "application/other".to_owned();
        assert!(
            !other
                .open("application/other")
                .unwrap()
                .is_signed_by(key.public())
        );
        let mut other = sound.clone();
        other.payload = BASE64_STANDARD.encode("Payload");
        assert!(!other.open(KIND).unwrap().is_signed_by(key.public()));
        let mut other = sound;
        other.signatures.clear();
        assert_eq!(other.open(KIND), Err(EnvelopeError::Signatures(0)));
    }

    proptest! {
        #[test]
        fn both_alphabets_are_read_and_written_plainly_again(
            payload in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let key = key(1);
            let plain = Envelope::signed(KIND, &payload, &[&key]);
            let mut url = plain.clone();
            url.payload = BASE64_URL_SAFE_NO_PAD.encode(&payload);
            url.signatures[0].keyid.clear();
            let opened = url.open(KIND).unwrap();
            prop_assert_eq!(opened.payload(), payload.as_slice());
            prop_assert!(opened.is_signed_by(key.public()));
            prop_assert_eq!(opened.written_plainly(&[key.public().clone()]), plain);
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Envelope::parse(&bytes).map(|envelope| envelope.open(KIND));
        }
    }
}
