//! Sets the partner up, announces it, and accepts connections until told to stop.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::api_client::Api;
use super::defect::{Defect, Defects};
use super::error::ReferenceError;
use super::faults::Faults;
use super::header_case::{RawBytes, Tee};
use super::log::Log;
use super::options::{Options, Ready};
use super::partner::Partner;
use super::place::{self, PlainHttp};
use super::reply::Reply;
use super::store::database::Database;
use super::strain::Strain;
use super::support::Support;
use super::unread::{Leaving, Unread};
use super::webhook::keys::Keys;
use super::webhook::session::CurrentOrder;
use super::{confirmation, front, identity, kept_certificate, reply, router, tls};

const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
const HEAD_PATIENCE: Duration = Duration::from_secs(20);
const FAREWELL: Duration = Duration::from_millis(500);

/// Runs a partner until `shutdown` is done. `announce` is called once, when connections are accepted.
pub async fn serve(
    options: Options,
    announce: impl FnOnce(Ready),
    shutdown: impl Future<Output = ()>,
) -> Result<(), ReferenceError> {
    let defects: Defects = options.defects.iter().copied().collect();
    let private = if defects.has(Defect::PrivateEndpoint) {
        place::private_address().await
    } else {
        None
    };
    let listen = SocketAddr::new(private.unwrap_or(options.listen.ip()), options.listen.port());
    let unusable = |source| ReferenceError::Listen {
        address: listen,
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let places = Places::prepare(&options)?;
    let (acceptor, ca) = if options.tls {
        let server = if options.keep_certificate {
            kept_certificate::server(&places.ca, address.ip(), defects)?
        } else {
            let authority = tls::make(address.ip(), defects)?;
            write_file(&places.ca, authority.ca_pem.as_bytes())?;
            authority.server
        };
        (Some(TlsAcceptor::from(server)), Some(places.ca.clone()))
    } else {
        (None, None)
    };
    let host = if address.ip().is_unspecified() {
        "127.0.0.1".into()
    } else {
        host_of(address.ip())
    };
    let scheme = if options.tls { "https" } else { "http" };
    let base_url = format!("{scheme}://{host}:{}", address.port());
    let plain = if options.tls {
        let open = defects.has(Defect::HttpAlso);
        Some(PlainHttp::take(address.ip(), open).map_err(unusable)?)
    } else {
        None
    };
    let known_books = places.database.exists();
    let database = Database::open(&places.database)?;
    let partner = Arc::new(Partner {
        strain: Strain::new(&database, defects),
        faults: Faults::new(defects, known_books, options.maintenance),
        database,
        log: Log::open(&places.log)?,
        defects,
        keys: Keys::decode(&options.secrets.webhook)?,
        recurring_secret: options.secrets.recurring.clone(),
        url_token: options.secrets.url_token.clone(),
        api: Api::new(&options, defects),
        base_url: base_url.clone(),
        support: Support::new(&options, &places.log),
        batch_folder: options.batch_folder.clone(),
        time_factor: options.time_factor,
        refusals: std::sync::Mutex::default(),
        bell: tokio::sync::Notify::new(),
        current_order: CurrentOrder::default(),
    });
    let worker = tokio::spawn(confirmation::worker::work(Arc::clone(&partner)));
    // A machine without a private address cannot show that endpoint; what can be shown is a registered
    // address in a private network that nobody else uses (RFC 4193).
    let registered = if defects.has(Defect::PrivateEndpoint) && private.is_none() {
        format!("{scheme}://[fd5e:6e61:6e67::1]:{}", address.port())
    } else {
        base_url.clone()
    };
    announce(Ready {
        webhook_url: if defects.has(Defect::TokenInUrl) {
            format!("{registered}/webhooks?token={}", options.secrets.url_token)
        } else {
            format!("{registered}/webhooks")
        },
        plain_http_port: plain.as_ref().map(|(port, _)| *port),
        recurring_url: format!("{base_url}/recurring"),
        base_url,
        ca,
        log: places.log.clone(),
        database: places.database.clone(),
    });
    let beside = plain.map(|(_, plain)| tokio::spawn(serve_plain(plain, Arc::clone(&partner))));
    accept(listener, acceptor, &partner, shutdown).await;
    worker.abort();
    if let Some(beside) = beside {
        beside.abort();
    }
    drop(partner);
    places.clean_up();
    Ok(())
}

async fn serve_plain(plain: PlainHttp, partner: Arc<Partner>) {
    match plain {
        PlainHttp::Application(listener) => accept(listener, None, &partner, std::future::pending()).await,
        PlainHttp::Nobody(_taken) => std::future::pending().await,
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    partner: &Arc<Partner>,
    shutdown: impl Future<Output = ()>,
) {
    let (stop, stopped) = watch::channel(());
    tokio::pin!(shutdown);
    loop {
        let stream = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = stream else {
            // Out of file descriptors, most likely: give connections time to end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        tokio::spawn(connection(
            stream,
            peer.ip(),
            acceptor.clone(),
            Arc::clone(partner),
            stopped.clone(),
        ));
    }
    drop(listener);
    drop(stopped);
    let _ = stop.send(());
    let _ = tokio::time::timeout(FAREWELL, stop.closed()).await;
}

async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    acceptor: Option<TlsAcceptor>,
    partner: Arc<Partner>,
    stopped: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let _worker = partner.strain.worker().await;
    let Some(acceptor) = acceptor else {
        return speak(stream, peer, partner, stopped).await;
    };
    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await {
        speak(stream, peer, partner, stopped).await;
    }
}

async fn speak<Stream>(stream: Stream, peer: IpAddr, partner: Arc<Partner>, mut stopped: watch::Receiver<()>)
where
    Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let raw = partner.has(Defect::CaseSensitiveHeader).then(RawBytes::default);
    let unread = partner.has(Defect::KeepaliveDesync).then(Unread::default);
    let stream = Leaving::new(stream, unread.clone());
    let service = service_fn(|request| {
        let path = request.uri().path().to_owned();
        // A task of its own: what was begun is finished and logged even if the sender hangs up.
        let answer = tokio::spawn(guarded(Arc::clone(&partner), peer, raw.clone(), request));
        let connection = partner.faults.watch();
        let (partner, unread) = (Arc::clone(&partner), unread.clone());
        async move {
            let crashed = || reply::text(StatusCode::INTERNAL_SERVER_ERROR, "internal error");
            let reply = answer.await.unwrap_or_else(|_| crashed());
            connection.answered();
            if let Some(unread) = unread {
                unread.answered(reply.status().is_client_error());
            }
            Ok::<_, Infallible>(front::dressed(&partner, &path, reply))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        // Workers that wait for the next request of one sender would be lost for all others.
        .keep_alive(!partner.has(Defect::Slowloris))
        .serve_connection(TokioIo::new(Tee::new(stream, raw.clone())), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(FAREWELL, connection).await;
        }
    }
}

/// Answers a request unless its sender is banned.
async fn guarded(
    partner: Arc<Partner>,
    peer: IpAddr,
    raw: Option<RawBytes>,
    request: Request<Incoming>,
) -> Reply {
    let webhook = request.uri().path() == "/webhooks";
    if webhook && partner.strain.bans(peer) {
        return reply::text(StatusCode::FORBIDDEN, "banned");
    }
    let reply = router::route(Arc::clone(&partner), raw, request).await;
    if webhook && matches!(reply.status().as_u16(), 401 | 403) {
        partner.strain.refused(peer);
    }
    reply
}

/// Where the partner keeps its files.
struct Places {
    database: PathBuf,
    log: PathBuf,
    ca: PathBuf,
    temporary_database: bool,
}

impl Places {
    fn prepare(options: &Options) -> Result<Self, ReferenceError> {
        let scratch = std::env::temp_dir().join(identity::reference("reference-partner-"));
        let in_scratch =
            |given: &Option<PathBuf>, name: &str| given.clone().unwrap_or_else(|| scratch.join(name));
        let directory = options
            .certificate_directory
            .clone()
            .unwrap_or_else(|| scratch.clone());
        let places = Self {
            database: in_scratch(&options.database, "partner.db"),
            log: in_scratch(&options.log, "partner.log"),
            ca: directory.join("ca.pem"),
            temporary_database: options.database.is_none(),
        };
        if options.database.is_none() || options.log.is_none() {
            make_directory(&scratch)?;
        }
        if options.tls {
            make_directory(&directory)?;
        }
        Ok(places)
    }

    /// Removes a temporary database. The log stays: it may be read after the end.
    fn clean_up(&self) {
        if self.temporary_database {
            for ending in ["", "-wal", "-shm"] {
                let mut file = self.database.clone().into_os_string();
                file.push(ending);
                let _ = std::fs::remove_file(file);
            }
        }
    }
}

fn make_directory(path: &Path) -> Result<(), ReferenceError> {
    std::fs::create_dir_all(path).map_err(|source| file_error(path, source))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ReferenceError> {
    std::fs::write(path, bytes).map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> ReferenceError {
    ReferenceError::File {
        path: path.to_owned(),
        source,
    }
}

fn host_of(address: std::net::IpAddr) -> String {
    if address.is_ipv6() {
        format!("[{address}]")
    } else {
        address.to_string()
    }
}
