//! The listener: connections in, requests read, answers and faults out, everything recorded.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    fault::{Answering, Done, Next, Transport, linger},
    reader::{Arrival, Reader, Unread},
    server::Shared,
};

/// Most connections at once; further ones are closed at once.
pub const CONNECTIONS: usize = 512;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long connections may take to end when the sandbox stops.
const FAREWELL: Duration = Duration::from_secs(3);

/// One listener.
#[derive(Debug)]
pub struct Gate {
    /// Where connections come in.
    pub listener: TcpListener,
    /// How it speaks TLS, if it does.
    pub tls: Option<Acceptor>,
    /// What is left of [`CONNECTIONS`], shared by all listeners.
    pub permits: Arc<Semaphore>,
    /// Counts connections, whether or not a request follows.
    pub attempts: Arc<AtomicU64>,
    /// Says when the sandbox stops.
    pub stop: watch::Receiver<bool>,
}

/// The TLS side of a listener.
#[derive(Clone)]
pub struct Acceptor(pub TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

impl Gate {
    /// Accepts connections until the sandbox stops.
    pub async fn serve(mut self, shared: Arc<Shared>) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
                _ = self.stop.wait_for(|stop| *stop) => break,
            };
            let Ok((stream, _)) = accepted else {
                // Out of descriptors: the next accept would fail at once as well.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            self.attempts.fetch_add(1, Ordering::Relaxed);
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
                continue;
            };
            let (shared, tls, stop) = (Arc::clone(&shared), self.tls.clone(), self.stop.clone());
            connections.spawn(async move {
                connect(shared, stream, tls, stop).await;
                drop(permit);
            });
        }
        drop(self.listener);
        let ended = async { while connections.join_next().await.is_some() {} };
        if timeout(FAREWELL, ended).await.is_err() {
            connections.shutdown().await;
        }
    }
}

async fn connect(
    shared: Arc<Shared>,
    stream: TcpStream,
    tls: Option<Acceptor>,
    mut stop: watch::Receiver<bool>,
) {
    let number = shared.next_connection();
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        return serve(shared, stream, number, stop).await;
    };
    let handshake = tokio::select! {
        handshake = timeout(HANDSHAKE, tls.0.accept(stream)) => handshake,
        _ = stop.wait_for(|stop| *stop) => return,
    };
    if let Ok(Ok(stream)) = handshake {
        serve(shared, stream, number, stop).await;
    }
}

async fn serve<S: Transport>(
    shared: Arc<Shared>,
    stream: S,
    connection: u64,
    mut stop: watch::Receiver<bool>,
) {
    let mut reader = Reader::new(stream, shared.clock().clone());
    loop {
        let arrival = tokio::select! {
            next = reader.next() => next,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let next = match arrival {
            Ok(arrival) => one(&shared, &mut reader, arrival, connection, stop.clone()).await,
            Err((Unread::Ended, _)) => return,
            Err((why, partial)) => {
                unreadable(&shared, &mut reader, why, partial, connection, stop.clone()).await
            }
        };
        let answered = match next {
            Answered::Recorded(Next::Keep) => continue,
            Answered::Recorded(_) => return linger(&mut reader).await,
            Answered::Reset(recording) => recording,
        };
        // The reset goes out with the drop, so it must come before the record that tells of it.
        drop(reader);
        return answered();
    }
}

type Recording = Box<dyn FnOnce() + Send>;

enum Answered {
    Recorded(Next),
    Reset(Recording),
}

async fn one<S: Transport>(
    shared: &Arc<Shared>,
    reader: &mut Reader<S>,
    arrival: Arrival,
    connection: u64,
    stop: watch::Receiver<bool>,
) -> Answered {
    let intake = shared.take_in(&arrival);
    let answering = Answering {
        reader,
        station: intake.station(),
        stop,
        keep: arrival.head.keeps_alive(),
        head_only: arrival.head.method == "HEAD",
    };
    let done = answering
        .perform(intake.fault(), || shared.work(&intake, &arrival))
        .await;
    let next = done.next;
    if next == Next::Reset {
        let shared = Arc::clone(shared);
        return Answered::Reset(Box::new(move || shared.record(intake, arrival, done, connection)));
    }
    shared.record(intake, arrival, done, connection);
    Answered::Recorded(next)
}

async fn unreadable<S: Transport>(
    shared: &Arc<Shared>,
    reader: &mut Reader<S>,
    why: Unread,
    partial: Option<Box<Arrival>>,
    connection: u64,
    stop: watch::Receiver<bool>,
) -> Answered {
    let Some(arrival) = partial else {
        return Answered::Recorded(Next::Closed);
    };
    let (answer, complaint) = shared.complain(why);
    let done = match answer {
        Some(answer) => {
            let answering = Answering {
                reader,
                station: None,
                stop,
                keep: false,
                head_only: false,
            };
            answering.perform(None, || answer).await
        }
        None => Done {
            status: None,
            body: None,
            next: Next::Closed,
        },
    };
    let intake = shared.take_in_unreadable(&arrival, complaint);
    shared.record(intake, *arrival, done, connection);
    Answered::Recorded(Next::Closed)
}
