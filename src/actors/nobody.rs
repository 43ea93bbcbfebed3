//! An address of ours at which nobody listens, for attempts that are meant to be lost.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;
use url::Url;

/// A port of this machine that refuses connections as long as this lives.
#[derive(Debug)]
pub struct Nobody {
    /// Bound, never listening.
    _socket: TcpSocket,
    address: SocketAddr,
}

impl Nobody {
    /// Takes a free port. The error is in words.
    pub fn take() -> Result<Self, String> {
        let socket = TcpSocket::new_v4().map_err(|error| error.to_string())?;
        socket
            .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .map_err(|error| error.to_string())?;
        let address = socket.local_addr().map_err(|error| error.to_string())?;
        Ok(Self {
            _socket: socket,
            address,
        })
    }

    /// The path of a URL at this address.
    pub fn instead_of(&self, url: &Url) -> Url {
        let mut lost = url.clone();
        // Both parts come from a socket address, so neither can be refused for an http URL.
        let _ = lost.set_ip_host(self.address.ip());
        let _ = lost.set_port(Some(self.address.port()));
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::reach;

    #[tokio::test]
    async fn connections_are_refused() {
        let nobody = Nobody::take().unwrap();
        let url = nobody.instead_of(&Url::parse("https://pay.example.my/hooks?a=1").unwrap());
        assert!(
            url.as_str().starts_with("https://127.0.0.1:") && url.path() == "/hooks",
            "{url}"
        );
        assert!(reach::connect(&url).await.unwrap_err().contains("refused"));
    }
}
