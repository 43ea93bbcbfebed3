//! Addresses where nothing answers: a port without listener, a name without address, a listener that
//! completes no connection.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, lookup_host},
    time::timeout,
};
use url::Url;

use crate::transcript::dead_end::DeadEndKind;

/// Most connections that a full queue may take to be full.
const FILLING: usize = 16;

/// After this time without an answer a connection counts as never completed. A connection on one host
/// takes microseconds.
const UNHEARD: Duration = Duration::from_millis(500);

/// Why there is no dead end.
#[derive(Debug, thiserror::Error)]
pub enum DeadEndError {
    /// The address cannot be used.
    #[error("no address can be taken for it: {0}")]
    Address(#[from] io::Error),
    /// The base URL has no place for another port or host.
    #[error("the base URL {0} cannot be given another port or host")]
    BaseUrl(String),
    /// The address behaves otherwise.
    #[error("on this host it does not behave as it must: {0}")]
    Otherwise(String),
}

/// An address where nothing answers, as long as this is kept.
#[derive(Debug)]
pub struct DeadEndAddress {
    /// Why nothing answers.
    pub kind: DeadEndKind,
    /// A base URL there.
    pub base_url: String,
    /// What the harness met when it tried.
    pub met: String,
    _held: Held,
}

/// What keeps the address as it is.
#[derive(Debug)]
enum Held {
    Nothing,
    Port {
        _socket: TcpSocket,
    },
    Queue {
        _listener: TcpListener,
        _waiting: Vec<TcpStream>,
    },
}

impl DeadEndAddress {
    /// An address of this kind in the place of the sandbox's: `base` is the sandbox's base URL, `ip` where
    /// it listens, `label` a name that nobody has.
    pub async fn take(kind: DeadEndKind, base: &str, ip: IpAddr, label: &str) -> Result<Self, DeadEndError> {
        match kind {
            DeadEndKind::NoName => Self::without_name(base, label).await,
            DeadEndKind::NeverCompleted => Self::full_queue(base, ip).await,
            DeadEndKind::Refused | DeadEndKind::BadCertificate => Self::closed_port(base, ip).await,
        }
    }

    /// A port that is taken, so that nobody else gets it, and where nobody listens.
    async fn closed_port(base: &str, ip: IpAddr) -> Result<Self, DeadEndError> {
        let socket = socket(ip)?;
        socket.bind(SocketAddr::new(ip, 0))?;
        let address = socket.local_addr()?;
        let met = match timeout(UNHEARD, TcpStream::connect(reached(address))).await {
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(_)) => return Err(DeadEndError::Otherwise("somebody listens there".to_owned())),
            Err(_) => return Err(DeadEndError::Otherwise("connections are not refused".to_owned())),
        };
        Ok(Self {
            kind: DeadEndKind::Refused,
            base_url: moved(base, |url| url.set_port(Some(address.port())).is_ok())?,
            met,
            _held: Held::Port { _socket: socket },
        })
    }

    /// A name below a domain that never resolves (RFC 6761, 6.4).
    async fn without_name(base: &str, label: &str) -> Result<Self, DeadEndError> {
        let host = format!("{}.sandbox.invalid", label.to_ascii_lowercase());
        let met = match lookup_host((host.as_str(), 443)).await {
            Err(error) => error.to_string(),
            Ok(_) => return Err(DeadEndError::Otherwise(format!("{host} resolves"))),
        };
        Ok(Self {
            kind: DeadEndKind::NoName,
            base_url: moved(base, |url| url.set_host(Some(&host)).is_ok())?,
            met,
            _held: Held::Nothing,
        })
    }

    /// A listener whose queue is full: further connections hang.
    async fn full_queue(base: &str, ip: IpAddr) -> Result<Self, DeadEndError> {
        let socket = socket(ip)?;
        socket.bind(SocketAddr::new(ip, 0))?;
        let listener = socket.listen(1)?;
        let address = listener.local_addr()?;
        let mut waiting = Vec::new();
        while waiting.len() < FILLING {
            match timeout(UNHEARD, TcpStream::connect(reached(address))).await {
                Ok(connected) => waiting.push(connected?),
                Err(_) => {
                    return Ok(Self {
                        kind: DeadEndKind::NeverCompleted,
                        base_url: moved(base, |url| url.set_port(Some(address.port())).is_ok())?,
                        met: format!("no connection within {} ms", UNHEARD.as_millis()),
                        _held: Held::Queue {
                            _listener: listener,
                            _waiting: waiting,
                        },
                    });
                }
            }
        }
        let why = format!("its queue takes more than {FILLING} connections");
        Err(DeadEndError::Otherwise(why))
    }
}

fn socket(ip: IpAddr) -> io::Result<TcpSocket> {
    if ip.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }
}

/// Where an address is reached from here.
fn reached(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::from([127, 0, 0, 1]), address.port())
    } else {
        address
    }
}

fn moved(base: &str, change: impl FnOnce(&mut Url) -> bool) -> Result<String, DeadEndError> {
    let wrong = || DeadEndError::BaseUrl(base.to_owned());
    let mut url = Url::parse(base).map_err(|_| wrong())?;
    if !change(&mut url) {
        return Err(wrong());
    }
    Ok(url.to_string().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://127.0.0.1:8443/e/api-err-09-a-1";

    async fn taken(kind: DeadEndKind) -> (DeadEndAddress, Url) {
        let address = DeadEndAddress::take(kind, BASE, IpAddr::from([127, 0, 0, 1]), "Nobody")
            .await
            .unwrap();
        let url = Url::parse(&address.base_url).unwrap();
        assert_eq!(url.path(), "/e/api-err-09-a-1");
        (address, url)
    }

    async fn connect(url: &Url) -> Result<io::Result<TcpStream>, tokio::time::error::Elapsed> {
        let port = url.port().unwrap();
        timeout(UNHEARD, TcpStream::connect(("127.0.0.1", port))).await
    }

    #[tokio::test]
    async fn a_closed_port_refuses() {
        let (_address, url) = taken(DeadEndKind::Refused).await;
        assert!(connect(&url).await.unwrap().is_err());
    }

    #[tokio::test]
    async fn a_full_queue_lets_connections_hang_however_many_come() {
        let (_address, url) = taken(DeadEndKind::NeverCompleted).await;
        for _ in 0..3 {
            assert!(connect(&url).await.is_err());
        }
    }

    #[tokio::test]
    async fn a_name_without_address_keeps_the_rest_of_the_url() {
        let (_address, url) = taken(DeadEndKind::NoName).await;
        assert_eq!(url.host_str(), Some("nobody.sandbox.invalid"));
        assert_eq!(url.port(), Some(8443));
    }
}
