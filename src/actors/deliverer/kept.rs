//! Several deliveries over one connection, one after another.

use std::{sync::Arc, time::Duration};

use tokio::{io::AsyncReadExt as _, sync::Mutex};

use super::{
    answer::Incoming,
    connection::{Connection, open},
    core::{Core, Exchanged},
    failure::Failure,
    message::{Delivered, Message},
    parcel::Parcel,
    progress::Progress,
    raw::{RawDeliverer, send_now},
};
use crate::transcript::{
    exchange::{Answer, Intent},
    record::Scope,
};

/// How long is listened, before a connection is used again, for an end of it or for bytes that nobody
/// asked for.
const LISTEN: Duration = Duration::from_millis(100);
/// How long `100 Continue` is awaited before the body is sent without it (RFC 9110, 10.1.1).
const CONTINUE: Duration = Duration::from_secs(1);

/// A connection that is kept as long as the partner keeps it; cheap to clone.
#[derive(Clone)]
pub struct Kept {
    core: Arc<Core>,
    line: Arc<Mutex<Line>>,
}

#[derive(Default)]
struct Line {
    connection: Option<Connection>,
    /// Bytes that came after the last answer: the beginning of the next one, whatever they say.
    early: Vec<u8>,
    opened: u32,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

impl RawDeliverer {
    /// A connection for several deliveries. It is opened by the first.
    pub fn kept(&self) -> Kept {
        Kept {
            core: Arc::clone(&self.core),
            line: Arc::default(),
        }
    }
}

impl Kept {
    /// Delivers one message and records what happened. The connection of the delivery before is used as
    /// long as the partner keeps it open; what the partner said on it without being asked is taken for
    /// the beginning of this answer, as every client would take it that did not happen to look. A
    /// message with `expect: 100-continue` sends its body when it is asked for.
    pub async fn deliver(&self, scope: &Scope, intent: Intent, message: Message) -> Delivered {
        let parcel = self.core.parcel(intent, message);
        let permit = self.core.limiter.enter().await;
        let line = Arc::clone(&self.line);
        self.core
            .run(
                scope,
                permit,
                Arc::new(parcel),
                move |core, parcel, progress| async move {
                    let mut line = line.lock().await;
                    let exchange = exchange(&core, &mut line, &parcel, &progress);
                    let result = progress.within(parcel.timeout, exchange).await;
                    if result.is_err() {
                        line.connection = None;
                    }
                    Exchanged {
                        sent: parcel.sent(),
                        result,
                    }
                },
            )
            .await
    }

    /// How many connections it took so far.
    pub async fn connections(&self) -> u32 {
        self.line.lock().await.opened
    }
}

impl Line {
    /// Finds out whether the connection is still there, and takes what came on it unasked.
    async fn listen(&mut self) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        if !self.early.is_empty() {
            return;
        }
        let mut buffer = [0; 4096];
        match tokio::time::timeout(LISTEN, connection.read(&mut buffer)).await {
            Err(_) => {}
            Ok(Ok(read)) if read > 0 => self.early.extend_from_slice(&buffer[..read]),
            Ok(_) => self.connection = None,
        }
    }
}

async fn exchange(
    core: &Core,
    line: &mut Line,
    parcel: &Parcel,
    progress: &Progress,
) -> Result<Answer, Failure> {
    line.listen().await;
    if line.connection.is_none() {
        line.early.clear();
        line.connection = Some(open(&parcel.url, &core.trust, core.connect_timeout).await?);
        line.opened += 1;
    }
    let early = std::mem::take(&mut line.early);
    let Some(connection) = &mut line.connection else {
        return Err(Failure::no_connection(core.connect_timeout));
    };
    let mut incoming = Incoming::to(&parcel.method);
    let writing = write(connection, parcel, &mut incoming, progress).await;
    incoming.feed(&early)?;
    let mut buffer = vec![0; 16 * 1024];
    while !incoming.is_done() {
        match connection.read(&mut buffer).await {
            Ok(0) => break,
            Ok(read) => {
                incoming.feed(&buffer[..read])?;
                if incoming.has_head() {
                    progress.note_head();
                }
            }
            Err(error) => {
                writing?;
                return Err(Failure::talking(&error));
            }
        }
    }
    line.early = incoming.take_surplus();
    let whole = incoming.is_done();
    let answer = incoming
        .finish()
        .map_err(|failure| writing.err().unwrap_or(failure))?;
    let closing = answer
        .headers
        .all("connection")
        .any(|value| value.to_ascii_lowercase().contains("close"));
    if !whole || closing {
        line.connection = None;
    }
    Ok(answer)
}

async fn write(
    connection: &mut Connection,
    parcel: &Parcel,
    incoming: &mut Incoming,
    progress: &Progress,
) -> Result<(), Failure> {
    let expects = parcel.headers.get("expect").is_some();
    let talking = |error: std::io::Error| Failure::talking(&error);
    if expects {
        send_now(connection, &parcel.head()).await.map_err(talking)?;
        let mut buffer = [0; 4096];
        if let Ok(read) = tokio::time::timeout(CONTINUE, connection.read(&mut buffer)).await {
            incoming.feed(&buffer[..read.map_err(talking)?])?;
        }
        // A final answer instead of the interim one: the body is not wanted.
        if !incoming.has_head() {
            send_now(connection, &parcel.body).await.map_err(talking)?;
        }
    } else {
        let wire = [&parcel.head()[..], &parcel.body].concat();
        send_now(connection, &wire).await.map_err(talking)?;
    }
    progress.note_written();
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncWriteExt as _, net::TcpListener};
    use url::Url;

    use super::*;
    use crate::actors::deliverer::testing::{deliverer, intent, message, options, scope};

    /// A listener that answers each thing it hears on a connection with the next of these texts.
    async fn answering(answers: &'static [&'static str]) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                for answer in answers {
                    let mut heard = [0; 4096];
                    if !matches!(stream.read(&mut heard).await, Ok(1..)) {
                        break;
                    }
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        });
        format!("http://127.0.0.1:{port}/hook").parse().unwrap()
    }

    async fn statuses(url: &Url, count: u32, header: Option<(&str, &str)>) -> (Vec<Option<u16>>, u32) {
        let kept = deliverer(options()).0.raw().kept();
        let mut statuses = Vec::new();
        for index in 0..count {
            let mut message = message(url);
            if let Some((name, value)) = header {
                message.headers.push(name, value);
            }
            let delivered = kept.deliver(&scope(), intent(index), message).await;
            statuses.push(delivered.delivery().status());
        }
        (statuses, kept.connections().await)
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    #[tokio::test]
    async fn one_connection_carries_as_many_as_the_partner_lets_it() {
        let url = answering(&[OK, OK, OK]).await;
        assert_eq!(statuses(&url, 3, None).await, (vec![Some(200); 3], 1));
        let closing = answering(&["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"]).await;
        assert_eq!(statuses(&closing, 2, None).await, (vec![Some(200); 2], 2));
        let silent = answering(&[OK]).await;
        assert_eq!(statuses(&silent, 2, None).await, (vec![Some(200); 2], 2));
    }

    #[tokio::test]
    async fn an_answer_that_nobody_asked_for_is_the_next_one() {
        let url = answering(&[
            "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\nHTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n",
            OK,
        ])
        .await;
        assert_eq!(statuses(&url, 2, None).await, (vec![Some(401), Some(400)], 1));
    }

    #[tokio::test]
    async fn a_body_waits_until_it_is_asked_for() {
        let url = answering(&["HTTP/1.1 100 Continue\r\n\r\n", OK]).await;
        let expecting = Some(("expect", "100-continue"));
        assert_eq!(statuses(&url, 1, expecting).await, (vec![Some(200)], 1));
        let refusing = answering(&["HTTP/1.1 417 No\r\ncontent-length: 0\r\n\r\n"]).await;
        assert_eq!(statuses(&refusing, 1, expecting).await.0, [Some(417)]);
    }
}
