//! A client without the care of the others: no limits, any certificate, any body.

use serde_json::{Value, json};

use super::answer::Answer;
use super::durations::Durations;
use super::failure::Failure;
use crate::reference::defect::{Defect, Defects};

/// The limits of the client: on connecting and on whole answers, unless a defect says otherwise.
pub fn limits(
    builder: reqwest::ClientBuilder,
    defects: Defects,
    durations: &Durations,
) -> reqwest::ClientBuilder {
    let builder = if defects.has(Defect::VerifyOff) {
        builder.tls_danger_accept_invalid_certs(true)
    } else {
        builder
    };
    if defects.has(Defect::NoTimeout) {
        return builder;
    }
    let builder = builder.connect_timeout(durations.connect);
    if defects.has(Defect::ReadTimeoutOnly) {
        builder.read_timeout(durations.whole)
    } else {
        builder.timeout(durations.whole)
    }
}

/// The JSON of a success answer, or what a careless client takes for it.
pub fn object(defects: Defects, answer: &Answer) -> Result<Value, Failure> {
    match answer.object() {
        Err(_) if defects.has(Defect::StatusCodeOnly) => Ok(json!({})),
        Err(failure) if defects.has(Defect::PartialAsSuccess) => mended(&answer.body).ok_or(failure),
        read => read,
    }
}

/// The members of half a JSON object that are there as a whole.
fn mended(half: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(half);
    let end = text.rfind(",\"")?;
    serde_json::from_str(&format!("{}}}", text.get(..end)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_answer_is_mended() {
        assert_eq!(
            mended(br#"{"a":"1","b":"2","c":"#),
            Some(json!({"a": "1", "b": "2"}))
        );
        assert_eq!(mended(b"<html>"), None);
    }
}
