//! Is this delivery authentic? Decided before anything in the body is believed.

use http::HeaderMap;
use standardwebhooks::WebhookError;

use super::headers::{self, SecurityHeaders};
use super::keys::Keys;
use super::refusal::Refusal;
use super::weak;
use crate::reference::defect::{Defect, Defects};

/// A delivery as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Header lines.
    pub headers: &'a HeaderMap,
    /// Body bytes.
    pub body: &'a [u8],
    /// Whether the signature header is spelt in lower case on the wire; known only under the defect
    /// that cares.
    pub lower_case: Option<bool>,
}

/// An authentic delivery (or one that a defect takes for authentic).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authentic {
    /// The id that the signature covers; `None` where a defect did not check one.
    pub id: Option<String>,
    /// The signature list as sent.
    pub signature: String,
}

/// Verifies a delivery. `now` is UNIX seconds.
pub fn verify(
    keys: &Keys,
    defects: Defects,
    delivery: &Delivery<'_>,
    now: i64,
) -> Result<Authentic, Refusal> {
    if defects.has(Defect::RejectsAll) {
        return Err(Refusal::signature());
    }
    if defects.has(Defect::CaseSensitiveHeader) && delivery.lower_case == Some(false) {
        return Err(Refusal::unusable("security header missing"));
    }
    if defects.has(Defect::FailOpenNoHeader) && headers::any_absent(delivery.headers) {
        return Ok(Authentic::default());
    }
    if defects.has(Defect::SigIgnored) {
        return weak::without_signature(defects, delivery, now);
    }
    let security = if defects.has(Defect::FirstHeaderWins) {
        headers::first_and_last(delivery.headers)?
    } else {
        headers::single(delivery.headers)?
    };
    if weak::replaces_library(defects) {
        weak::verify(keys, defects, &security, delivery.body, now)?;
    } else {
        by_library(keys, delivery, &security)?;
    }
    let id = (!defects.has(Defect::SigBodyOnly)).then_some(security.used_id);
    Ok(Authentic {
        id,
        signature: security.signature,
    })
}

fn by_library(keys: &Keys, delivery: &Delivery<'_>, security: &SecurityHeaders) -> Result<(), Refusal> {
    // The library reads `+1700000000` as a number too; the platform writes digits.
    if strict_seconds(&security.timestamp).is_none() {
        return Err(Refusal::unusable("timestamp not a number"));
    }
    let mut refusal = Refusal::signature();
    for verifier in keys.verifiers() {
        match verifier.verify(delivery.body, delivery.headers) {
            Ok(()) => return Ok(()),
            Err(error) => refusal = refusal_of(&error),
        }
    }
    Err(refusal)
}

fn refusal_of(error: &WebhookError) -> Refusal {
    match error {
        WebhookError::TimestampTooOldError | WebhookError::FutureTimestampError => {
            Refusal::unusable("timestamp outside the window")
        }
        WebhookError::InvalidTimestamp => Refusal::unusable("timestamp not a number"),
        WebhookError::InvalidPayload => Refusal::unusable("body not UTF-8"),
        _ => Refusal::signature(),
    }
}

/// UNIX seconds written as 1 to 12 digits and nothing else.
pub fn strict_seconds(text: &str) -> Option<i64> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}
