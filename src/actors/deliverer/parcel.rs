//! A message with every header line it will be sent with.

use std::{borrow::Cow, time::Duration};

use hyper::body::Bytes;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use url::{Position, Url};

use super::message::Message;
use crate::{
    transcript::exchange::{Intent, SentMessage},
    wire::{body::Body, header::Headers},
};

/// A message ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    /// What it is for.
    pub(super) intent: Intent,
    /// Method.
    pub(super) method: String,
    /// URL without user name, password and fragment.
    pub(super) url: Url,
    /// All header lines.
    pub(super) headers: Headers,
    /// Body.
    pub(super) body: Bytes,
    /// Time limit.
    pub(super) timeout: Duration,
    /// Whether the last header line is a length that the caller did not ask for.
    length_added: bool,
}

impl Parcel {
    /// Adds what the caller left out.
    pub(super) fn new(intent: Intent, message: Message, user_agent: &str, timeout: Duration) -> Self {
        let Message {
            method,
            mut url,
            headers: asked,
            body,
            timeout: own,
        } = message;
        // Both fail only for URLs that cannot have these parts.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        let (headers, length_added) = complete(&method, &url, asked, body.len(), user_agent);
        let timeout = own.unwrap_or(timeout);
        Self {
            intent,
            method,
            url,
            headers,
            body: body.into(),
            timeout,
            length_added,
        }
    }

    /// Declares a chunked body in place of the length that was added.
    pub(super) fn declare_chunked(&mut self) {
        if self.length_added {
            self.headers.0.pop();
        }
        if self.headers.get("transfer-encoding").is_none() {
            self.headers.push("transfer-encoding", "chunked");
        }
    }

    /// Path and query as they stand on the request line (RFC 9112, 3.2.1).
    pub(super) fn target(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }

    /// What is recorded as sent.
    pub(super) fn sent(&self) -> SentMessage {
        SentMessage {
            method: self.method.clone(),
            url: self.url.as_str().to_owned(),
            headers: self.headers.clone(),
            body: Body::from_bytes(&self.body),
        }
    }

    /// The header lines for the client, if it will write exactly this message: an ordinary method, names
    /// in lower case, lines of one name together, and a length that is true.
    pub(super) fn for_client(&self) -> Option<HeaderMap> {
        let method = Method::from_bytes(self.method.as_bytes()).ok()?;
        if method == Method::CONNECT || !matches!(self.url.scheme(), "http" | "https") {
            return None;
        }
        if self.headers.get("transfer-encoding").is_some() || !self.length_is_true() {
            return None;
        }
        let mut map = HeaderMap::with_capacity(self.headers.0.len());
        let mut previous = "";
        for (name, value) in self.headers.iter() {
            if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return None;
            }
            let value = HeaderValue::from_bytes(&latin1(value)).ok()?;
            let key = HeaderName::from_bytes(name.as_bytes()).ok()?;
            if map.append(key, value) && name != previous {
                return None;
            }
            previous = name;
        }
        Some(map)
    }

    /// The whole head as it stands on the wire.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target()).into_bytes();
        for (name, value) in self.headers.iter() {
            head.extend_from_slice(&latin1(name));
            head.extend_from_slice(b": ");
            head.extend_from_slice(&latin1(value));
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    fn length_is_true(&self) -> bool {
        let mut lengths = self.headers.all("content-length");
        match (lengths.next(), lengths.next()) {
            (None, _) => self.body.is_empty(),
            (Some(length), None) => length == self.body.len().to_string(),
            (Some(_), Some(_)) => false,
        }
    }
}

fn complete(method: &str, url: &Url, asked: Headers, length: usize, user_agent: &str) -> (Headers, bool) {
    let mut headers = Headers(Vec::with_capacity(asked.0.len() + 4));
    if asked.get("host").is_none() {
        let host = url.host_str().unwrap_or_default();
        headers.push(
            "host",
            url.port()
                .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        );
    }
    if asked.get("user-agent").is_none() {
        headers.push("user-agent", user_agent);
    }
    if asked.get("accept").is_none() {
        headers.push("accept", "*/*");
    }
    let framed = asked.get("content-length").is_some() || asked.get("transfer-encoding").is_some();
    let expects_body = !matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE");
    headers.0.extend(asked.0);
    let length_added = !framed && (length > 0 || expects_body);
    if length_added {
        headers.push("content-length", length.to_string());
    }
    (headers, length_added)
}

/// Text as Latin-1, the way records read it; what Latin-1 lacks goes out as UTF-8.
fn latin1(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let narrow: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    narrow.map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::deliverer::testing::intent;

    fn parcel(headers: Headers, body: &[u8]) -> Parcel {
        let message = Message {
            method: "POST".to_owned(),
            url: "http://user:word@partner.test:8080/hook?a=1#part"
                .parse()
                .unwrap(),
            headers,
            body: body.to_vec(),
            timeout: None,
        };
        Parcel::new(intent(0), message, "agent", Duration::from_secs(1))
    }

    #[test]
    fn missing_lines_are_added_around_the_given_ones() {
        let parcel = parcel(
            Headers::new()
                .with("webhook-id", "w")
                .with("accept", "text/plain"),
            b"{}",
        );
        assert_eq!(
            String::from_utf8(parcel.head()).unwrap(),
            "POST /hook?a=1 HTTP/1.1\r\nhost: partner.test:8080\r\nuser-agent: agent\r\nwebhook-id: w\r\n\
             accept: text/plain\r\ncontent-length: 2\r\n\r\n"
        );
        assert_eq!(parcel.sent().url, "http://partner.test:8080/hook?a=1");
    }

    #[test]
    fn the_client_gets_only_what_it_writes_faithfully() {
        let fits = |headers: Headers, body: &[u8]| parcel(headers, body).for_client().is_some();
        assert!(fits(Headers::new().with("a", "1").with("a", "2"), b"x"));
        assert!(!fits(
            Headers::new().with("a", "1").with("b", "2").with("a", "3"),
            b"x"
        ));
        assert!(!fits(Headers::new().with("Webhook-Id", "1"), b"x"));
        assert!(!fits(Headers::new().with("content-length", "9"), b"x"));
        assert!(!fits(Headers::new().with("transfer-encoding", "chunked"), b"x"));
        assert!(!fits(Headers::new().with("a", "1\r\nb: 2"), b"x"));
        assert!(!fits(Headers::new().with("a b", "1"), b"x"));
    }

    #[test]
    fn values_go_out_as_latin_1() {
        assert_eq!(latin1("é").as_ref(), [0xE9]);
        assert_eq!(latin1("€").as_ref(), "€".as_bytes());
    }
}
