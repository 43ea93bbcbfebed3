//! Other ways to sign, tried where a good delivery was refused: the one that is taken says what differs.

use secrecy::ExposeSecret as _;

use super::{super::context::WebhookEndpoint, dated::Dated};
use crate::{
    transcript::look::Cause,
    wire::signature::{Encoding, SECRET_PREFIX, Scheme, SignedParts, secret_bytes},
};

/// One other way.
#[derive(Clone)]
pub struct Guess {
    /// The way, after `signed with`.
    pub says: String,
    /// What follows when it is taken.
    pub means: String,
    /// Where the cause then lies.
    pub cause: Cause,
    /// The key.
    pub key: Vec<u8>,
    /// The scheme.
    pub scheme: Scheme,
    /// The timestamp that is sent and signed.
    pub dated: Dated,
}

impl std::fmt::Debug for Guess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guess")
            .field("says", &self.says)
            .finish_non_exhaustive()
    }
}

/// Another secret that the file names.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its variable.
    pub variable: String,
    /// What the file uses it for.
    pub purpose: String,
    /// The secret.
    pub text: secrecy::SecretString,
}

/// All ways worth trying for an endpoint, the likeliest first.
pub fn guesses(endpoint: &WebhookEndpoint, others: &[Other]) -> Vec<Guess> {
    let mut guesses = signed(endpoint, others);
    // After what may be wrong with the key itself, before the rarer ways to write a signature.
    let printed = endpoint.current.printed.expose_secret();
    let place = usize::from(printed.starts_with(SECRET_PREFIX)) + 1;
    guesses.splice(place..place, dated(endpoint));
    guesses
}

/// Other keys and other signatures, at the right time.
fn signed(endpoint: &WebhookEndpoint, others: &[Other]) -> Vec<Guess> {
    let variable = &endpoint.variable;
    let scheme = &endpoint.scheme;
    let printed = endpoint.current.printed.expose_secret();
    let bare = printed.strip_prefix(SECRET_PREFIX).unwrap_or(printed);
    let decoded = &endpoint.current.bytes;
    let mut guesses: Vec<Guess> = Vec::new();
    let mut add = |says: String, means: &str, cause, key: &[u8], scheme: Scheme| {
        guesses.push(Guess {
            says,
            means: means.to_owned(),
            cause,
            key: key.to_vec(),
            scheme,
            dated: Dated::Now,
        });
    };
    let literal = "take the prefix away and base64-decode the rest before you use it as the key";
    if printed != bare {
        add(
            format!(
                "the whole text of {variable} as the key, prefix {SECRET_PREFIX} included and nothing decoded"
            ),
            literal,
            Cause::Implementation,
            printed.as_bytes(),
            scheme.clone(),
        );
    }
    add(
        format!("the text of {variable} after {SECRET_PREFIX} as the key, not base64-decoded"),
        literal,
        Cause::Implementation,
        bare.as_bytes(),
        scheme.clone(),
    );
    for other in others {
        let text = other.text.expose_secret();
        let key = secret_bytes(text).unwrap_or_else(|_| text.as_bytes().to_vec());
        if key == *decoded {
            continue;
        }
        add(
            format!(
                "the secret of {}, which the file names for {}",
                other.variable, other.purpose
            ),
            "the variables, or the keys of the file that name them, are mixed up",
            Cause::File,
            &key,
            scheme.clone(),
        );
    }
    for (words, encoding) in [("hex", Encoding::Hex), ("base64", Encoding::Base64)] {
        if scheme.encoding != encoding {
            let other = Scheme {
                encoding,
                ..scheme.clone()
            };
            add(
                format!("the digest written in {words}"),
                "the endpoint compares another spelling of the digest than the profile says",
                Cause::Implementation,
                decoded,
                other,
            );
        }
    }
    if !scheme.prefix.is_empty() {
        let other = Scheme {
            prefix: String::new(),
            ..scheme.clone()
        };
        add(
            format!("the digest without {:?} before it", scheme.prefix),
            "the endpoint does not take the version label off",
            Cause::Implementation,
            decoded,
            other,
        );
    }
    for (words, signed) in [
        ("the body alone", SignedParts::Body),
        ("time and body, without the event id", SignedParts::TimestampBody),
        ("event id, time and body", SignedParts::IdTimestampBody),
    ] {
        if scheme.signed != signed {
            let other = Scheme {
                signed,
                ..scheme.clone()
            };
            add(
                format!("a digest over {words}"),
                "the endpoint signs other bytes than the profile says",
                Cause::Implementation,
                decoded,
                other,
            );
        }
    }
    guesses
}

/// The right key and scheme at other times.
fn dated(endpoint: &WebhookEndpoint) -> impl Iterator<Item = Guess> + '_ {
    Dated::OTHERS.into_iter().map(|dated| Guess {
        says: dated.says(),
        means: dated.means().to_owned(),
        cause: Cause::Implementation,
        key: endpoint.current.bytes.clone(),
        scheme: endpoint.scheme.clone(),
        dated,
    })
}
