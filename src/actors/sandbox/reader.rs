//! Reads one request after the other from a connection, with its arrival times, within bounds.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

use super::head::{self, BODY_LIMIT, Framing, HEAD_LIMIT, Head, Malformed};
use crate::{config::host::Clock, wire::moment::Micros};

/// How long a connection may rest between two requests.
const IDLE: Duration = Duration::from_secs(75);

/// Bytes of empty lines that are skipped in front of a request.
const EMPTY_LINE_BYTES: usize = 64;

/// How long a request may take from its first byte to its last.
const WHOLE_REQUEST: Duration = Duration::from_secs(30);

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Request line and header lines.
    pub head: Head,
    /// Body, without transfer coding.
    pub body: Vec<u8>,
    /// First byte.
    pub started: Micros,
    /// Last byte.
    pub received: Micros,
}

/// Why there is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The client closed, or rested too long, between two requests.
    Ended,
    /// The request is malformed.
    Malformed(Malformed),
    /// The client stopped in the middle of a request.
    Abandoned,
    /// The request was not whole in time.
    Slow,
}

/// A reader over one connection. It keeps what arrived early for the next request.
#[derive(Debug)]
pub struct Reader<S> {
    /// The connection.
    pub stream: S,
    clock: Clock,
    buffer: Vec<u8>,
    start: usize,
    arrived: Micros,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Reader<S> {
    /// A reader over a fresh connection.
    pub fn new(stream: S, clock: Clock) -> Self {
        Self {
            stream,
            clock,
            buffer: Vec::new(),
            start: 0,
            arrived: Micros(0),
        }
    }

    /// Waits for the first byte of the next request.
    pub async fn begun(&mut self) -> bool {
        if !self.pending().is_empty() {
            return true;
        }
        matches!(timeout(IDLE, self.fill()).await, Ok(Ok(count)) if count > 0)
    }

    /// Reads the next request. On failure, what was read of it comes back too.
    pub async fn next(&mut self) -> Result<Arrival, (Unread, Option<Box<Arrival>>)> {
        // Empty lines in front of a request are skipped (RFC 9112, 2.2), but not without end.
        for _ in 0..EMPTY_LINE_BYTES {
            if !self.begun().await {
                return Err((Unread::Ended, None));
            }
            match self.pending() {
                [b'\r' | b'\n', ..] => self.start += 1,
                _ => break,
            }
        }
        let mut arrival = Arrival {
            head: Head::default(),
            body: Vec::new(),
            started: self.arrived,
            received: self.arrived,
        };
        let result = match timeout(WHOLE_REQUEST, self.read_into(&mut arrival)).await {
            Ok(result) => result,
            Err(_) => Err(Unread::Slow),
        };
        arrival.received = self.arrived;
        match result {
            Ok(()) => Ok(arrival),
            Err(why) => Err((why, Some(Box::new(arrival)))),
        }
    }

    /// Waits until the client closes or the connection breaks; what arrives is thrown away.
    pub async fn gone(&mut self) {
        loop {
            self.start = self.buffer.len();
            match self.fill().await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    /// Waits until the client closes or the connection breaks; what arrives is kept, within bounds.
    pub async fn left(&mut self) {
        while self.pending().len() <= HEAD_LIMIT {
            match self.fill().await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
        std::future::pending::<()>().await;
    }

    async fn read_into(&mut self, arrival: &mut Arrival) -> Result<(), Unread> {
        let end = self.head_end(arrival).await?;
        let (head, result) = head::parse(self.pending().get(..end).unwrap_or_default());
        self.start += end;
        arrival.head = head;
        result.map_err(Unread::Malformed)?;
        let framing = arrival.head.framing().map_err(Unread::Malformed)?;
        if arrival.head.expects_continue() && framing != Framing::Length(0) && self.pending().is_empty() {
            let go_ahead = self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
            go_ahead.map_err(|_| Unread::Abandoned)?;
            self.stream.flush().await.map_err(|_| Unread::Abandoned)?;
        }
        match framing {
            Framing::Length(length) => self.take(length, &mut arrival.body).await,
            Framing::Chunked => self.chunks(&mut arrival.body).await,
        }
    }

    async fn head_end(&mut self, arrival: &mut Arrival) -> Result<usize, Unread> {
        let mut searched = 0;
        loop {
            if let Some(end) = head::head_end(self.pending(), searched) {
                if end > HEAD_LIMIT {
                    return Err(Unread::Malformed(Malformed::HeadTooLarge));
                }
                return Ok(end);
            }
            searched = self.pending().len();
            if searched > HEAD_LIMIT {
                arrival.head = head::parse(self.pending().get(..2048).unwrap_or_default()).0;
                return Err(Unread::Malformed(Malformed::HeadTooLarge));
            }
            if self.more().await.is_err() {
                arrival.head = head::parse(self.pending()).0;
                return Err(Unread::Abandoned);
            }
        }
    }

    async fn take(&mut self, mut wanted: usize, body: &mut Vec<u8>) -> Result<(), Unread> {
        while wanted > 0 {
            if self.pending().is_empty() {
                self.more().await?;
            }
            let part = self.pending();
            let part = part.get(..wanted.min(part.len())).unwrap_or_default();
            body.extend_from_slice(part);
            wanted -= part.len();
            self.start += part.len();
        }
        Ok(())
    }

    async fn chunks(&mut self, body: &mut Vec<u8>) -> Result<(), Unread> {
        // Framing costs bytes too: a body of one-byte chunks must not buy unlimited work.
        let mut overhead = 0;
        loop {
            let line = self.line().await?;
            overhead += line.len() + 4;
            let digits = line
                .split(|byte| *byte == b';')
                .next()
                .unwrap_or_default()
                .trim_ascii_end();
            let size = chunk_size(digits).ok_or(Unread::Malformed(Malformed::Chunk))?;
            if size == 0 {
                break;
            }
            if size > BODY_LIMIT - body.len() || overhead > 8 * BODY_LIMIT {
                return Err(Unread::Malformed(Malformed::BodyTooLarge));
            }
            self.take(size, body).await?;
            if !self.line().await?.is_empty() {
                return Err(Unread::Malformed(Malformed::Chunk));
            }
        }
        let mut trailers = 0;
        loop {
            let line = self.line().await?;
            trailers += line.len() + 2;
            if line.is_empty() {
                return Ok(());
            }
            if trailers > HEAD_LIMIT {
                return Err(Unread::Malformed(Malformed::HeadTooLarge));
            }
        }
    }

    async fn line(&mut self) -> Result<Vec<u8>, Unread> {
        let mut line = Vec::new();
        loop {
            self.take(1, &mut line).await?;
            if line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                return Ok(line);
            }
            if line.len() > 4096 {
                return Err(Unread::Malformed(Malformed::Chunk));
            }
        }
    }

    async fn more(&mut self) -> Result<(), Unread> {
        match self.fill().await {
            Ok(0) | Err(_) => Err(Unread::Abandoned),
            Ok(_) => Ok(()),
        }
    }

    async fn fill(&mut self) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.drain(..self.start.min(self.buffer.len()));
            self.start = 0;
        }
        self.buffer.reserve(8 * 1024);
        let count = self.stream.read_buf(&mut self.buffer).await?;
        if count > 0 {
            self.arrived = self.clock.now();
        }
        Ok(count)
    }

    fn pending(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

fn chunk_size(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Wire(io::Cursor<Vec<u8>>);

    async fn read_all(bytes: &[u8], piece: usize) -> (Vec<Arrival>, Unread) {
        let (client, server) = tokio::io::duplex(piece);
        let wire = Wire(io::Cursor::new(bytes.to_vec()));
        let sender = tokio::spawn(async move {
            let (mut answers, mut requests) = tokio::io::split(client);
            let drain = tokio::spawn(async move {
                let mut sink = Vec::new();
                let _ = answers.read_to_end(&mut sink).await;
            });
            let _ = requests.write_all(wire.0.get_ref()).await;
            let _ = requests.shutdown().await;
            let _ = drain.await;
        });
        let mut reader = Reader::new(server, Clock::start());
        let mut arrivals = Vec::new();
        let end = loop {
            match reader.next().await {
                Ok(arrival) => arrivals.push(arrival),
                Err((why, _)) => break why,
            }
        };
        drop(reader);
        let _ = sender.await;
        (arrivals, end)
    }

    #[tokio::test]
    async fn pipelined_requests_are_read_apart() {
        let wire = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi\r\n\
            POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n02\r\nde\r\n0\r\nT: 1\r\n\r\n\
            GET /c HTTP/1.1\r\nHost: x\r\n\r\n";
        for piece in [1, 7, 4096] {
            let (arrivals, end) = read_all(wire, piece).await;
            let seen: Vec<_> = arrivals
                .iter()
                .map(|one| (one.head.target.as_str(), one.body.as_slice()))
                .collect();
            assert_eq!(seen, [("/a", &b"hi"[..]), ("/b", b"abcde"), ("/c", b"")]);
            assert_eq!(end, Unread::Ended);
        }
    }

    #[tokio::test]
    async fn empty_lines_come_to_an_end() {
        let (_, end) = read_all(&b"\r\n".repeat(100), 4096).await;
        assert_eq!(end, Unread::Malformed(Malformed::RequestLine));
    }

    #[tokio::test]
    async fn bad_bodies_say_what_is_wrong() {
        let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (body, wrong) in [
            ("zz\r\n", Unread::Malformed(Malformed::Chunk)),
            ("2\r\nabc\r\n", Unread::Malformed(Malformed::Chunk)),
            ("fffffff\r\n", Unread::Malformed(Malformed::BodyTooLarge)),
            ("2\r\na", Unread::Abandoned),
        ] {
            let (_, end) = read_all(format!("{chunked}{body}").as_bytes(), 64).await;
            assert_eq!(end, wrong, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let mut wire = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            wire.extend(bytes);
            runtime.block_on(read_all(&wire, 64));
        }
    }
}
