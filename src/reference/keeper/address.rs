//! The partner's address, kept while the partner is away.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

use crate::reference::error::ReferenceError;

/// An address that stays the partner's. Nobody listens through this: while the partner is stopped,
/// connections are refused.
#[derive(Debug)]
pub struct Kept {
    address: SocketAddr,
    /// Bound, never listening, so that no other program gets the port meanwhile.
    _place: Option<TcpSocket>,
}

impl Kept {
    /// Takes an address; port 0 finds a free one.
    pub fn take(wanted: SocketAddr) -> Result<Self, ReferenceError> {
        let failed = |source| ReferenceError::Listen {
            address: wanted,
            source,
        };
        let socket = match wanted {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }
        .map_err(failed)?;
        socket.set_reuseaddr(true).map_err(failed)?;
        socket.bind(wanted).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        // Elsewhere a second socket could not be bound beside it.
        let place = cfg!(target_os = "linux").then_some(socket);
        Ok(Self {
            address,
            _place: place,
        })
    }

    /// The address, with its port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_refuses_until_somebody_listens_beside_it() {
        let kept = Kept::take("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = kept.address();
        let refused = tokio::net::TcpStream::connect(address).await.unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        for _ in 0..2 {
            let listener = tokio::net::TcpListener::bind(address).await.unwrap();
            let (client, server) = tokio::join!(tokio::net::TcpStream::connect(address), listener.accept());
            drop((client.unwrap(), server.unwrap()));
        }
    }
}
