//! An address taken before the sandbox starts, for those who must know it first.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::options::SandboxError;

/// A listener that is already bound.
#[derive(Debug)]
pub struct Reserved {
    pub(super) listener: TcpListener,
    address: SocketAddr,
}

impl Reserved {
    /// Binds an address; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> Result<Self, SandboxError> {
        let failed = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            address: bound,
        })
    }

    /// The address that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
