//! `sign`: how the signature of a webhook is made, step by step.

use std::fmt::Write as _;

use serde_json::json;

use super::{
    arguments::{SignArguments, SignWebhook, SignWhat},
    callback,
    material::Key,
    source,
    traps::{rewritten, traps},
};
use crate::{
    cli::{
        args::ClockChoice,
        error::CliError,
        exit::Exit,
        output,
        prepare::Profiles,
        send::{exact, fields, webhook::parts},
    },
    config::host::{Host, rfc3339},
    evidence::json_text,
    wire::{
        body::Body,
        digest::{hmac_sha256, sha256_hex},
        signature::{Scheme, SignedParts},
    },
};

/// Most lines of a hexdump.
const LINES: usize = 24;

/// The command.
///
/// # Errors
///
/// Wrong arguments, a secret that is none, a file that cannot be read.
pub fn sign(arguments: &SignArguments, host: &Host) -> Result<Exit, CliError> {
    match &arguments.what {
        Some(SignWhat::Recurring(recurring)) => callback::sign(recurring, host),
        None => webhook(&arguments.webhook, host),
    }
}

fn webhook(arguments: &SignWebhook, host: &Host) -> Result<Exit, CliError> {
    let (Some(file), Some(variable), Some(id)) = (&arguments.body, &arguments.secret_env, &arguments.id)
    else {
        return Err(CliError::Usage(
            "give --secret-env NAME, --id ID and the file with the body".to_owned(),
        ));
    };
    let profiles = Profiles::load(&arguments.profile, ClockChoice::Real)?;
    let scheme = profiles.platform.signature_scheme();
    let key = Key::read(variable, host)?;
    let seconds = match &arguments.timestamp {
        Some(time) => fields::moment("--timestamp", time)? / 1000,
        None => host.clock.unix_millis() / 1000,
    };
    let body = source::read(file)?;
    let signed = Signed {
        scheme,
        key: &key,
        id,
        timestamp: seconds.to_string(),
        body: &body,
    };
    if arguments.json {
        let line =
            json_text::line(&signed.document()).map_err(|error| CliError::Undetermined(error.to_string()))?;
        output::print(&(line + "\n"))?;
    } else {
        output::print(&signed.steps(seconds))?;
    }
    Ok(Exit::Success)
}

/// One signature with everything that it is made of.
struct Signed<'a> {
    scheme: &'a Scheme,
    key: &'a Key,
    id: &'a str,
    timestamp: String,
    body: &'a [u8],
}

impl Signed<'_> {
    fn content(&self) -> Vec<u8> {
        self.scheme.signed_content(self.id, &self.timestamp, self.body)
    }

    /// Where the parts of the content begin.
    fn marks(&self) -> Vec<(usize, &'static str)> {
        let (id, timestamp) = (self.id.len(), self.timestamp.len());
        match self.scheme.signed {
            SignedParts::IdTimestampBody => {
                vec![(0, "id"), (id + 1, "timestamp"), (id + timestamp + 2, "body")]
            }
            SignedParts::TimestampBody => vec![(0, "timestamp"), (timestamp + 1, "body")],
            SignedParts::Body => vec![(0, "body")],
        }
    }

    fn headers(&self) -> [(&str, String); 3] {
        let signature = self
            .scheme
            .sign(&self.key.bytes, self.id, &self.timestamp, self.body);
        [
            (self.scheme.id_header.as_str(), self.id.to_owned()),
            (self.scheme.timestamp_header.as_str(), self.timestamp.clone()),
            (self.scheme.signature_header.as_str(), signature),
        ]
    }

    fn steps(&self, seconds: i64) -> String {
        let mut text = String::new();
        let content = self.content();
        let digest = hmac_sha256(&self.key.bytes, &content);
        let _ = writeln!(text, "1 secret     {}", self.key.form());
        let _ = writeln!(text, "2 parts      {}", parts(self.scheme.signed));
        let _ = writeln!(
            text,
            "             id         {}",
            exact::line(self.id.as_bytes(), 200)
        );
        let _ = writeln!(
            text,
            "             timestamp  {} ({})",
            self.timestamp,
            rfc3339(seconds.saturating_mul(1000))
        );
        let _ = writeln!(
            text,
            "             body       {} bytes, SHA-256 {}",
            self.body.len(),
            sha256_hex(self.body)
        );
        let _ = writeln!(
            text,
            "3 content    {} bytes, SHA-256 {}\n\n{}\n\n{}",
            content.len(),
            sha256_hex(&content),
            exact::block(&content, 4_000),
            exact::hexdump(&content, &self.marks(), LINES)
        );
        let _ = writeln!(
            text,
            "4 digest     HMAC-SHA256 of the content, keyed by the decoded secret"
        );
        let _ = writeln!(text, "             hex        {}", hex::encode(digest));
        let _ = writeln!(
            text,
            "             base64     {}",
            crate::wire::signature::Encoding::Base64.encode(&digest)
        );
        let _ = writeln!(text, "5 headers");
        for (name, value) in self.headers() {
            let _ = writeln!(
                text,
                "             {name}: {}",
                exact::line(value.as_bytes(), 500)
            );
        }
        let traps = traps(self.body);
        if !traps.is_empty() {
            let _ = writeln!(text, "\nMind in this body");
            for trap in &traps {
                let _ = writeln!(text, "  {trap}");
            }
        }
        let rewritten = rewritten(self.body);
        if !rewritten.is_empty() {
            let _ = writeln!(text, "\nIf it is parsed and written again, as it must not be");
            for (dialect, words) in rewritten {
                let _ = writeln!(text, "  {:<50} {words}", dialect.phrase());
            }
        }
        text
    }

    fn document(&self) -> serde_json::Value {
        let content = self.content();
        let digest = hmac_sha256(&self.key.bytes, &content);
        let [id, timestamp, signature] = self.headers();
        let headers: serde_json::Map<String, serde_json::Value> = [id, timestamp, signature]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        json!({
            "format": 1,
            "secret": {"variable": self.key.secret.variable(), "key_bytes": self.key.bytes.len()},
            "parts": parts(self.scheme.signed),
            "content": Body::from_bytes(&content),
            "content_bytes": content.len(),
            "content_sha256": sha256_hex(&content),
            "digest_hex": hex::encode(digest),
            "headers": headers,
            "traps": traps(self.body),
        })
    }
}
