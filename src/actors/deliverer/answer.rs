//! A bounded reader of HTTP/1.1 answers for bytes that may be anything.

use super::{
    chunks::Chunks,
    core::{KEPT, READ},
    failure::Failure,
};
use crate::{
    transcript::exchange::{Answer, NoAnswer},
    wire::{body::Body, header::Headers},
};

/// Longest head, in bytes, empty lines before it included.
const LONGEST_HEAD: usize = 64 * 1024;

/// Most bytes of empty lines before a status line.
const MOST_BLANK: usize = 16;

/// Most answers of the kind `1xx` before the final one.
const MOST_INTERIM: u8 = 8;

/// How the body ends (RFC 9112, 6.3).
#[derive(Clone, Copy, Debug)]
enum Framing {
    Length(u64),
    Chunked(Chunks),
    UntilClose,
}

#[derive(Debug)]
struct Head {
    status: u16,
    headers: Headers,
    framing: Framing,
}

/// An answer as far as it has come in.
#[derive(Debug)]
pub(super) struct Incoming {
    to_head: bool,
    waiting: Vec<u8>,
    /// How much of `waiting` is known to hold no end of a head.
    searched: usize,
    interim: u8,
    head: Option<Head>,
    kept: Vec<u8>,
    read: usize,
    /// What came behind the end of the answer in the same pieces.
    surplus: Vec<u8>,
}

impl Incoming {
    /// Expects the answer to a request of this method.
    pub(super) fn to(method: &str) -> Self {
        Self {
            to_head: method == "HEAD",
            waiting: Vec::new(),
            searched: 0,
            interim: 0,
            head: None,
            kept: Vec::new(),
            read: 0,
            surplus: Vec::new(),
        }
    }

    /// Whether the head of the final answer is here.
    pub(super) fn has_head(&self) -> bool {
        self.head.is_some()
    }

    /// Whether all has come that is wanted.
    pub(super) fn is_done(&self) -> bool {
        self.head.as_ref().is_some_and(|head| {
            self.read > READ
                || match head.framing {
                    Framing::Length(left) => left == 0,
                    Framing::Chunked(chunks) => chunks.is_done(),
                    Framing::UntilClose => false,
                }
        })
    }

    /// Takes what was read.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.head.is_some() {
            return self.feed_body(bytes);
        }
        self.waiting.extend_from_slice(bytes);
        while self.head.is_none() {
            let blank = self
                .waiting
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            if blank > MOST_BLANK || !looks_like_http(&self.waiting[blank..]) {
                return Err(not_http("the answer does not begin like HTTP/1.1"));
            }
            let from = self.searched.max(blank);
            let Some(end) = end_of_head(&self.waiting[from..]).map(|end| from + end) else {
                // An empty line that is still coming in may have its first two bytes here.
                self.searched = self.waiting.len().saturating_sub(2);
                if self.waiting.len() > LONGEST_HEAD {
                    return Err(not_http("the head of the answer is longer than 64 KiB"));
                }
                return Ok(());
            };
            self.searched = 0;
            let rest = self.waiting.split_off(end);
            let text: String = self.waiting[blank..].iter().copied().map(char::from).collect();
            self.waiting = rest;
            let head = parse(&text, self.to_head)?;
            if (100..200).contains(&head.status) && head.status != 101 {
                self.interim += 1;
                if self.interim > MOST_INTERIM {
                    return Err(not_http("there is no end of interim answers"));
                }
            } else {
                self.head = Some(head);
            }
        }
        let rest = std::mem::take(&mut self.waiting);
        self.feed_body(&rest)
    }

    /// What came behind the end of the answer, at most one piece.
    pub(super) fn take_surplus(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.surplus)
    }

    /// The answer, after the last feed or at the end of the stream.
    pub(super) fn finish(self) -> Result<Answer, Failure> {
        let done = self.is_done();
        let broken = |detail: &str| Err(Failure::new(NoAnswer::Broken, detail));
        match self.head {
            None if self.waiting.is_empty() => broken("the connection was closed before any answer"),
            None => broken("the connection was closed inside the head of the answer"),
            Some(head) if done || matches!(head.framing, Framing::UntilClose) => Ok(Answer {
                status: head.status,
                headers: head.headers,
                truncated: self.read > self.kept.len(),
                body: Body::from(self.kept),
            }),
            Some(head) => broken(&format!(
                "the connection was closed inside the body of the answer (status {})",
                head.status
            )),
        }
    }

    fn feed_body(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let Some(head) = &mut self.head else { return Ok(()) };
        let (kept, read) = (&mut self.kept, &mut self.read);
        let mut keep = |part: &[u8]| {
            *read = read.saturating_add(part.len());
            let room = KEPT.saturating_sub(kept.len()).min(part.len());
            kept.extend_from_slice(&part[..room]);
        };
        match &mut head.framing {
            Framing::UntilClose => keep(bytes),
            Framing::Length(left) => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                keep(&bytes[..length]);
                *left -= length as u64;
                if length < bytes.len() {
                    self.surplus = bytes[length..].to_vec();
                }
            }
            Framing::Chunked(chunks) => chunks
                .feed(bytes, keep)
                .map_err(|error| Failure::new(NoAnswer::Broken, &error.to_string()))?,
        }
        Ok(())
    }
}

fn not_http(detail: &str) -> Failure {
    Failure::new(NoAnswer::NotHttp, detail)
}

fn looks_like_http(start: &[u8]) -> bool {
    const VERSION: &[u8] = b"HTTP/1.";
    let length = start.len().min(VERSION.len());
    start[..length] == VERSION[..length]
}

/// The index behind the empty line that ends a head.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .find_map(|(at, _)| match bytes.get(at + 1..)? {
            [b'\n', ..] => Some(at + 2),
            [b'\r', b'\n', ..] => Some(at + 3),
            _ => None,
        })
}

fn parse(text: &str, to_head: bool) -> Result<Head, Failure> {
    let mut lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line));
    let status = lines
        .next()
        .and_then(status)
        .ok_or_else(|| not_http("the status line is not HTTP"))?;
    let mut headers = Headers::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(is_token))
            .ok_or_else(|| not_http("a header line of the answer is not HTTP"))?;
        headers.push(name, value.trim_matches([' ', '\t']));
    }
    let framing = framing(status, &headers, to_head)?;
    Ok(Head {
        status,
        headers,
        framing,
    })
}

fn status(line: &str) -> Option<u16> {
    let rest = line
        .strip_prefix("HTTP/1.0 ")
        .or_else(|| line.strip_prefix("HTTP/1.1 "))?;
    let digits = rest.get(..3)?;
    let well_formed = digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(rest.as_bytes().get(3), None | Some(b' '));
    digits.parse().ok().filter(|status| well_formed && *status >= 100)
}

/// RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn framing(status: u16, headers: &Headers, to_head: bool) -> Result<Framing, Failure> {
    if to_head || status < 200 || status == 204 || status == 304 {
        return Ok(Framing::Length(0));
    }
    if let Some(codings) = headers.all("transfer-encoding").last() {
        let last = codings.rsplit(',').next().unwrap_or_default().trim();
        let chunked = last.eq_ignore_ascii_case("chunked");
        return Ok(if chunked {
            Framing::Chunked(Chunks::new())
        } else {
            Framing::UntilClose
        });
    }
    let mut lengths = headers
        .all("content-length")
        .flat_map(|value| value.split(','))
        .map(str::trim);
    let Some(first) = lengths.next() else {
        return Ok(Framing::UntilClose);
    };
    let length = Some(first)
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .filter(|_| lengths.all(|other| other == first));
    length
        .map(Framing::Length)
        .ok_or_else(|| not_http("the content-length of the answer is no length"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], cut: usize) -> Result<Answer, Failure> {
        let mut incoming = Incoming::to("POST");
        for piece in bytes.chunks(cut) {
            incoming.feed(piece)?;
            if incoming.is_done() {
                break;
            }
        }
        incoming.finish()
    }

    fn why(bytes: &[u8]) -> NoAnswer {
        read(bytes, 7).unwrap_err().why
    }

    #[test]
    fn the_three_ways_to_end_a_body() {
        for wire in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellojunk"[..],
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 1\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            b"HTTP/1.0 200\nServer:x\n\nhello",
            b"\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        ] {
            for cut in [1, 3, 1000] {
                let answer = read(wire, cut).unwrap();
                assert_eq!((answer.status, answer.body.text()), (200, Some("hello")));
            }
        }
    }

    #[test]
    fn answers_without_body_end_at_their_head() {
        let mut incoming = Incoming::to("HEAD");
        incoming
            .feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            .unwrap();
        assert!(incoming.is_done());
        assert!(
            read(b"HTTP/1.1 204 No Content\r\n\r\nx", 100)
                .unwrap()
                .body
                .is_empty()
        );
    }

    #[test]
    fn garbage_is_not_http() {
        for wire in [
            &b"SSH-2.0-OpenSSH\r\n"[..],
            b"HTTP/2 200 OK\r\n\r\n",
            b"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
            b"HTTP/1.1 20x OK\r\n\r\n",
            b"HTTP/1.1 099 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        ] {
            assert_eq!(why(wire), NoAnswer::NotHttp, "{}", String::from_utf8_lossy(wire));
        }
        assert_eq!(
            why(&[b"HTTP/1.1 200 OK\r\na: ", &vec![b'x'; 70_000][..]].concat()),
            NoAnswer::NotHttp
        );
    }

    #[test]
    fn an_early_end_is_broken() {
        for wire in [
            &b""[..],
            b"HTTP/1.",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        ] {
            assert_eq!(why(wire), NoAnswer::Broken, "{}", String::from_utf8_lossy(wire));
        }
    }

    #[test]
    fn a_long_body_is_cut_and_says_so() {
        let wire = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &vec![b'x'; READ + 10]].concat();
        let answer = read(&wire, 4096).unwrap();
        assert_eq!((answer.body.len(), answer.truncated), (KEPT, true));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_cuts_do_not_matter(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            status in 0_u16..1000,
            cut in 1_usize..50,
        ) {
            let _ = read(&bytes, cut);
            let wire = [format!("HTTP/1.1 {status:03} x\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes(), &bytes]
                .concat();
            prop_assert_eq!(read(&wire, cut).ok(), read(&wire, 1000).ok());
        }
    }
}
