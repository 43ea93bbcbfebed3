//! Why no answer came, in words that are the same in every run.

use std::{error::Error, io, sync::LazyLock, time::Duration};

use regex::Regex;

use crate::transcript::exchange::NoAnswer;

/// Longest text of a detail, in characters.
const LONGEST: usize = 300;

/// A delivery without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// In which way.
    pub(super) why: NoAnswer,
    /// The library's words, cleaned.
    pub(super) detail: String,
}

impl Failure {
    /// A failure with words that are cleaned here.
    pub(super) fn new(why: NoAnswer, detail: &str) -> Self {
        Self {
            why,
            detail: clean(detail),
        }
    }

    /// No connection within its time limit.
    pub(super) fn no_connection(limit: Duration) -> Self {
        Self::new(
            NoAnswer::Connect,
            &format!("no connection within {} ms", limit.as_millis()),
        )
    }

    /// An error of opening a connection, with or without TLS.
    pub(super) fn connecting(error: &io::Error, handshake: bool) -> Self {
        let why = if handshake {
            NoAnswer::Tls
        } else {
            NoAnswer::Connect
        };
        Self::new(why, &error.to_string())
    }

    /// An error on an open connection.
    pub(super) fn talking(error: &io::Error) -> Self {
        let why = if is_tls(error) {
            NoAnswer::Tls
        } else {
            NoAnswer::Broken
        };
        Self::new(why, &error.to_string())
    }

    /// An error of the HTTP client.
    pub(super) fn client(error: &reqwest::Error, connect_timeout: Duration) -> Self {
        if error.is_connect() && error.is_timeout() {
            return Self::no_connection(connect_timeout);
        }
        let mut causes: Vec<&(dyn Error + 'static)> = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause);
            next = cause.source();
        }
        let why = if causes
            .iter()
            .any(|cause| tells_of_tls(*cause, error.is_connect()))
        {
            NoAnswer::Tls
        } else if error.is_connect() {
            NoAnswer::Connect
        } else if causes.iter().any(|cause| {
            cause
                .downcast_ref::<hyper::Error>()
                .is_some_and(hyper::Error::is_parse)
        }) {
            NoAnswer::NotHttp
        } else {
            NoAnswer::Broken
        };
        // The words of reqwest and hyper-util name only the phase; the causes below say what happened.
        let detail =
            causes
                .iter()
                .skip(usize::from(causes.len() > 1))
                .fold(String::new(), |mut text, cause| {
                    let words = cause.to_string();
                    if !text.contains(&words) {
                        if !text.is_empty() {
                            text.push_str(": ");
                        }
                        text.push_str(&words);
                    }
                    text
                });
        Self::new(why, &detail)
    }
}

fn tells_of_tls(cause: &(dyn Error + 'static), connecting: bool) -> bool {
    if cause.is::<rustls::Error>() {
        return true;
    }
    cause.downcast_ref::<io::Error>().is_some_and(|error| {
        // While connecting, an end of stream or a reset after the TCP handshake is the peer's answer
        // to the TLS handshake.
        is_tls(error)
            || connecting
                && matches!(
                    error.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
                )
    })
}

/// An `io::Error` hands out the cause of its inner error, not the inner error itself, so a walk along
/// the causes passes by what rustls said.
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| {
        inner.is::<rustls::Error>() || inner.downcast_ref::<io::Error>().is_some_and(is_tls)
    })
}

static CHANGING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<keep>\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}\b|\b[0-9]{9,}\b",
    )
    .ok()
});

/// Removes what differs from run to run (ports after addresses, UNIX times), control characters and
/// excess length.
fn clean(text: &str) -> String {
    let steady = match &*CHANGING {
        Some(changing) => changing.replace_all(text, |found: &regex::Captures<'_>| {
            found
                .name("keep")
                .map_or_else(|| "…".to_owned(), |address| address.as_str().to_owned())
        }),
        None => text.into(),
    };
    steady
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_between_runs_is_removed() {
        assert_eq!(
            clean("127.0.0.1:43211 -> [::1]:80 at 1795170930 (os error 111)\r\n"),
            "127.0.0.1 -> [::1] at … (os error 111)  "
        );
        assert_eq!(clean(&"x".repeat(1000)).len(), LONGEST);
    }

    #[test]
    fn tls_errors_are_found_inside_io_errors() {
        let inner = io::Error::other(rustls::Error::DecryptError);
        assert!(is_tls(&inner));
        assert_eq!(Failure::talking(&io::Error::other(inner)).why, NoAnswer::Tls);
        assert_eq!(
            Failure::talking(&io::ErrorKind::BrokenPipe.into()).why,
            NoAnswer::Broken
        );
    }
}
