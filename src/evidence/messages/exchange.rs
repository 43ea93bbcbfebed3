//! An exchange as text, for people who look at why an example failed.

use std::fmt::Write as _;

use crate::{
    evidence::text::PlainText,
    transcript::exchange::{Delivery, Ending, SeenRequest},
    wire::{body::Body, header::Headers},
};

/// Most characters of a body that are shown.
const LONGEST_BODY: usize = 4 * 1024;
/// Most characters of an exchange that are shown.
const LONGEST: usize = 16 * 1024;

/// An exchange that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Its record.
    pub(super) record: u64,
    /// What it is, in a few words.
    pub(super) name: String,
    /// Request and answer.
    pub(super) text: String,
}

/// A delivery to the partner.
pub(super) fn delivered(record: u64, delivery: &Delivery) -> Written {
    let intent = &delivery.intent;
    let role = serde_json::to_value(intent.role).ok();
    let role = role
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    let sent = &delivery.sent;
    let mut text = String::new();
    message(
        &mut text,
        &format!("{} {}", sent.method, sent.url),
        &sent.headers,
        &sent.body,
    );
    text.push('\n');
    match &delivery.ending {
        Ending::Answered(answer) => {
            let first = format!("{} after {} ms", answer.status, delivery.latency_millis());
            message(&mut text, &first, &answer.headers, &answer.body);
        }
        Ending::Unanswered { detail, .. } => {
            let waited = delivery.ended.millis_since(delivery.started);
            line(&mut text, &format!("no answer after {waited} ms: {detail}"));
        }
    }
    written(
        record,
        &format!("delivery to the partner, {role}, {}", intent.subject),
        &text,
    )
}

/// A request to the sandbox.
pub(super) fn seen(record: u64, seen: &SeenRequest) -> Written {
    let mut text = String::new();
    message(
        &mut text,
        &format!("{} {}", seen.method, seen.target),
        &seen.headers,
        &seen.body,
    );
    for violation in &seen.violations {
        line(&mut text, &format!("(against the contract: {violation})"));
    }
    text.push('\n');
    match seen.status {
        Some(status) => {
            let nothing = Body::Text(String::new());
            let body = seen.answer.as_ref().unwrap_or(&nothing);
            message(&mut text, &status.to_string(), &Headers::new(), body);
        }
        None => line(&mut text, "no answer"),
    }
    if let Some(fault) = seen
        .fault
        .as_ref()
        .and_then(|fault| serde_json::to_string(fault).ok())
    {
        line(&mut text, &format!("(the sandbox was told to: {fault})"));
    }
    written(record, "request to the sandbox", &text)
}

fn written(record: u64, name: &str, text: &str) -> Written {
    Written {
        record,
        name: PlainText::line(&format!("record {record}: {name}")).into_string(),
        text: PlainText::block(text, LONGEST).into_string(),
    }
}

fn message(text: &mut String, first: &str, headers: &Headers, body: &Body) {
    line(text, first);
    for (name, value) in headers.iter() {
        line(text, &format!("{name}: {value}"));
    }
    if body.is_empty() {
        return;
    }
    let bytes = body.bytes();
    let shown = bytes.get(..LONGEST_BODY.saturating_mul(4)).unwrap_or(&bytes);
    text.push('\n');
    match String::from_utf8_lossy(shown) {
        _ if matches!(body, Body::Base64(_)) => {
            line(text, &format!("({} bytes that are no text)", bytes.len()));
        }
        shown_text => {
            // Long bodies are cut here, so that the answer behind them still fits.
            let block = PlainText::block(&shown_text, LONGEST_BODY);
            line_of_block(text, block.as_str());
            if shown.len() < bytes.len() {
                line(text, &format!("({} bytes in all)", bytes.len()));
            }
        }
    }
}

fn line(text: &mut String, content: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}", PlainText::line(content).as_str());
}

fn line_of_block(text: &mut String, block: &str) {
    text.push_str(block.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::sample::HOSTILE, transcript::exchange::Credential, wire::fault::ApiCall,
        wire::moment::Micros,
    };

    #[test]
    fn hostile_and_endless_requests_become_short_text() {
        let request = SeenRequest {
            connection: 1,
            call: ApiCall::Unknown,
            method: HOSTILE.to_owned(),
            target: HOSTILE.to_owned(),
            headers: Headers::new().with(HOSTILE, HOSTILE),
            body: Body::from_bytes("\u{202e}x".repeat(5 << 20).as_bytes()),
            credential: Credential::Missing,
            stray: None,
            exposed: None,
            violations: vec![HOSTILE.to_owned(); 100],
            started: Micros(0),
            received: Micros(0),
            answered: Micros(0),
            fault: None,
            status: None,
            answer: None,
        };
        let written = seen(7, &request);
        assert!(written.text.chars().count() < LONGEST + 50);
        assert!(!written.text.contains(['\u{202e}', '\u{1b}', '\u{0}']));
        assert!(written.text.contains("no answer") || written.text.contains("more characters"));
    }
}
