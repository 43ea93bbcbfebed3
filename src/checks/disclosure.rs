//! What answers to malformed and refused deliveries give away.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{
    collected::Across,
    outcome::{Finding, Outcome},
    words::inconclusive,
};
use crate::{
    contract::id::ExampleId,
    transcript::exchange::{Delivery, Ending, Form},
};

/// Longest body of an error answer, in bytes.
pub const LONGEST: usize = 8 * 1024;
/// How much of an answer is searched, in characters.
const SEARCHED: usize = 64 * 1024;

/// A kind of thing that an error answer must not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disclosure {
    /// How the program is built: traces, file paths, SQL, debug pages of frameworks.
    Internals,
    /// Secrets and values of the environment.
    Secrets,
    /// A body that is longer than an error needs.
    Length,
}

/// Something that an answer gave away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Record number of the delivery.
    pub number: u64,
    /// Its example.
    pub example: ExampleId,
    /// What the delivery was, in words.
    pub stimulus: String,
    /// What kind of thing.
    pub what: Disclosure,
    /// What exactly, in words.
    pub text: String,
}

/// The answers to malformed and refused deliveries of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorAnswers {
    /// How many there are.
    pub count: usize,
    /// What they give away.
    pub told: Vec<Told>,
}

/// Whether a delivery counts as malformed or refused: it was made so, or was answered with an error.
pub fn concerns(delivery: &Delivery) -> bool {
    let Some(status) = delivery.status() else {
        return false;
    };
    delivery.intent.form.is_forged() || matches!(delivery.intent.form, Form::Unreadable(_)) || status >= 400
}

macro_rules! patterns {
    ($($what:literal: $pattern:literal,)+) => {
        LazyLock::new(|| {
            [$(($what, Regex::new($pattern)),)+]
                .into_iter()
                .filter_map(|(what, pattern)| Some((what, pattern.ok()?)))
                .collect()
        })
    };
}

type Patterns = LazyLock<Vec<(&'static str, Regex)>>;

static INTERNALS: Patterns = patterns! {
    "a stack trace": r"Traceback \(most recent call last\)",
    "a stack trace": r"(?m)^\s+at [^\n]+[:(/]\w[^\n]*:\d+\)?",
    "a stack trace": r"\bgoroutine \d+ \[|\bthread '[^'\n]+' panicked at|\bpanicked at [^\n]+:\d+",
    "a stack trace": r"(?m)^#\d+ [^\n]+\.php\(\d+\)",
    "a stack trace": r"\b(?:java|javax|org|com|System)(?:\.\w+)*\.\w*(?:Exception|Error)\b",
    "a file path": r"/(?:usr|var|srv|home|opt|etc|root|app|workspace|vendor|node_modules)/[\w.@/-]*\w\.\w{1,5}\b",
    "a file path": r"\b[A-Za-z]:\\[\w.-]+\\[\w.-]",
    "SQL": r"\bSELECT\s[^<]+?\sFROM\s+\w",
    "SQL": r"(?i)\bselect\s[^<]+?\sfrom\s+\S+\s+(?:where|join|limit|order by)\b",
    "SQL": r"(?i)\binsert\s+into\s+\w+\s*\(|\bupdate\s+\w+\s+set\s+\w+\s*=|\bdelete\s+from\s+\w+\s+where\b",
    "a database error": r"SQLSTATE\[|\bORA-\d{5}\b|\bpsycopg2?\.|\bPG::\w+|\bsqlite3?\.\w*Error|(?i:syntax error at or near)|(?i:error in your sql syntax)",
    "a debug page": r"\bDEBUG = True\b|Werkzeug Debugger|Whoops, looks like something went wrong|Symfony Exception|\bActionController::|Whitelabel Error Page|\bRails\.root\b|Django settings file",
};

static SECRETS: Patterns = patterns! {
    "a secret of this run": r"‹masked:(?:[^cp›]|c[^a›]|p[^l›])[^›]*›",
    "a value of the environment": r#"\b(?:PATH|HOME|PWD|DATABASE_URL|REDIS_URL|APP_KEY|SECRET_KEY|AWS_\w+|\w*(?:_SECRET|_PASSWORD|_TOKEN|_API_KEY))\s*=>?\s*["']?[^\s"'<]{4}"#,
    "a connection string with a password": r"\b[a-z][a-z0-9+]+://[^/\s:@]+:[^/\s@]+@",
};

/// What the answer to a delivery gives away.
pub fn told(number: u64, example: &ExampleId, delivery: &Delivery) -> Vec<Told> {
    let Ending::Answered(answer) = &delivery.ending else {
        return Vec::new();
    };
    let tell = |what, text| Told {
        number,
        example: example.clone(),
        stimulus: super::words::stimulus(delivery),
        what,
        text,
    };
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .chain([String::new()])
        .collect::<Vec<_>>()
        .join("\n");
    let body = answer.body.bytes();
    let text: String = (headers + &String::from_utf8_lossy(&body))
        .chars()
        .take(SEARCHED)
        .collect();
    let mut told = Vec::new();
    for (what, patterns) in [
        (Disclosure::Internals, &*INTERNALS),
        (Disclosure::Secrets, &*SECRETS),
    ] {
        let found = patterns
            .iter()
            .find_map(|(name, pattern)| Some((name, pattern.find(&text)?)));
        if let Some((name, found)) = found {
            let shown: String = found.as_str().trim().chars().take(120).collect();
            told.push(tell(what, format!("{name}: {shown:?}")));
        }
    }
    if body.len() > LONGEST {
        let more = if answer.truncated { " or more" } else { "" };
        told.push(tell(
            Disclosure::Length,
            format!("a body of {} bytes{more}", body.len()),
        ));
    }
    told
}

/// No answer to a malformed or refused delivery gives such a thing away.
pub fn error_answers_reveal_nothing(across: &dyn Across, what: Disclosure, until: u64) -> Outcome {
    let answers = match across.error_answers(until) {
        Ok(answers) => answers,
        Err(why) => return inconclusive(format!("the error answers could not be gathered: {why}")),
    };
    if answers.count == 0 {
        return inconclusive("no malformed or refused delivery was answered");
    }
    let wrong: Vec<&Told> = answers.told.iter().filter(|told| told.what == what).collect();
    let Some(first) = wrong.first() else {
        return Outcome::Passed { grade: None };
    };
    let (code, expected) = match what {
        Disclosure::Internals => (
            "discloses-internals",
            "error answers without stack traces, file paths, SQL or debug pages",
        ),
        Disclosure::Secrets => (
            "discloses-secrets",
            "error answers without secrets and values of the environment",
        ),
        Disclosure::Length => ("oversized-answer", "error answers of at most 8 KiB"),
    };
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!("{} ({})", first.stimulus, first.example),
        expected: expected.to_owned(),
        observed: format!(
            "{} of {} error answers; the first shows {}",
            wrong.len(),
            answers.count,
            first.text
        ),
        records: wrong.iter().map(|told| told.number).take(50).collect(),
        timing: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::delivery,
        transcript::exchange::{Answer, Role},
        wire::{
            body::Body,
            header::Headers,
            tampering::{Tampering, Writing},
        },
    };

    fn answered(body: &str) -> Vec<Disclosure> {
        let mut delivery = delivery(Role::Probe, 0, Form::Tampered(Tampering::RandomKey), Some(401), 1);
        delivery.ending = Ending::Answered(Answer {
            status: 401,
            headers: Headers::new().with("server", "nginx"),
            body: Body::Text(body.to_owned()),
            truncated: false,
        });
        let example = "EP-TLS-08/a".parse().unwrap();
        told(7, &example, &delivery)
            .into_iter()
            .map(|told| told.what)
            .collect()
    }

    #[test]
    fn every_pattern_can_be_used() {
        assert_eq!((INTERNALS.len(), SECRETS.len()), (12, 3));
    }

    #[test]
    fn what_frameworks_show_is_found() {
        for body in [
            "Traceback (most recent call last):",
            "Error: no\n    at verify (/srv/app/hook.js:12:9)",
            "java.lang.NullPointerException",
            "<b>Warning</b> in /var/www/html/hook.php on line 3",
            "C:\\inetpub\\wwwroot\\hook.aspx",
            "near: SELECT id FROM orders WHERE",
            "SQLSTATE[42000]",
            "thread 'main' panicked at src/hook.rs:3",
            "<p>DEBUG = True</p>",
        ] {
            assert_eq!(answered(body), [Disclosure::Internals], "{body}");
        }
        for body in [
            "expected v1,‹masked:expected-digest-1›",
            "SECRET_KEY=abcdef",
            "STRIPE_API_KEY => 'sk_test'",
            "postgres://app:pass@db/x",
        ] {
            assert_eq!(answered(body), [Disclosure::Secrets], "{body}");
        }
        assert_eq!(answered(&"x".repeat(LONGEST + 1)), [Disclosure::Length]);
    }

    #[test]
    fn an_orderly_error_is_none() {
        for body in [
            "refused",
            "{\"error\":\"invalid_signature\",\"message\":\"The signature does not match\"}",
            "{\"type\":\"https://errors.example.my/unauthorised\",\"status\":401,\"instance\":\"/webhooks/senang\"}",
            "Please select another method from the list at https://docs.example.my/home/errors",
            "",
        ] {
            assert_eq!(answered(body), [], "{body}");
        }
        assert_eq!(answered(&"x".repeat(LONGEST)), []);
    }

    #[test]
    fn a_good_delivery_that_was_taken_is_no_error() {
        let good = |status| delivery(Role::Stimulus, 0, Form::Right(Writing::Plain), status, 1);
        assert!(!concerns(&good(Some(200))) && !concerns(&good(None)));
        assert!(concerns(&good(Some(500))));
        let forged = delivery(
            Role::Stimulus,
            0,
            Form::Tampered(Tampering::EmptyKey),
            Some(200),
            1,
        );
        assert!(concerns(&forged));
    }
}
