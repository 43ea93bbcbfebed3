//! Damage: to a message after it was signed, and to a body before it is signed.

use std::fmt;

use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
};

use crate::{
    steps::compose::{Composed, Signing},
    wire::signature::{Scheme, SignedParts},
};

/// What happens to a body. Positions are thousandths of its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyDamage {
    /// One bit of one byte is turned round.
    Bit {
        /// Where.
        at: u16,
        /// Which bit, 7 the highest.
        bit: u8,
    },
    /// It ends early, at least one byte.
    Cut {
        /// Where.
        at: u16,
    },
    /// A byte is put in.
    Byte {
        /// Where.
        at: u16,
        /// Which.
        byte: u8,
    },
}

/// A security header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The event id.
    Id,
    /// The attempt time.
    Timestamp,
    /// The list of signatures.
    Signature,
}

/// What happens to a message after it was signed. After each of these the signature does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// One bit of the digest is turned round.
    DigestBit(u8),
    /// The body changes.
    Body(BodyDamage),
    /// A header is left out.
    Gone(Header),
    /// A header has no value.
    Empty(Header),
    /// A header's value ends early, by at least four characters.
    Short(Header, u16),
    /// A letter or digit stands behind the id or the attempt time.
    Long(Header, char),
}

/// Any change of a body.
pub fn body_damages() -> impl Strategy<Value = BodyDamage> {
    let bit = prop_oneof![Just(7_u8), 0_u8..8];
    prop_oneof![
        (0_u16..1000, bit).prop_map(|(at, bit)| BodyDamage::Bit { at, bit }),
        (0_u16..1000).prop_map(|at| BodyDamage::Cut { at }),
        (0_u16..1000, any::<u8>()).prop_map(|(at, byte)| BodyDamage::Byte { at, byte }),
    ]
}

/// Any damage after signing. A header that the scheme does not sign is left alone.
pub fn damages(signed: SignedParts) -> impl Strategy<Value = Damage> {
    let covered = match signed {
        SignedParts::IdTimestampBody => vec![Header::Signature, Header::Timestamp, Header::Id],
        SignedParts::TimestampBody => vec![Header::Signature, Header::Timestamp],
        SignedParts::Body => vec![Header::Signature],
    };
    let any_header = || select(covered.clone());
    let longer = select(covered.clone());
    let letter = select(('0'..='9').chain('a'..='z').collect::<Vec<_>>());
    prop_oneof![
        any::<u8>().prop_map(Damage::DigestBit),
        body_damages().prop_map(Damage::Body),
        any_header().prop_map(Damage::Gone),
        any_header().prop_map(Damage::Empty),
        (any_header(), 0_u16..1000).prop_map(|(header, keep)| Damage::Short(header, keep)),
        (longer, letter).prop_map(|(header, letter)| match header {
            // Many decoders stop at the padding, so a longer digest may be the right one still.
            Header::Signature => Damage::Short(header, 0),
            header => Damage::Long(header, letter),
        }),
    ]
}

impl BodyDamage {
    /// The body, damaged so.
    pub fn done_to(self, mut body: Vec<u8>) -> Vec<u8> {
        let place = |at: u16, length: usize| (usize::from(at) * length / 1000).min(length.saturating_sub(1));
        match self {
            Self::Bit { at, bit } => {
                let at = place(at, body.len());
                if let Some(byte) = body.get_mut(at) {
                    *byte ^= 1 << (bit & 7);
                }
            }
            Self::Cut { at } => body.truncate(place(at, body.len())),
            Self::Byte { at, byte } => body.insert(place(at, body.len()), byte),
        }
        body
    }
}

impl Header {
    fn name(self, scheme: &Scheme) -> &str {
        match self {
            Self::Id => &scheme.id_header,
            Self::Timestamp => &scheme.timestamp_header,
            Self::Signature => &scheme.signature_header,
        }
    }
}

impl Damage {
    /// The signed message, damaged so.
    pub fn done_to(self, mut message: Composed, signing: Signing<'_>) -> Composed {
        let scheme = signing.scheme;
        let value = |message: &Composed, header: Header| {
            message
                .headers
                .get(header.name(scheme))
                .unwrap_or_default()
                .to_owned()
        };
        match self {
            Self::DigestBit(bit) => {
                let text = |name| message.headers.get(name).unwrap_or_default();
                let (id, time) = (text(&scheme.id_header), text(&scheme.timestamp_header));
                let content = scheme.signed_content(id, time, &message.body);
                let right = scheme.digest(signing.key, id, time, &message.body);
                let mut digest = crate::wire::digest::hmac_sha256(signing.key, &content);
                let place = usize::from(bit) / 8 % digest.len();
                digest[place] ^= 1 << (bit & 7);
                let wrong = format!("{}{}", scheme.prefix, scheme.encoding.encode(&digest));
                message.headers.set(&scheme.signature_header, wrong);
                message.right_digest = Some(right);
            }
            Self::Body(damage) => message.body = damage.done_to(message.body),
            Self::Gone(header) => message.headers.remove(header.name(scheme)),
            Self::Empty(header) => message.headers.set(header.name(scheme), ""),
            Self::Short(header, keep) => {
                let whole = value(&message, header);
                let most = whole.len().saturating_sub(4);
                let keep = usize::from(keep) * (most + 1) / 1000;
                let short = whole.get(..keep.min(most)).unwrap_or_default();
                message.headers.set(header.name(scheme), short);
            }
            Self::Long(header, letter) => {
                let longer = format!("{}{letter}", value(&message, header));
                message.headers.set(header.name(scheme), longer);
            }
        }
        message
    }
}

impl fmt::Display for BodyDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bit { at, bit } => write!(f, "bit {bit} turned round at {at}/1000 of the body"),
            Self::Cut { at } => write!(f, "the body cut at {at}/1000"),
            Self::Byte { at, byte } => write!(f, "byte {byte:#04x} put in at {at}/1000 of the body"),
        }
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "id header",
            Self::Timestamp => "timestamp header",
            Self::Signature => "signature header",
        })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DigestBit(bit) => write!(f, "bit {bit} of the digest turned round"),
            Self::Body(damage) => damage.fmt(f),
            Self::Gone(header) => write!(f, "no {header}"),
            Self::Empty(header) => write!(f, "an empty {header}"),
            Self::Short(header, _) => write!(f, "the {header} cut short"),
            Self::Long(header, letter) => write!(f, "{letter:?} behind the {header}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, proptest};

    use super::*;
    use crate::explore::draft;

    const KEY: &[u8] = b"a key of more than twenty-four bytes";

    fn signing(scheme: &Scheme) -> Signing<'_> {
        Signing {
            scheme,
            key: KEY,
            printed: "",
            api_secret: None,
            next: None,
            retired: None,
            now: time::OffsetDateTime::now_utc().unix_timestamp(),
        }
    }

    /// What an independent verifier says.
    fn fits(message: &Composed) -> bool {
        let mut headers = http::HeaderMap::new();
        for (name, value) in message.headers.iter() {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let verifier = standardwebhooks::Webhook::from_bytes(KEY.to_vec()).unwrap();
        verifier.verify(&message.body, &headers).is_ok()
    }

    proptest! {
        #[test]
        fn no_damage_leaves_a_signature_that_fits(damage in damages(SignedParts::IdTimestampBody)) {
            let scheme = Scheme::standard_webhooks();
            let event = draft::tests::event();
            let message = signing(&scheme).plainly(&event.id, event.body());
            prop_assert!(fits(&message));
            let damaged = damage.done_to(message, signing(&scheme));
            prop_assert!(!fits(&damaged), "{}", damage);
        }

        #[test]
        fn what_the_scheme_does_not_sign_is_left_alone(damage in damages(SignedParts::Body)) {
            let headers = [Header::Id, Header::Timestamp];
            let touched = |header: &Header| {
                matches!(damage, Damage::Gone(h) | Damage::Empty(h) | Damage::Short(h, _) | Damage::Long(h, _)
                    if h == *header)
            };
            prop_assert!(!headers.iter().any(touched), "{}", damage);
        }

        #[test]
        fn body_damage_changes_the_body(damage in body_damages()) {
            let body = draft::tests::event().body();
            prop_assert!(damage.done_to(body.clone()) != body);
        }
    }
}
