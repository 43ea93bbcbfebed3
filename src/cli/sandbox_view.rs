//! What the simulated platform shows while it runs: a line for each request and each attempt at a webhook.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{error::CliError, output};
use crate::{
    actors::courier::Attempt,
    config::host::{Clock, rfc3339},
    contract::profile::period::Period,
    evidence::text::TerminalText,
    transcript::exchange::{Credential, Exposure, SeenRequest},
};

/// Writes the lines to standard output.
#[derive(Clone, Debug)]
pub struct View {
    clock: Clock,
    json: bool,
}

impl View {
    /// A view in words, or in JSON.
    pub fn new(clock: Clock, json: bool) -> Self {
        Self { clock, json }
    }

    /// Shows a request.
    pub fn request(&self, seen: &SeenRequest) -> Result<(), CliError> {
        let time = rfc3339(self.clock.unix_millis_at(seen.received));
        self.show(|| in_json(seen, &time), || in_words(seen, &time))
    }

    /// Shows an attempt at a webhook.
    pub fn attempt(&self, attempt: &Attempt) -> Result<(), CliError> {
        let time = self.clock.rfc3339();
        self.show(
            || attempt_in_json(attempt, &time),
            || attempt_in_words(attempt, &time),
        )
    }

    fn show(&self, json: impl FnOnce() -> Value, words: impl FnOnce() -> String) -> Result<(), CliError> {
        let line = if self.json { json().to_string() } else { words() };
        Ok(output::print(&(line + "\n"))?)
    }
}

/// Text of the partner's, made safe for a terminal.
fn clean(text: &str) -> String {
    TerminalText::line(text).to_string()
}

/// Hours, minutes, seconds and milliseconds of a moment, in UTC.
fn of_day(time: &str) -> &str {
    time.split_once('T')
        .map_or(time, |(_, of_day)| of_day.trim_end_matches('Z'))
}

fn credential(seen: &SeenRequest) -> &'static str {
    match seen.credential {
        Credential::Missing => "no credential",
        Credential::Token => "access token",
        Credential::ApiKey => "API key",
        Credential::Client => "client credentials",
        Credential::Retired => "retired key",
        Credential::Wrong => "wrong credential",
    }
}

fn exposed(seen: &SeenRequest) -> Option<&'static str> {
    seen.exposed.map(|exposure| match exposure {
        Exposure::Path => "a credential stands in the path",
        Exposure::Query => "a credential stands in the query",
        Exposure::UserInfo => "a credential stands before the host",
        Exposure::Referer => "a credential stands in the Referer",
    })
}

/// The word of the fault that was done, as it stands in scripts.
fn fault(seen: &SeenRequest) -> Option<String> {
    let fault = serde_json::to_value(seen.fault.as_ref()?).ok()?;
    Some(fault.get("fault")?.as_str()?.to_owned())
}

fn in_words(seen: &SeenRequest, time: &str) -> String {
    let status = seen
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let mut line = format!(
        "{}  {} {}  {status}  {}",
        of_day(time),
        clean(&seen.method),
        clean(&seen.target),
        credential(seen)
    );
    if let Some(fault) = fault(seen) {
        let _ = write!(line, "; fault: {fault}");
    }
    if let Some(exposed) = exposed(seen) {
        let _ = write!(line, "; {exposed}");
    }
    if !seen.violations.is_empty() {
        let _ = write!(
            line,
            "; against the contract: {}",
            clean(&seen.violations.join(", "))
        );
    }
    line
}

fn in_json(seen: &SeenRequest, time: &str) -> Value {
    let violations: Vec<String> = seen.violations.iter().map(|text| clean(text)).collect();
    json!({
        "kind": "request",
        "time": time,
        "method": clean(&seen.method),
        "path": clean(&seen.target),
        "status": seen.status,
        "credential": seen.credential,
        "exposed": seen.exposed,
        "fault": fault(seen),
        "violations": violations,
    })
}

fn attempt_in_words(attempt: &Attempt, time: &str) -> String {
    let answer = match &attempt.answer {
        Ok(status) => status.to_string(),
        Err(why) => format!("no answer ({})", clean(why)),
    };
    let mut line = format!(
        "{}  webhook {} {}  attempt {}: {answer}",
        of_day(time),
        attempt.kind,
        attempt.id,
        attempt.number
    );
    match attempt.next {
        Some(pause) => {
            let _ = write!(line, "; again in {}", Period::from(pause));
        }
        None if attempt.taken() => {}
        None => line.push_str("; given up"),
    }
    line
}

fn attempt_in_json(attempt: &Attempt, time: &str) -> Value {
    json!({
        "kind": "webhook",
        "time": time,
        "type": attempt.kind,
        "id": attempt.id,
        "attempt": attempt.number,
        "status": attempt.answer.as_ref().ok(),
        "why": attempt.answer.as_ref().err().map(|why| clean(why)),
        "taken": attempt.taken(),
        "next_in": attempt.next.map(Period::from),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wire::{
        body::Body,
        fault::{ApiCall, Fault},
        header::Headers,
        moment::Micros,
    };

    const TIME: &str = "2026-11-20T10:35:30.123Z";

    fn seen() -> SeenRequest {
        SeenRequest {
            connection: 1,
            call: ApiCall::Payment,
            method: "POST".to_owned(),
            target: "/v1/payments?a=\u{1b}[2J\u{202e}".to_owned(),
            headers: Headers::new(),
            body: Body::Text(String::new()),
            credential: Credential::Token,
            stray: None,
            exposed: Some(Exposure::Query),
            violations: vec!["amount: is no \u{7} amount".to_owned()],
            started: Micros(0),
            received: Micros(0),
            answered: Micros(0),
            fault: Some(Fault::Reset),
            status: None,
            answer: None,
        }
    }

    #[test]
    fn lines_are_one_line_and_clean() {
        let line = in_words(&seen(), TIME);
        assert_eq!(
            line,
            "10:35:30.123  POST /v1/payments?a=\\u{001b}[2J\\u{202e}  no answer  access token; fault: reset; \
             a credential stands in the query; against the contract: amount: is no \\u{0007} amount"
        );
        let json = in_json(&seen(), TIME);
        assert_eq!(json["path"], "/v1/payments?a=\\u{001b}[2J\\u{202e}");
        assert_eq!(json["fault"], "reset");
        assert_eq!(json["status"], Value::Null);
    }

    #[test]
    fn attempts_say_what_comes_next() {
        let attempt = |answer, next| Attempt {
            id: "evt_1".to_owned(),
            kind: "payment.success",
            number: 2,
            answer,
            next,
        };
        for (attempt, expected) in [
            (attempt(Ok(204), None), "attempt 2: 204"),
            (
                attempt(Ok(503), Some(Duration::from_secs(4))),
                "attempt 2: 503; again in 4s",
            ),
            (
                attempt(Err("refused\u{1b}".to_owned()), None),
                "attempt 2: no answer (refused\\u{001b}); given up",
            ),
        ] {
            let line = attempt_in_words(&attempt, TIME);
            assert!(line.ends_with(expected), "{line}");
        }
    }
}
