//! Where the partner listens beside its registered address, and where that address is.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket, UdpSocket};

/// What is at the port for plain HTTP beside HTTPS.
pub enum PlainHttp {
    /// Nobody: connections are refused, and the port stays taken so that nobody else comes.
    Nobody(TcpSocket),
    /// The same application.
    Application(TcpListener),
}

impl PlainHttp {
    /// Takes a free port at an address.
    pub fn take(address: IpAddr, open: bool) -> io::Result<(u16, Self)> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.bind(SocketAddr::new(address, 0))?;
        let port = socket.local_addr()?.port();
        let taken = if open {
            Self::Application(socket.listen(1024)?)
        } else {
            Self::Nobody(socket)
        };
        Ok((port, taken))
    }
}

/// An address of this machine that is not routed publicly (RFC 1918, RFC 4193). Asking for the way to an
/// address sends nothing.
pub async fn private_address() -> Option<IpAddr> {
    for (from, towards) in [
        ("0.0.0.0:0", "198.51.100.1:9"),
        ("[::]:0", "[2001:db8::1]:9"),
        ("[::]:0", "[fd00::1]:9"),
    ] {
        let Ok(socket) = UdpSocket::bind(from).await else {
            continue;
        };
        if socket.connect(towards).await.is_ok()
            && let Ok(own) = socket.local_addr()
            && is_private(own.ip())
        {
            return Some(own.ip());
        }
    }
    None
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}
