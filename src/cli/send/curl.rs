//! The curl command that sends the same bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{actors::deliverer::raw::Shape, config::secret::Secret, transcript::exchange::SentMessage};

/// Bodies longer than this are only sent from a file, in bytes.
const LONGEST: usize = 32 << 10;

/// What is needed for a command beside the request.
#[derive(Default)]
pub struct Around<'a> {
    /// How the bytes leave.
    pub shape: Option<Shape>,
    /// A query that is a secret.
    pub query: Option<&'a Secret>,
    /// A file of certificates to trust.
    pub ca: Option<String>,
    /// The file that holds the body.
    pub body_file: Option<String>,
}

/// The command for a POSIX shell, or why there is none.
///
/// # Errors
///
/// The reason, as a sentence.
pub fn command(sent: &SentMessage, around: &Around<'_>) -> Result<String, String> {
    if let Some(Shape::BrokenOff { .. } | Shape::CutBody { .. } | Shape::HalfClosed) = around.shape {
        return Err(
            "curl cannot give up a connection in the middle, so there is no command for this".to_owned(),
        );
    }
    let odd = |text: &str| {
        !text.is_ascii() || text.contains(|letter: char| letter.is_ascii_control() && letter != '\t')
    };
    if let Some((name, _)) = sent.headers.iter().find(|(name, value)| odd(name) || odd(value)) {
        return Err(format!(
            "the header {name} holds more than ASCII, whose bytes depend on the shell, so there is no command for this"
        ));
    }
    let mut words =
        vec!["curl --http1.1 --silent --show-error --include --max-time 15 --noproxy '*'".to_owned()];
    if sent.url.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    if let Some(ca) = &around.ca {
        words.push(format!("--cacert {}", quoted(ca)));
    }
    words.push(format!("--request {}", sent.method));
    for (name, value) in sent.headers.iter() {
        words.push(if value.is_empty() {
            format!("--header {}", quoted(&format!("{name};")))
        } else {
            format!("--header {}", quoted(&format!("{name}: {value}")))
        });
    }
    // For larger bodies curl would ask for leave first.
    let body = sent.body.bytes();
    if body.len() > 1024 {
        words.push("--header 'Expect:'".to_owned());
    }
    let mut before = String::new();
    if sent.method != "GET" || !body.is_empty() {
        words.push(match (&around.body_file, std::str::from_utf8(&body)) {
            (Some(file), _) => format!("--data-binary {}", quoted(&format!("@{file}"))),
            (None, _) if body.len() > LONGEST => {
                return Err(format!(
                    "the body is {} bytes long; --save DIR keeps it in a file, from which curl can send it",
                    body.len()
                ));
            }
            (None, Ok(text)) if !text.chars().any(unprintable) => format!("--data-raw {}", quoted(text)),
            _ => {
                before = format!("printf %s {} | base64 -d | ", quoted(&STANDARD.encode(&body)));
                "--data-binary @-".to_owned()
            }
        });
    }
    words.push(url(&sent.url, around.query));
    Ok(before + &words.join(" \\\n  "))
}

/// A URL for the shell; a secret query stays in its variable.
fn url(url: &str, query: Option<&Secret>) -> String {
    match query.and_then(|query| Some((query, url.split_once(query.expose())?))) {
        Some((query, (before, after))) => {
            let after = if after.is_empty() {
                String::new()
            } else {
                quoted(after)
            };
            format!("{}\"${{{}}}\"{after}", quoted(before), query.variable())
        }
        None => quoted(url),
    }
}

/// A text as one word of a POSIX shell.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

// A line break inside quotes is kept by every shell; other control characters are at the mercy of the terminal.
fn unprintable(letter: char) -> bool {
    letter != '\n' && !crate::evidence::text::is_plain(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{body::Body, header::Headers};

    fn sent(body: &[u8]) -> SentMessage {
        SentMessage {
            method: "POST".to_owned(),
            url: "http://127.0.0.1:1/hooks?a=1".to_owned(),
            headers: Headers::new()
                .with("webhook-id", "it's")
                .with("webhook-signature", ""),
            body: Body::from_bytes(body),
        }
    }

    #[test]
    fn words_are_quoted_and_odd_bytes_go_through_a_pipe() {
        let command = |body: &[u8]| command(&sent(body), &Around::default()).unwrap();
        let plain = command(b"{\"a\":\"it's\"}\n");
        assert!(plain.contains("--header 'webhook-id: it'\\''s'"), "{plain}");
        assert!(plain.contains("--header 'webhook-signature;'"), "{plain}");
        assert!(plain.contains("--data-raw '{\"a\":\"it'\\''s\"}\n'"), "{plain}");
        assert!(command(b"\xff").starts_with("printf %s '/w==' | base64 -d | curl "));
        assert!(command(b"a\r\n").starts_with("printf %s "));
    }

    #[test]
    fn what_curl_cannot_do_is_said() {
        let around = Around {
            shape: Some(Shape::HalfClosed),
            ..Around::default()
        };
        assert!(command(&sent(b""), &around).is_err());
        let long = vec![b'x'; LONGEST + 1];
        assert!(
            command(&sent(&long), &Around::default())
                .unwrap_err()
                .contains("--save")
        );
    }

    #[test]
    fn a_secret_query_stays_in_its_variable() {
        let query = Secret::new("HOOK_QUERY", "a=1");
        let around = Around {
            query: Some(&query),
            ..Around::default()
        };
        let command = command(&sent(b""), &around).unwrap();
        assert!(
            command.ends_with("'http://127.0.0.1:1/hooks?'\"${HOOK_QUERY}\""),
            "{command}"
        );
    }
}
