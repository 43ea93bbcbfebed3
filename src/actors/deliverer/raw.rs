//! Bytes on a socket: requests that an HTTP client would not write.

use std::{io, sync::Arc, time::Duration};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    answer::Incoming,
    chunks,
    connection::{Connection, open, open_to_reset},
    core::{Core, Exchanged},
    failure::Failure,
    message::{Delivered, Message},
    parcel::Parcel,
    progress::Progress,
};
use crate::transcript::{
    exchange::{Answer, Intent, NoAnswer, SentMessage},
    record::Scope,
};

/// How the bytes of a request leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// In one piece.
    Whole,
    /// Head and body in pieces of `bytes` bytes with a pause between them, all within the time limit of
    /// the message. Ends early when the partner answers early.
    Pieces {
        /// Bytes in a piece, at least 1.
        bytes: usize,
        /// Pause between two pieces.
        pause: Duration,
    },
    /// The head declares the whole body, but only its first bytes are sent; then the sending
    /// direction is closed.
    CutBody {
        /// Bytes of the body that are sent.
        after: usize,
    },
    /// The head declares the whole body, its first bytes are sent, and after a pause the connection is
    /// given up without waiting for an answer: within the body by a reset, after all of it by a close.
    BrokenOff {
        /// Bytes of the body that are sent.
        after: usize,
        /// How long the connection then stands still.
        pause: Duration,
    },
    /// With `transfer-encoding: chunked` instead of `content-length` (unless the message brings a
    /// length of its own, which then stands beside it).
    Chunked {
        /// Bytes in a chunk, at least 1.
        chunk: usize,
    },
    /// In one piece; then the sending direction is closed while the answer is awaited.
    HalfClosed,
}

/// Delivers exact bytes over a connection of its own; cheap to clone.
#[derive(Clone, Debug)]
pub struct RawDeliverer {
    pub(super) core: Arc<Core>,
}

impl RawDeliverer {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// Waits for its turn, delivers one message and records what happened. Spelling, order and
    /// repetition of header lines are kept. Giving up the returned future behaves as with the
    /// ordinary deliverer.
    pub async fn deliver(&self, scope: &Scope, intent: Intent, message: Message, shape: Shape) -> Delivered {
        let mut parcel = self.core.parcel(intent, message);
        if let Shape::Chunked { .. } = shape {
            parcel.declare_chunked();
        }
        self.send(scope, parcel, shape).await
    }

    /// The request that [`Self::deliver`] would send, with the header lines that are added, and its target on
    /// the request line. Nothing is sent.
    pub fn preview(&self, intent: Intent, message: Message, shape: Shape) -> (SentMessage, String) {
        let mut parcel = self.core.parcel(intent, message);
        if let Shape::Chunked { .. } = shape {
            parcel.declare_chunked();
        }
        (parcel.sent(), parcel.target().to_owned())
    }

    /// Delivers a message that is complete already.
    pub(super) async fn send(&self, scope: &Scope, mut parcel: Parcel, shape: Shape) -> Delivered {
        let wire = wire(&parcel, shape);
        let announced = parcel.body.len();
        if let Shape::CutBody { after } | Shape::BrokenOff { after, .. } = shape {
            parcel.body.truncate(after);
        }
        let permit = self.core.limiter.enter().await;
        self.core
            .run(
                scope,
                permit,
                Arc::new(parcel),
                move |core, parcel, progress| async move {
                    let result = if let Shape::BrokenOff { pause, .. } = shape {
                        let broken = broken_off(&core, &parcel, &wire, announced, pause, &progress);
                        progress.within(parcel.timeout, broken).await
                    } else {
                        let exchange = exchange(&core, &parcel, &wire, shape, &progress);
                        progress.within(parcel.timeout, exchange).await
                    };
                    Exchanged {
                        sent: parcel.sent(),
                        result,
                    }
                },
            )
            .await
    }
}

async fn exchange(
    core: &Core,
    parcel: &Parcel,
    wire: &[u8],
    shape: Shape,
    progress: &Progress,
) -> Result<Answer, Failure> {
    let mut connection = open(&parcel.url, &core.trust, core.connect_timeout).await?;
    let mut incoming = Incoming::to(&parcel.method);
    let writing = write(&mut connection, wire, shape, &mut incoming, progress).await;
    read(&mut connection, incoming, writing, progress).await
}

/// Writes what is to be written and leaves.
async fn broken_off(
    core: &Core,
    parcel: &Parcel,
    wire: &[u8],
    announced: usize,
    pause: Duration,
    progress: &Progress,
) -> Result<Answer, Failure> {
    let sent = parcel.body.len();
    let whole = sent == announced;
    let mut connection = if whole {
        open(&parcel.url, &core.trust, core.connect_timeout).await?
    } else {
        open_to_reset(&parcel.url, &core.trust, core.connect_timeout).await?
    };
    send_now(&mut connection, wire)
        .await
        .map_err(|error| Failure::talking(&error))?;
    progress.note_written();
    tokio::time::sleep(pause).await;
    drop(connection);
    let how = if whole {
        "closed by us before the answer, as planned".to_owned()
    } else {
        format!("reset by us after {sent} of {announced} bytes of the body, as planned")
    };
    Err(Failure::new(NoAnswer::Broken, &how))
}

/// Writes the request. Bytes that the partner sends meanwhile end the writing and are kept.
async fn write(
    connection: &mut Connection,
    wire: &[u8],
    shape: Shape,
    incoming: &mut Incoming,
    progress: &Progress,
) -> Result<(), Failure> {
    let (piece, pause) = match shape {
        Shape::Pieces { bytes, pause } => (bytes.max(1), pause),
        _ => (wire.len(), Duration::ZERO),
    };
    let mut pieces = wire.chunks(piece).peekable();
    while let Some(bytes) = pieces.next() {
        send_now(connection, bytes)
            .await
            .map_err(|error| Failure::talking(&error))?;
        if pieces.peek().is_some() && answered_within(connection, pause, incoming, progress).await? {
            break;
        }
    }
    progress.note_written();
    if matches!(shape, Shape::CutBody { .. } | Shape::HalfClosed) {
        connection
            .shutdown()
            .await
            .map_err(|error| Failure::talking(&error))?;
    }
    Ok(())
}

fn wire(parcel: &Parcel, shape: Shape) -> Vec<u8> {
    let mut wire = parcel.head();
    match shape {
        Shape::Chunked { chunk } => wire.extend_from_slice(&chunks::written(&parcel.body, chunk)),
        Shape::CutBody { after } | Shape::BrokenOff { after, .. } => {
            wire.extend_from_slice(&parcel.body[..after.min(parcel.body.len())]);
        }
        Shape::Whole | Shape::Pieces { .. } | Shape::HalfClosed => wire.extend_from_slice(&parcel.body),
    }
    wire
}

/// Writes and flushes: a TLS stream keeps what is not flushed.
pub(super) async fn send_now(connection: &mut Connection, bytes: &[u8]) -> io::Result<()> {
    connection.write_all(bytes).await?;
    connection.flush().await
}

/// Waits for a pause; true when the partner spoke or hung up before its end.
async fn answered_within(
    connection: &mut Connection,
    pause: Duration,
    incoming: &mut Incoming,
    progress: &Progress,
) -> Result<bool, Failure> {
    let mut buffer = [0; 4096];
    match tokio::time::timeout(pause, connection.read(&mut buffer)).await {
        Err(_) => Ok(false),
        Ok(read) => {
            let read = read.map_err(|error| Failure::talking(&error))?;
            take(incoming, &buffer[..read], progress)?;
            Ok(true)
        }
    }
}

/// Reads the answer. When writing failed, the partner may have answered before it hung up; only
/// without an answer is the failed writing what is told.
pub(super) async fn read(
    connection: &mut Connection,
    mut incoming: Incoming,
    writing: Result<(), Failure>,
    progress: &Progress,
) -> Result<Answer, Failure> {
    let answer = async {
        let mut buffer = vec![0; 16 * 1024];
        while !incoming.is_done() {
            match connection.read(&mut buffer).await {
                Ok(0) => break,
                Ok(read) => take(&mut incoming, &buffer[..read], progress)?,
                // Many servers end a TLS connection without saying so.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(Failure::talking(&error)),
            }
        }
        incoming.finish()
    }
    .await;
    answer.map_err(|failure| writing.err().unwrap_or(failure))
}

fn take(incoming: &mut Incoming, bytes: &[u8], progress: &Progress) -> Result<(), Failure> {
    let waited = !incoming.has_head();
    incoming.feed(bytes)?;
    if waited && incoming.has_head() {
        progress.note_head();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actors::deliverer::testing::{Closing, Partner, deliverer, intent, message, options, scope},
        transcript::exchange::{Delivery, Ending, NoAnswer},
        wire::header::Headers,
    };

    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    async fn deliver(message: Message, shape: Shape) -> Delivery {
        deliverer(options())
            .0
            .raw()
            .deliver(&scope(), intent(0), message, shape)
            .await
            .delivery()
            .clone()
    }

    #[tokio::test]
    async fn header_lines_keep_spelling_order_repetition_and_spaces() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let mut odd = message(&partner.url);
        odd.headers = Headers::new()
            .with("Webhook-Id", "  evt_1\t ")
            .with("X", "1")
            .with("webhook-ID", "evt_2")
            .with("Host", "partner.test");
        let delivery = deliver(odd, Shape::Whole).await;
        let expected = format!(
            "POST /hook HTTP/1.1\r\nuser-agent: {}\r\naccept: */*\r\nWebhook-Id:   evt_1\t \r\nX: 1\r\n\
             webhook-ID: evt_2\r\nHost: partner.test\r\ncontent-length: 26\r\n\r\n{{\"type\":\"payment.success\"}}",
            options().user_agent
        );
        assert_eq!(partner.seen(), [expected]);
        let Ending::Answered(answer) = delivery.ending else {
            panic!()
        };
        assert_eq!(answer.headers, Headers::new().with("Content-Length", "2"));
    }

    #[tokio::test]
    async fn a_cut_body_is_declared_whole_and_recorded_as_sent() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let delivery = deliver(message(&partner.url), Shape::CutBody { after: 10 }).await;
        let seen = partner.seen();
        assert!(
            seen[0].ends_with("content-length: 26\r\n\r\n{\"type\":\"p"),
            "{seen:?}"
        );
        assert_eq!(delivery.sent.body.text(), Some("{\"type\":\"p"));
        let Ending::Unanswered { why, detail } = delivery.ending else {
            panic!()
        };
        assert_eq!(
            (why, detail.as_str()),
            (NoAnswer::Broken, "the connection was closed before any answer")
        );
    }

    #[tokio::test]
    async fn a_delivery_is_broken_off_where_it_was_planned() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let pause = Duration::from_millis(10);
        for (after, words) in [
            (10, "reset by us after 10 of 26 bytes"),
            (26, "closed by us before"),
        ] {
            let delivery = deliver(message(&partner.url), Shape::BrokenOff { after, pause }).await;
            let Ending::Unanswered { why, detail } = delivery.ending else {
                panic!("answered")
            };
            assert_eq!(why, NoAnswer::Broken);
            assert!(detail.contains(words), "{detail}");
            assert_eq!(delivery.sent.body.text().map(str::len), Some(after));
        }
    }

    #[tokio::test]
    async fn a_half_closed_connection_still_brings_the_answer() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let delivery = deliver(message(&partner.url), Shape::HalfClosed).await;
        assert_eq!(delivery.status(), Some(200));
    }

    #[tokio::test]
    async fn chunks_replace_the_length() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let delivery = deliver(message(&partner.url), Shape::Chunked { chunk: 20 }).await;
        let wire = &partner.seen()[0];
        assert!(
            wire.contains("transfer-encoding: chunked\r\n\r\n14\r\n{\"type\":\"payment.suc\r\n6\r\n"),
            "{wire}"
        );
        assert!(!wire.contains("content-length"));
        assert_eq!(delivery.sent.headers.get("transfer-encoding"), Some("chunked"));
    }

    #[tokio::test]
    async fn pieces_arrive_whole_and_take_their_time() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let shape = Shape::Pieces {
            bytes: 50,
            pause: Duration::from_millis(20),
        };
        let delivery = deliver(message(&partner.url), shape).await;
        assert_eq!(delivery.status(), Some(200));
        assert!(delivery.written.millis_since(delivery.started) >= 60);
        assert!(partner.seen()[0].ends_with("payment.success\"}"));
    }

    #[tokio::test]
    async fn an_early_answer_ends_slow_sending() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let mut short = message(&partner.url);
        short.headers = Headers::new().with("content-length", "0");
        short.body = vec![b'x'; 1000];
        let shape = Shape::Pieces {
            bytes: 100,
            pause: Duration::from_millis(300),
        };
        let delivery = deliver(short, shape).await;
        assert_eq!(delivery.status(), Some(200));
        assert!(delivery.ended.millis_since(delivery.started) < 1000);
    }
}
