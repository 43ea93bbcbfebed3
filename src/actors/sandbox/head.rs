//! The head of a request, read strictly but without losing a byte of it (RFC 9112, 3 to 5).

use crate::wire::header::Headers;

/// Largest head, in bytes, with the empty line.
pub const HEAD_LIMIT: usize = 64 * 1024;

/// Most header lines.
pub const LINE_LIMIT: usize = 512;

/// Largest body, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// Request line and header lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Method.
    pub method: String,
    /// Request target as it stood there.
    pub target: String,
    /// Minor version of HTTP/1: 0 or 1.
    pub minor: u8,
    /// Header lines in order and spelling.
    pub headers: Headers,
}

/// How long the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// So many bytes.
    Length(usize),
    /// Chunks.
    Chunked,
}

/// Why a request is no request.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Malformed {
    /// Not method, target and version.
    #[error("request line is not method, target and version")]
    RequestLine,
    /// Not HTTP/1.0 or HTTP/1.1.
    #[error("version is not HTTP/1.0 or HTTP/1.1")]
    Version,
    /// A header line without name, or with characters that no header has.
    #[error("header line is not name, colon and value")]
    HeaderLine,
    /// No `host`, or more than one.
    #[error("host header is missing or repeated")]
    Host,
    /// `content-length` is no number or contradicts itself or `transfer-encoding`.
    #[error("body length is contradictory")]
    Length,
    /// A transfer coding other than `chunked`.
    #[error("transfer coding is not chunked")]
    Coding,
    /// Chunks that do not follow RFC 9112, 7.1.
    #[error("chunked body is malformed")]
    Chunk,
    /// Over [`HEAD_LIMIT`] or [`LINE_LIMIT`].
    #[error("head is larger than 64 KiB or 512 lines")]
    HeadTooLarge,
    /// Over [`BODY_LIMIT`].
    #[error("body is larger than 1 MiB")]
    BodyTooLarge,
}

impl Malformed {
    /// The status that says so.
    pub fn status(self) -> u16 {
        match self {
            Self::HeadTooLarge => 431,
            Self::BodyTooLarge => 413,
            _ => 400,
        }
    }
}

/// The length of the head in front of a buffer, with the empty line; none while it is not whole.
pub fn head_end(buffer: &[u8], searched: usize) -> Option<usize> {
    let from = searched.saturating_sub(3);
    buffer
        .get(from..)?
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|position| from + position + 4)
}

/// Reads a whole head, up to and with the empty line. The second value is what is wrong with it;
/// what could be read stands in the first all the same.
pub fn parse(bytes: &[u8]) -> (Head, Result<(), Malformed>) {
    let mut head = Head::default();
    let result = parse_into(bytes, &mut head);
    (head, result)
}

fn parse_into(bytes: &[u8], head: &mut Head) -> Result<(), Malformed> {
    let text = bytes.strip_suffix(b"\r\n\r\n").unwrap_or(bytes);
    let mut lines = lines(text);
    request_line(lines.next().unwrap_or_default(), head)?;
    for (number, line) in lines.enumerate() {
        if number >= LINE_LIMIT {
            return Err(Malformed::HeadTooLarge);
        }
        header_line(line, &mut head.headers)?;
    }
    let hosts = head.headers.all("host").count();
    if hosts > 1 || (head.minor == 1 && hosts == 0) {
        return Err(Malformed::Host);
    }
    Ok(())
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let current = rest?;
        match current.windows(2).position(|pair| pair == b"\r\n") {
            Some(end) => {
                rest = current.get(end + 2..);
                current.get(..end)
            }
            None => rest.take(),
        }
    })
}

fn request_line(line: &[u8], head: &mut Head) -> Result<(), Malformed> {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let (method, target, version) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    head.method = latin1(method);
    head.target = latin1(target);
    if method.is_empty() || method.len() > 32 || !method.iter().copied().all(is_token) {
        return Err(Malformed::RequestLine);
    }
    if target.is_empty() || !target.iter().all(u8::is_ascii_graphic) {
        return Err(Malformed::RequestLine);
    }
    head.minor = match version {
        b"HTTP/1.1" => 1,
        b"HTTP/1.0" => 0,
        _ => return Err(Malformed::Version),
    };
    Ok(())
}

fn header_line(line: &[u8], headers: &mut Headers) -> Result<(), Malformed> {
    let colon = line
        .iter()
        .position(|byte| *byte == b':')
        .ok_or(Malformed::HeaderLine)?;
    let (name, value) = line.split_at(colon);
    let value = value.get(1..).unwrap_or_default();
    if name.is_empty() || !name.iter().copied().all(is_token) {
        return Err(Malformed::HeaderLine);
    }
    if value
        .iter()
        .any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f)
    {
        return Err(Malformed::HeaderLine);
    }
    let blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
    let end = value
        .iter()
        .rposition(|byte| !blank(byte))
        .map_or(start, |last| last + 1);
    headers.push(latin1(name), latin1(value.get(start..end).unwrap_or_default()));
    Ok(())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Bytes as text, each byte one character.
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

impl Head {
    /// How the body is framed (RFC 9112, 6.3).
    pub fn framing(&self) -> Result<Framing, Malformed> {
        let mut codings = self.headers.all("transfer-encoding");
        let mut lengths = self.headers.all("content-length");
        match (codings.next(), lengths.next()) {
            (None, None) => Ok(Framing::Length(0)),
            (Some(_), Some(_)) => Err(Malformed::Length),
            (Some(coding), None) => {
                if self.minor == 1 && codings.next().is_none() && coding.eq_ignore_ascii_case("chunked") {
                    Ok(Framing::Chunked)
                } else {
                    Err(Malformed::Coding)
                }
            }
            (None, Some(length)) => {
                if lengths.any(|other| other != length)
                    || length.is_empty()
                    || !length.bytes().all(|byte| byte.is_ascii_digit())
                {
                    return Err(Malformed::Length);
                }
                match length.parse() {
                    Ok(length) if length <= BODY_LIMIT => Ok(Framing::Length(length)),
                    _ => Err(Malformed::BodyTooLarge),
                }
            }
        }
    }

    /// Whether the client waits for a go-ahead before it sends the body (RFC 9110, 10.1.1).
    pub fn expects_continue(&self) -> bool {
        self.minor == 1
            && self
                .headers
                .get("expect")
                .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    }

    /// Whether the connection may be used again after the answer (RFC 9112, 9.3).
    pub fn keeps_alive(&self) -> bool {
        let mut asked = None;
        for option in self.headers.all("connection").flat_map(|value| value.split(',')) {
            let option = option.trim();
            if option.eq_ignore_ascii_case("close") {
                return false;
            }
            if option.eq_ignore_ascii_case("keep-alive") {
                asked = Some(true);
            }
        }
        asked.unwrap_or(self.minor == 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (Head, Result<(), Malformed>) {
        parse(text.as_bytes())
    }

    #[test]
    fn order_and_spelling_are_kept() {
        let (head, result) = read("POST /v1/a?b HTTP/1.1\r\nhOsT: x\r\nX-B:  1 \r\nx-b:2\r\n\r\n");
        assert_eq!(result, Ok(()));
        let lines: Vec<_> = head.headers.iter().collect();
        assert_eq!(lines, [("hOsT", "x"), ("X-B", "1"), ("x-b", "2")]);
        assert_eq!((head.method.as_str(), head.target.as_str()), ("POST", "/v1/a?b"));
    }

    #[test]
    fn malformed_heads_say_what_is_wrong() {
        for (text, wrong) in [
            ("GET /\r\n\r\n", Malformed::Version),
            ("GET  / HTTP/1.1\r\n\r\n", Malformed::RequestLine),
            ("PRI * HTTP/2.0\r\n\r\n", Malformed::Version),
            ("GET / HTTP/1.1\r\n\r\n", Malformed::Host),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Malformed::Host),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", Malformed::HeaderLine),
            (
                "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
                Malformed::HeaderLine,
            ),
            ("GET / HTTP/1.1\nHost: a\n\r\n\r\n", Malformed::Version),
            ("GET /\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n", Malformed::RequestLine),
        ] {
            assert_eq!(read(text).1, Err(wrong), "{text:?}");
        }
    }

    #[test]
    fn contradictory_lengths_are_refused() {
        let framing = |lines: &str| {
            read(&format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n"))
                .0
                .framing()
        };
        assert_eq!(framing("Content-Length: 3\r\n"), Ok(Framing::Length(3)));
        assert_eq!(
            framing("Content-Length: 3\r\nContent-Length: 3\r\n"),
            Ok(Framing::Length(3))
        );
        assert_eq!(
            framing("Content-Length: 3\r\nContent-Length: 4\r\n"),
            Err(Malformed::Length)
        );
        assert_eq!(framing("Content-Length: +3\r\n"), Err(Malformed::Length));
        assert_eq!(
            framing("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
            Err(Malformed::Length)
        );
        assert_eq!(
            framing("Transfer-Encoding: gzip, chunked\r\n"),
            Err(Malformed::Coding)
        );
        assert_eq!(
            framing("Content-Length: 99999999999999999999999\r\n"),
            Err(Malformed::BodyTooLarge)
        );
        assert_eq!(framing("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (head, _) = parse(&bytes);
            let _ = (head.framing(), head.keeps_alive(), head.expects_continue());
            let _ = head_end(&bytes, bytes.len() / 2);
        }
    }
}
