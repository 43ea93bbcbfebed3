//! Whether anybody listens at an address.

use std::time::Duration;

use tokio::net::TcpStream;
use url::Url;

/// Longest time for a connection.
const WITHIN: Duration = Duration::from_secs(5);

/// Opens a connection and closes it again. The error is in words.
pub async fn connect(url: &Url) -> Result<(), String> {
    let host = url.host_str().ok_or("the address has no host")?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().ok_or("the address has no port")?;
    match tokio::time::timeout(WITHIN, TcpStream::connect((host, port))).await {
        Err(_) => Err(format!("no connection within {} s", WITHIN.as_secs())),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok(_)) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_is_told_from_somebody() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        assert_eq!(connect(&url).await, Ok(()));
        drop(listener);
        assert!(connect(&url).await.unwrap_err().contains("refused"));
    }
}
