//! A listener that nobody should ever call. Its addresses stand in payloads; whoever fetches them
//! shows up here, also when only the beginning of a TLS handshake arrives.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{LazyConfigAcceptor, rustls::ServerConfig, rustls::server::Acceptor};

use super::sandbox::tls::Authority;
use crate::{
    transcript::{
        record::{Event, Scope},
        recorder::Recorder,
        visit::{CanarySet, Visit},
    },
    wire::moment::Micros,
};

/// Longest time for the bytes of a caller.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the canary may take to answer its own call: a busy machine must not look like a deaf one.
const OWN_CALL: Duration = Duration::from_secs(15);
/// Most bytes of a request that are read.
const KEPT: usize = 4096;
/// Most callers of one canary at once; one is too many already.
const CALLERS: usize = 32;
/// First byte of a TLS handshake record (RFC 8446, 5.1).
const HANDSHAKE: u8 = 0x16;
const REPLY: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Names that look internal. They end at the loopback interface (RFC 6761, 6.3) of whoever resolves
/// them, so they are of use only where the partner runs on this host.
const INTERNAL_NAMES: [&str; 2] = ["metadata.internal.localhost", "localhost"];

/// Where canaries listen, and under which host the partner reaches them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address to bind.
    pub listen: IpAddr,
    /// The host for URLs.
    pub host: String,
}

/// Why there is no canary.
#[derive(Debug, thiserror::Error)]
pub enum CanaryError {
    /// The address cannot be bound.
    #[error("no canary can listen on {address}: {error}; give [sandbox] listen an address of this host")]
    Bind {
        /// The address.
        address: IpAddr,
        /// Why.
        error: std::io::Error,
    },
    /// No certificate could be made.
    #[error("no certificate for a canary: {0}")]
    Certificate(String),
    /// Its own call did not arrive.
    #[error("the canary at {address} does not answer its own call: {why}")]
    Deaf {
        /// The address.
        address: SocketAddr,
        /// Why.
        why: String,
    },
}

/// One canary of one attempt, on a port of its own. It listens until it is closed.
#[derive(Debug)]
pub struct Canary {
    address: SocketAddr,
    host: String,
    internal: String,
    token: String,
    stop: tokio::sync::watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

/// What all callers of a canary share.
struct Watch {
    recorder: Recorder,
    scope: Scope,
    tls: Arc<ServerConfig>,
    proof: String,
}

impl Canary {
    /// Opens a canary under a path that nobody can guess, and records that it listens. Nobody has a reason
    /// to trust its certificate.
    pub async fn open(
        place: &Place,
        recorder: &Recorder,
        scope: &Scope,
        token: &str,
    ) -> Result<Self, CanaryError> {
        Self::open_with(place, recorder, scope, token, None).await
    }

    /// The same with a certificate that callers trust, so that they go on to say what they want.
    pub async fn open_with(
        place: &Place,
        recorder: &Recorder,
        scope: &Scope,
        token: &str,
        trusted: Option<Arc<ServerConfig>>,
    ) -> Result<Self, CanaryError> {
        let bind = |error| CanaryError::Bind {
            address: place.listen,
            error,
        };
        let listener = TcpListener::bind((place.listen, 0)).await.map_err(bind)?;
        let port = listener.local_addr().map_err(bind)?.port();
        let reached = if place.listen.is_unspecified() {
            IpAddr::from([127, 0, 0, 1])
        } else {
            place.listen
        };
        let address = SocketAddr::new(reached, port);
        let internal = internal_name(address).await.unwrap_or(&place.host).to_owned();
        let names = [place.host.clone(), internal.clone()];
        let tls = match trusted {
            Some(tls) => tls,
            None => Authority::generate(&names, recorder.clock().unix_millis())
                .and_then(|authority| authority.server(None))
                .map_err(|error| CanaryError::Certificate(error.to_string()))?,
        };
        let watch = Arc::new(Watch {
            recorder: recorder.clone(),
            scope: scope.clone(),
            tls,
            proof: format!("/{token}/proof"),
        });
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(listen(listener, watch, stopped));
        let canary = Self {
            address,
            host: place.host.clone(),
            internal,
            token: token.to_owned(),
            stop,
            task,
        };
        let set = CanarySet {
            urls: vec![canary.over_https(), canary.on_internal_host(), canary.plain()],
            at: recorder.clock().now(),
        };
        recorder.record(Some(scope), Event::CanarySet(set));
        Ok(canary)
    }

    /// Its address over https.
    pub fn over_https(&self) -> String {
        self.url("https", &self.host)
    }

    /// Its address under a host name that looks internal, over http as metadata services have it.
    pub fn on_internal_host(&self) -> String {
        self.url("http", &self.internal)
    }

    /// Its plain address.
    pub fn plain(&self) -> String {
        self.url("http", &self.host)
    }

    /// Whether the internal-looking host is a name of its own, and not just the plain address again.
    pub fn has_internal_name(&self) -> bool {
        self.internal != self.host
    }

    fn url(&self, scheme: &str, host: &str) -> String {
        format!(
            "{scheme}://{host}:{}/{}/receipt.pdf",
            self.address.port(),
            self.token
        )
    }

    /// Calls the canary as anybody could and waits for its answer, so that the record shows a call.
    pub async fn prove(&self) -> Result<(), CanaryError> {
        let deaf = |why: String| CanaryError::Deaf {
            address: self.address,
            why,
        };
        let call = async {
            let mut stream = TcpStream::connect(self.address).await?;
            let request = format!(
                "GET /{}/proof HTTP/1.1\r\nhost: {}\r\n\r\n",
                self.token, self.host
            );
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            Ok::<_, std::io::Error>(answer)
        };
        match timeout(OWN_CALL, call).await {
            Ok(Ok(answer)) if answer == REPLY => Ok(()),
            Ok(Ok(_)) => Err(deaf("somebody else answered".to_owned())),
            Ok(Err(error)) => Err(deaf(error.to_string())),
            Err(_) => Err(deaf(format!("silence for {} s", OWN_CALL.as_secs()))),
        }
    }

    /// Takes no further call and waits until those that came are recorded.
    pub async fn close(self) {
        let _ = self.stop.send(true);
        let _ = timeout(PATIENCE * 2, self.task).await;
    }
}

/// A name that looks internal and leads to this address from here.
async fn internal_name(address: SocketAddr) -> Option<&'static str> {
    if !address.ip().is_loopback() {
        return None;
    }
    for name in INTERNAL_NAMES {
        if let Ok(mut found) = lookup_host((name, address.port())).await
            && found.any(|found| found == address)
        {
            return Some(name);
        }
    }
    None
}

async fn listen(listener: TcpListener, watch: Arc<Watch>, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut callers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = callers.join_next(), if !callers.is_empty() => continue,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, _)) if callers.len() < CALLERS => {
                callers.spawn(call(stream, Arc::clone(&watch)));
            }
            Ok(_) => {}
            // Out of descriptors: the next accept would fail at once as well.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    while callers.join_next().await.is_some() {}
}

async fn call(stream: TcpStream, watch: Arc<Watch>) {
    let mut first = [0];
    // A connection on which nothing is said may be anybody's: a scan, a balancer's look.
    if !matches!(timeout(PATIENCE, stream.peek(&mut first)).await, Ok(Ok(1..))) {
        return;
    }
    let at = watch.recorder.clock().now();
    if first != [HANDSHAKE] {
        return talk(stream, |request| watch.note(None, false, request, at)).await;
    }
    let acceptor = LazyConfigAcceptor::new(Acceptor::default(), stream);
    let Ok(Ok(hello)) = timeout(PATIENCE, acceptor).await else {
        return watch.note(None, true, None, at);
    };
    let host = hello.client_hello().server_name().map(str::to_owned);
    match timeout(PATIENCE, hello.into_stream(Arc::clone(&watch.tls))).await {
        Ok(Ok(stream)) => talk(stream, |request| watch.note(host, true, request, at)).await,
        _ => watch.note(host, true, None, at),
    }
}

impl Watch {
    fn note(&self, host: Option<String>, secure: bool, request: Option<String>, at: Micros) {
        let own = !secure
            && request
                .as_ref()
                .is_some_and(|request| request.starts_with(&format!("GET {} ", self.proof)));
        let visit = Visit {
            own,
            secure,
            host,
            request,
            at,
        };
        self.recorder.record(Some(&self.scope), Event::Visited(visit));
    }
}

/// Reads a request, has it noted, and then answers that there is nothing: whoever has the
/// answer stands in the record.
async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, note: impl FnOnce(Option<String>)) {
    let mut head = Vec::new();
    let read = async {
        let mut buffer = [0; 1024];
        while head.len() < KEPT && !is_whole(&head) {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => head.extend_from_slice(&buffer[..read]),
            }
        }
    };
    let _ = timeout(PATIENCE, read).await;
    head.truncate(KEPT);
    note((!head.is_empty()).then(|| String::from_utf8_lossy(&head).into_owned()));
    let _ = timeout(PATIENCE, stream.write_all(REPLY)).await;
    let _ = timeout(PATIENCE, stream.shutdown()).await;
}

/// Whether a request has come in with its body, as far as it declares its length.
fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|end| end == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let declared = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    request.len() - end - 4 >= declared.unwrap_or(0_usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{actors::testing::scope, config::host::Clock};

    /// What a client gets that trusts no certificate of ours.
    async fn fetched(url: String) -> reqwest::Result<reqwest::Response> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        client.get(url).send().await
    }

    async fn canary() -> (Canary, Recorder) {
        let place = Place {
            listen: [127, 0, 0, 1].into(),
            host: "127.0.0.1".to_owned(),
        };
        let recorder = Recorder::in_memory(Clock::start());
        let canary = Canary::open(&place, &recorder, &scope(), "t0ken").await.unwrap();
        (canary, recorder)
    }

    fn visits(recorder: &Recorder) -> Vec<Visit> {
        let records = recorder.of(&scope());
        let visit = |event: &Event| match event {
            Event::Visited(visit) => Some(visit.clone()),
            _ => None,
        };
        records.iter().filter_map(|record| visit(&record.event)).collect()
    }

    #[tokio::test]
    async fn its_own_call_and_a_strangers_are_told_apart() {
        let (canary, recorder) = canary().await;
        canary.prove().await.unwrap();
        let answer = fetched(canary.plain()).await.unwrap();
        assert_eq!(answer.status(), 404);
        canary.close().await;
        let visits = visits(&recorder);
        assert_eq!(
            visits.iter().map(|visit| visit.own).collect::<Vec<_>>(),
            [true, false]
        );
        assert!(
            visits[1]
                .request
                .as_ref()
                .unwrap()
                .starts_with("GET /t0ken/receipt.pdf ")
        );
    }

    #[tokio::test]
    async fn a_handshake_that_fails_is_a_call_all_the_same() {
        let (canary, recorder) = canary().await;
        let url = canary.over_https().replace("127.0.0.1", "localhost");
        assert!(fetched(url).await.is_err());
        canary.close().await;
        let visits = visits(&recorder);
        assert!(!visits.is_empty());
        assert!(visits.iter().all(|visit| visit.secure && !visit.own));
        assert_eq!(visits[0].host.as_deref(), Some("localhost"));
    }

    #[tokio::test]
    async fn a_silent_connection_is_no_call() {
        let (canary, recorder) = canary().await;
        drop(TcpStream::connect(canary.address).await.unwrap());
        canary.close().await;
        assert_eq!(visits(&recorder), []);
    }
}
