//! Verification with mistakes. Runs only when a defect needs one that the library does not make; what
//! the defect does not name is checked as strictly as the library does.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use super::digest;
use super::headers::{self, SecurityHeaders};
use super::keys::Keys;
use super::refusal::Refusal;
use super::verify::{Authentic, Delivery, strict_seconds};
use crate::reference::defect::{Defect, Defects};

const WINDOW: i64 = 300;
const PLACEHOLDERS: [&str; 9] = [
    "***",
    "changeme",
    "undefined",
    "null",
    "None",
    "none",
    "NULL",
    "secret",
    "whsec_",
];

/// Defects that the library cannot be talked into.
const OWN_CODE: &[Defect] = &[
    Defect::EmptySecret,
    Defect::MagicSkipSecret,
    Defect::SigNotOverBody,
    Defect::SigBodyOnly,
    Defect::NoReplayWindow,
    Defect::ZeroToleranceClock,
    Defect::PastOnlyWindow,
    Defect::PrefixCompare,
    Defect::ParseintTimestamp,
    Defect::VersionBlind,
    Defect::AcceptsLegacySha1,
    Defect::FirstSignatureOnly,
    Defect::LastSignatureOnly,
    Defect::Reserialize,
    Defect::AsciiHmac,
    Defect::FirstHeaderWins,
    Defect::OracleResponse,
    Defect::OracleLog,
];

/// Whether one of the switches needs own verification code.
pub fn replaces_library(defects: Defects) -> bool {
    defects.has_any(OWN_CODE)
}

/// The check of a partner that never looks at the signature: id and time must be there and fresh.
pub fn without_signature(defects: Defects, delivery: &Delivery<'_>, now: i64) -> Result<Authentic, Refusal> {
    let text = |name: &str| delivery.headers.get(name).and_then(|value| value.to_str().ok());
    let missing = || Refusal::unusable("security header missing");
    let id = text(headers::ID).ok_or_else(missing)?;
    within_window(defects, text(headers::TIMESTAMP).ok_or_else(missing)?, now)?;
    Ok(Authentic {
        id: Some(id.to_owned()),
        signature: text(headers::SIGNATURE).unwrap_or_default().to_owned(),
    })
}

/// Window and signature under the switched-on mistakes.
pub fn verify(
    keys: &Keys,
    defects: Defects,
    security: &SecurityHeaders,
    body: &[u8],
    now: i64,
) -> Result<(), Refusal> {
    if !defects.has(Defect::SigBodyOnly) {
        within_window(defects, &security.used_timestamp, now)?;
    }
    let fits = if defects.has(Defect::SigNotOverBody) {
        looks_like_a_signature(&security.signature)
    } else if defects.has(Defect::SigBodyOnly) {
        fits_some_recent_time(keys, defects, security, body, now)
    } else {
        fits(
            keys,
            defects,
            &security.signature,
            &security.id,
            &security.timestamp,
            body,
        )
    };
    if fits {
        return Ok(());
    }
    let mut refusal = Refusal::signature();
    if defects.has_any(&[Defect::OracleResponse, Defect::OracleLog]) {
        refusal.expected = keys
            .raw()
            .first()
            .map(|key| digest::sha256_signature(key, &security.id, &security.timestamp, body));
    }
    Err(refusal)
}

fn within_window(defects: Defects, timestamp: &str, now: i64) -> Result<(), Refusal> {
    let seconds = if defects.has(Defect::ParseintTimestamp) {
        leading_digits(timestamp)
    } else {
        strict_seconds(timestamp)
    };
    let seconds = seconds.ok_or(Refusal::unusable("timestamp not a number"))?;
    let (past, future) = if defects.has(Defect::ZeroToleranceClock) {
        (30, 0)
    } else {
        (WINDOW, WINDOW)
    };
    let too_old = now - seconds > past && !defects.has(Defect::NoReplayWindow);
    let too_new = seconds - now > future && !defects.has(Defect::PastOnlyWindow);
    if too_old || too_new {
        Err(Refusal::unusable("timestamp outside the window"))
    } else {
        Ok(())
    }
}

fn leading_digits(text: &str) -> Option<i64> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end.min(18))?.parse().ok()
}

fn looks_like_a_signature(list: &str) -> bool {
    list.split(' ')
        .filter_map(|entry| entry.strip_prefix("v1,"))
        .any(|value| STANDARD.decode(value).is_ok_and(|digest| digest.len() == 32))
}

/// The signed id is taken from the body and the signed time is guessed, so the headers are not bound.
fn fits_some_recent_time(
    keys: &Keys,
    defects: Defects,
    security: &SecurityHeaders,
    body: &[u8],
    now: i64,
) -> bool {
    let Ok(parsed) = serde_json::from_slice::<serde_json::Value>(body) else {
        return false;
    };
    let Some(id) = parsed.get("id").and_then(serde_json::Value::as_str) else {
        return false;
    };
    let back_and_forth = (0..=WINDOW).flat_map(|offset| [now - offset, now + offset]);
    back_and_forth
        .map(|time| time.to_string())
        .any(|time| fits(keys, defects, &security.signature, id, &time, body))
}

fn fits(keys: &Keys, defects: Defects, list: &str, id: &str, timestamp: &str, body: &[u8]) -> bool {
    let Some(body) = signed_body(defects, body) else {
        return false;
    };
    let entries: Vec<&str> = list.split(' ').collect();
    let entries = if defects.has(Defect::FirstSignatureOnly) {
        &entries[..1]
    } else if defects.has(Defect::LastSignatureOnly) {
        &entries[entries.len() - 1..]
    } else {
        &entries[..]
    };
    accepted_keys(keys, defects).iter().any(|key| {
        let expected = digest::sha256_signature(key, id, timestamp, &body);
        let legacy = defects
            .has(Defect::AcceptsLegacySha1)
            .then(|| digest::sha1_signatures(key, id, timestamp, &body));
        entries
            .iter()
            .filter_map(|entry| entry.split_once(','))
            .any(|(label, value)| {
                let right_label = label == "v1" || defects.has(Defect::VersionBlind);
                let right_digest = same(defects, value, &expected)
                    || legacy
                        .as_ref()
                        .is_some_and(|digests| digests.iter().any(|digest| digest == value));
                right_label && right_digest
            })
    })
}

fn same(defects: Defects, received: &str, expected: &str) -> bool {
    if defects.has(Defect::PrefixCompare) {
        return expected.starts_with(received);
    }
    received.as_bytes().ct_eq(expected.as_bytes()).into()
}

fn accepted_keys(keys: &Keys, defects: Defects) -> Vec<Cow<'_, [u8]>> {
    let mut accepted: Vec<Cow<'_, [u8]>> = keys.raw().iter().map(|key| key.as_slice().into()).collect();
    if defects.has(Defect::EmptySecret) {
        accepted.push(Cow::Borrowed(&[]));
    }
    if defects.has(Defect::MagicSkipSecret) {
        accepted.extend(PLACEHOLDERS.iter().map(|text| Cow::Borrowed(text.as_bytes())));
        accepted.extend(
            PLACEHOLDERS
                .iter()
                .filter_map(|text| STANDARD.decode(text).ok())
                .map(Cow::Owned),
        );
    }
    accepted
}

fn signed_body(defects: Defects, body: &[u8]) -> Option<Cow<'_, [u8]>> {
    if defects.has(Defect::Reserialize) {
        let value: serde_json::Value = serde_json::from_slice(body).ok()?;
        return serde_json::to_vec(&value).ok().map(Cow::Owned);
    }
    if defects.has(Defect::AsciiHmac) {
        let text = String::from_utf8_lossy(body);
        let ascii: String = text
            .chars()
            .map(|character| if character.is_ascii() { character } else { '?' })
            .collect();
        return Some(Cow::Owned(ascii.into_bytes()));
    }
    Some(Cow::Borrowed(body))
}
