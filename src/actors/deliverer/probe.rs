//! Looks at the endpoint as a server of the platform meets it: where its name leads, whether it takes
//! connections, which TLS it speaks, which certificates it shows.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConfig, SupportedProtocolVersion, crypto::aws_lc_rs, version};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::{
    certificate, connection::server_name, core::Core, failure::Failure, old_tls, raw::RawDeliverer,
    witness::Witness,
};
use crate::transcript::{
    endpoint::{Handshake, Offer, ProbeEnd, Probed},
    exchange::NoAnswer,
    record::{Event, Scope},
};

/// Most addresses of a name that are recorded.
const MOST_ADDRESSES: usize = 32;

impl RawDeliverer {
    /// Resolves the host, connects, and makes a handshake; no request is sent. Records what was found.
    pub async fn probe(&self, scope: &Scope, url: &Url, offer: Offer) -> Probed {
        let permit = self.core.limiter.enter().await;
        let (host, port) = place(url);
        let limit = self.core.connect_timeout;
        let addresses = tokio::time::timeout(limit, addresses(url, port))
            .await
            .unwrap_or_else(|_| {
                Err(format!(
                    "no answer of the name service within {} ms",
                    limit.as_millis()
                ))
            });
        let (addresses, end) = match addresses {
            Err(why) => (Vec::new(), ProbeEnd::Unresolved(why)),
            Ok(addresses) => {
                let end = look(&self.core, url, offer, &addresses).await;
                (addresses.iter().map(SocketAddr::ip).collect(), end)
            }
        };
        drop(permit);
        let clock = self.core.recorder.clock();
        let probed = Probed {
            url: url.to_string(),
            host,
            port,
            offer,
            addresses,
            end,
            unix_seconds: clock.unix_millis() / 1000,
        };
        self.core
            .recorder
            .record(Some(scope), Event::Probed(Box::new(probed.clone())));
        probed
    }
}

fn place(url: &Url) -> (String, u16) {
    let host = match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => String::new(),
    };
    (host, url.port_or_known_default().unwrap_or_default())
}

async fn addresses(url: &Url, port: u16) -> Result<Vec<SocketAddr>, String> {
    let only = |address: IpAddr| Ok(vec![SocketAddr::new(address, port)]);
    match url.host() {
        Some(Host::Ipv4(address)) => only(address.into()),
        Some(Host::Ipv6(address)) => only(address.into()),
        Some(Host::Domain(name)) => {
            let found: Vec<SocketAddr> = lookup_host((name, port))
                .await
                .map_err(|error| Failure::new(NoAnswer::Connect, &error.to_string()).detail)?
                .take(MOST_ADDRESSES)
                .collect();
            if found.is_empty() {
                Err("the name has no address".to_owned())
            } else {
                Ok(found)
            }
        }
        None => Err("the URL has no host".to_owned()),
    }
}

async fn look(core: &Core, url: &Url, offer: Offer, addresses: &[SocketAddr]) -> ProbeEnd {
    let limit = core.connect_timeout;
    let stream = match tokio::time::timeout(limit, TcpStream::connect(addresses)).await {
        Err(_) => return ProbeEnd::NoConnection(Failure::no_connection(limit).detail),
        Ok(Err(error)) => return ProbeEnd::NoConnection(Failure::connecting(&error, false).detail),
        Ok(Ok(stream)) => stream,
    };
    if url.scheme() != "https" {
        return ProbeEnd::Plain;
    }
    let handshake = async {
        match offer {
            Offer::Usual => modern(core, url, stream, &[&version::TLS12, &version::TLS13]).await,
            Offer::Tls12 => modern(core, url, stream, &[&version::TLS12]).await,
            Offer::Tls11 => old_tls::offer(stream, url.domain())
                .await
                .map_err(|error| Failure::connecting(&error, true)),
        }
    };
    tokio::time::timeout(limit, handshake)
        .await
        .unwrap_or_else(|_| Err(slow(limit)))
        .unwrap_or_else(|failure| ProbeEnd::Refused(failure.detail))
}

fn slow(limit: Duration) -> Failure {
    let detail = format!("the handshake was not over within {} ms", limit.as_millis());
    Failure::new(NoAnswer::Tls, &detail)
}

async fn modern(
    core: &Core,
    url: &Url,
    stream: TcpStream,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ProbeEnd, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(NoAnswer::Tls, &error.to_string());
    let witness = Arc::new(Witness::new(core.trust.unaided()?));
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .map_err(|error| failed(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Witness>::clone(&witness))
        .with_no_client_auth();
    let name =
        server_name(url).ok_or_else(|| failed(&"the URL has no host that a certificate could name"))?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error: io::Error| Failure::connecting(&error, true))?;
    let version = stream.get_ref().1.protocol_version();
    let shown = witness.shown();
    Ok(ProbeEnd::Agreed(Box::new(Handshake {
        version: match version {
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
            other => format!("{other:?}"),
        },
        chain: shown.chain.iter().map(|der| certificate::read(der)).collect(),
        trust: shown.trust,
    })))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::actors::deliverer::testing::{deliverer, options, scope};

    async fn probe(url: &str, offer: Offer) -> Probed {
        let url = url.parse().unwrap();
        deliverer(options()).0.raw().probe(&scope(), &url, offer).await
    }

    /// A listener that answers each first message with the same bytes and hangs up.
    async fn answering(bytes: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut heard = [0; 1024];
                let _ = stream.read(&mut heard).await;
                let _ = stream.write_all(bytes).await;
            }
        });
        format!("https://127.0.0.1:{port}/")
    }

    #[tokio::test]
    async fn whoever_is_not_there_or_speaks_no_tls_is_told_apart() {
        let free = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        let gone = probe(&format!("https://{free}/"), Offer::Usual).await;
        assert!(matches!(gone.end, ProbeEnd::NoConnection(_)), "{gone:?}");
        assert_eq!(gone.addresses, [free.ip()]);
        let http = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let spoken = probe(&http, Offer::Usual).await;
        assert!(matches!(spoken.end, ProbeEnd::Refused(_)), "{spoken:?}");
        let plain = probe(&http.replace("https", "http"), Offer::Usual).await;
        assert_eq!(plain.end, ProbeEnd::Plain);
    }

    #[tokio::test]
    async fn an_old_version_is_told_from_an_alert() {
        let alert = answering(&[21, 3, 1, 0, 2, 2, 70]).await;
        let refused = probe(&alert, Offer::Tls11).await;
        let ProbeEnd::Refused(why) = refused.end else {
            panic!()
        };
        assert!(why.contains("alert 70"), "{why}");
        let hello = answering(&[22, 3, 2, 0, 6, 2, 0, 0, 2, 3, 2]).await;
        let ProbeEnd::Agreed(agreed) = probe(&hello, Offer::Tls11).await.end else {
            panic!()
        };
        assert_eq!(agreed.version, "TLS 1.1");
        let ProbeEnd::Refused(why) = probe(&answering(b"").await, Offer::Tls11).await.end else {
            panic!()
        };
        assert!(why.contains("closed"), "{why}");
    }
}
