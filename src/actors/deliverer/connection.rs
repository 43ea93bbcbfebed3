//! A TCP connection of one's own, with or without TLS.

use std::{io, time::Duration};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::{failure::Failure, trust::Trust};
use crate::transcript::exchange::NoAnswer;

/// Both directions of a connection.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// An open connection.
pub(super) type Connection = Box<dyn Duplex>;

/// Opens a connection to the host of a URL, TLS handshake included.
pub(super) async fn open(url: &Url, trust: &Trust, limit: Duration) -> Result<Connection, Failure> {
    within(limit, connect(url, trust, false)).await
}

/// The same, but dropping the connection resets it, so that the other side cannot take it for an
/// orderly end.
pub(super) async fn open_to_reset(url: &Url, trust: &Trust, limit: Duration) -> Result<Connection, Failure> {
    within(limit, connect(url, trust, true)).await
}

async fn within(
    limit: Duration,
    connect: impl Future<Output = Result<Connection, Failure>>,
) -> Result<Connection, Failure> {
    tokio::time::timeout(limit, connect)
        .await
        .unwrap_or_else(|_| Err(Failure::no_connection(limit)))
}

async fn connect(url: &Url, trust: &Trust, to_reset: bool) -> Result<Connection, Failure> {
    let unusable = || {
        Failure::new(
            NoAnswer::Connect,
            "only http and https URLs with a host can be delivered to",
        )
    };
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(unusable()),
    };
    let port = url.port_or_known_default().ok_or_else(unusable)?;
    let plain = match url.host().ok_or_else(unusable)? {
        Host::Domain(name) => TcpStream::connect((name, port)).await,
        Host::Ipv4(address) => TcpStream::connect((address, port)).await,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await,
    }
    .and_then(|stream| {
        if to_reset {
            stream.set_zero_linger()?;
        }
        stream.set_nodelay(true).map(|()| stream)
    })
    .map_err(|error| Failure::connecting(&error, false))?;
    if !secure {
        return Ok(Box::new(plain));
    }
    let name = server_name(url).ok_or_else(unusable)?;
    let stream = TlsConnector::from(trust.config()?)
        .connect(name, plain)
        .await
        .map_err(|error: io::Error| Failure::connecting(&error, true))?;
    Ok(Box::new(stream))
}

/// The name that the server's certificate must carry.
pub(super) fn server_name(url: &Url) -> Option<ServerName<'static>> {
    match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::from(std::net::IpAddr::from(address))),
        Host::Ipv6(address) => Some(ServerName::from(std::net::IpAddr::from(address))),
    }
}
