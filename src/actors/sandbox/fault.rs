//! Writes answers to the connection, and does to it what a script asks for.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};
use tokio_rustls::server::TlsStream;

use super::{reader::Reader, reply::Answer, station::Station};
use crate::wire::fault::Fault;

/// Longest silence, longest pause and longest dripping answer.
const LONGEST: Duration = Duration::from_secs(600);

/// How long a client may take to accept an answer.
const WRITE: Duration = Duration::from_secs(30);

/// How long a closed connection is still read, so that the end is a FIN and no RST.
const LINGER: Duration = Duration::from_secs(2);

/// Bytes that no HTTP client can read as an answer.
const GARBAGE: &[u8] = b"\x00\xff\x15\x03\x01\xde\xad\xbe\xef not http \x80\x81\x82\r\n\r\n\x00\x00";

/// A connection that can be reset.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send {
    /// Makes dropping the connection send an RST.
    fn reset_on_drop(&self);
}

impl Transport for TcpStream {
    fn reset_on_drop(&self) {
        let _ = self.set_zero_linger();
    }
}

impl Transport for TlsStream<TcpStream> {
    fn reset_on_drop(&self) {
        self.get_ref().0.reset_on_drop();
    }
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next request may come.
    Keep,
    /// It is closed for writing; what still comes in is thrown away for a moment.
    Closed,
    /// It must be dropped at once, which resets it.
    Reset,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Status that went out.
    pub status: Option<u16>,
    /// Body bytes that went out.
    pub body: Option<Vec<u8>>,
    /// What becomes of the connection.
    pub next: Next,
}

impl Done {
    fn without_answer(next: Next) -> Self {
        Self {
            status: None,
            body: None,
            next,
        }
    }
}

/// How a pause ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// Its time was over.
    Over,
    /// The station was closed or the sandbox stops.
    Released,
    /// The client has closed.
    Gone,
}

/// The answering side of one request.
#[derive(Debug)]
pub struct Answering<'a, S> {
    /// The connection.
    pub reader: &'a mut Reader<S>,
    /// Whose script it is.
    pub station: Option<Arc<Station>>,
    /// Says when the sandbox stops.
    pub stop: watch::Receiver<bool>,
    /// Whether the client may send a further request.
    pub keep: bool,
    /// Whether the answer must have no body (HEAD).
    pub head_only: bool,
}

impl<S: Transport> Answering<'_, S> {
    /// Performs a fault around an answer, or just answers. `answer` does the work, so it is called
    /// only where the fault lets the work happen. Refusals are answers like any other here.
    pub async fn perform(mut self, fault: Option<&Fault>, answer: impl FnOnce() -> Answer) -> Done {
        match fault {
            None
            | Some(
                Fault::Refuse { .. }
                | Fault::Altered { .. }
                | Fault::Grown { .. }
                | Fault::Lapse { .. }
                | Fault::ExpireTokens
                | Fault::RefuseUntil { .. }
                | Fault::RefuseAfterWork { .. }
                | Fault::Instead { .. }
                | Fault::AlreadyThere
                | Fault::Redirect { .. },
            ) => self.send(answer()).await,
            Some(Fault::Hold { millis }) => {
                let answer = answer();
                match self.hold(Duration::from_millis(*millis).min(LONGEST)).await {
                    Pause::Gone => self.hang_up(Done::without_answer(Next::Closed)).await,
                    Pause::Over | Pause::Released => self.send(answer).await,
                }
            }
            Some(Fault::ResetAfterWork) => {
                drop(answer());
                self.reset()
            }
            Some(Fault::Reset) => self.reset(),
            Some(Fault::Close) => self.hang_up(Done::without_answer(Next::Closed)).await,
            Some(Fault::Cut { after }) => self.cut(answer(), *after).await,
            Some(Fault::Drip { bytes, every_millis }) => {
                let drip = self.drip(answer(), 0, (*bytes).max(1), Duration::from_millis(*every_millis));
                drip.await
            }
            Some(Fault::DripBody { bytes, every_millis }) => {
                let answer = answer();
                let at_once = answer.head_bytes(false).len();
                let gap = Duration::from_millis(*every_millis);
                self.drip(answer, at_once, (*bytes).max(1), gap).await
            }
            Some(Fault::Garbage) => {
                self.write(GARBAGE).await;
                self.hang_up(Done::without_answer(Next::Closed)).await
            }
            Some(Fault::Silent) => {
                self.hold(LONGEST).await;
                self.hang_up(Done::without_answer(Next::Closed)).await
            }
            Some(Fault::ResetMidBody) => self.reset_mid_body(answer()).await,
            Some(Fault::Overlong { by }) => self.overlong(answer(), *by).await,
            Some(Fault::Flood { mebibytes }) => self.flood(answer(), *mebibytes).await,
        }
    }

    async fn send(&mut self, answer: Answer) -> Done {
        let asked_to_close = answer
            .headers
            .get("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let keep = self.keep && !asked_to_close && !*self.stop.borrow();
        let mut bytes = answer.head_bytes(keep);
        let body = if self.head_only { Vec::new() } else { answer.body };
        bytes.extend_from_slice(&body);
        let whole = self.write(&bytes).await;
        let done = Done {
            status: whole.then_some(answer.status),
            body: whole.then_some(body),
            next: if whole && keep { Next::Keep } else { Next::Closed },
        };
        if done.next == Next::Keep {
            done
        } else {
            self.hang_up(done).await
        }
    }

    async fn cut(&mut self, answer: Answer, after: usize) -> Done {
        let head = answer.head_bytes(false);
        // A cut that leaves the whole body in place would be no fault at all.
        let part = answer
            .body
            .get(..after.min(answer.body.len().saturating_sub(1)))
            .unwrap_or_default();
        let whole = self.write(&[head.as_slice(), part].concat()).await;
        let done = Done {
            status: whole.then_some(answer.status),
            body: Some(part.to_vec()),
            next: Next::Closed,
        };
        self.hang_up(done).await
    }

    async fn drip(&mut self, answer: Answer, at_once: usize, piece: usize, gap: Duration) -> Done {
        let head = answer.head_bytes(false);
        let bytes = [head.as_slice(), answer.body.as_slice()].concat();
        let (first, rest) = bytes.split_at(at_once.min(bytes.len()));
        let mut sent = 0;
        let mut waited = Duration::ZERO;
        let parts = (!first.is_empty()).then_some(first).into_iter();
        for part in parts.chain(rest.chunks(piece)) {
            if sent > 0 {
                waited = waited.saturating_add(gap);
                if waited > LONGEST || self.hold(gap).await != Pause::Over {
                    break;
                }
            }
            if !self.write(part).await {
                break;
            }
            sent += part.len();
        }
        let body = bytes.get(head.len()..sent).unwrap_or_default().to_vec();
        let status = (sent >= head.len()).then_some(answer.status);
        self.hang_up(Done {
            status,
            body: Some(body),
            next: Next::Closed,
        })
        .await
    }

    pub(super) fn reset(&self) -> Done {
        self.reader.stream.reset_on_drop();
        Done::without_answer(Next::Reset)
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> bool {
        let writing = async {
            self.reader.stream.write_all(bytes).await?;
            self.reader.stream.flush().await
        };
        matches!(timeout(WRITE, writing).await, Ok(Ok(())))
    }

    pub(super) async fn hang_up(&mut self, done: Done) -> Done {
        let _ = timeout(LINGER, self.reader.stream.shutdown()).await;
        done
    }

    /// Like [`Self::pause`], and over as soon as the station lets go of its answers.
    async fn hold(&mut self, duration: Duration) -> Pause {
        let station = self.station.clone();
        let let_go = async {
            match station {
                Some(station) => station.released().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = let_go => Pause::Released,
            pause = self.pause(duration) => pause,
        }
    }

    pub(super) async fn pause(&mut self, duration: Duration) -> Pause {
        let station = self.station.clone();
        let released = async {
            match station {
                Some(station) => station.closed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep(duration) => Pause::Over,
            () = released => Pause::Released,
            _ = self.stop.wait_for(|stop| *stop) => Pause::Released,
            () = self.reader.left() => Pause::Gone,
        }
    }
}

/// Reads a closed connection empty, for a moment, so that the client sees a clean end.
pub async fn linger<S: Transport>(reader: &mut Reader<S>) {
    let _ = timeout(LINGER, reader.gone()).await;
}
