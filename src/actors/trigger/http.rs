//! Templated requests to the partner, with everything switched off that a client does unasked.

use std::time::Duration;

use reqwest::{Certificate, Client, Method, Response, redirect, retry};

use crate::{
    actors::template::{self, Fields},
    config::{
        request::{HeaderSource, HttpCall},
        target::TrustAnchor,
    },
};

/// Longest answer that is kept, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// A request that can be sent again and again with other values.
#[derive(Debug)]
pub(crate) struct HttpChannel {
    call: HttpCall,
    client: Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) truncated: bool,
    /// Where a redirect leads.
    pub(crate) location: Option<String>,
    /// Lines that ask a browser to keep something.
    pub(crate) cookies: Vec<String>,
}

impl HttpChannel {
    pub(crate) fn new(call: &HttpCall) -> Result<Self, String> {
        Ok(Self {
            call: call.clone(),
            client: client(call.target.trust.as_deref(), call.timeout)?,
        })
    }

    /// Sends the request and returns the answer, at most its first [`LONGEST`] bytes.
    pub(crate) async fn exchange(&self, fields: &Fields) -> Result<HttpAnswer, String> {
        self.exchange_with(fields, &[]).await
    }

    /// The same with more parameters behind the query.
    pub(crate) async fn exchange_with(
        &self,
        fields: &Fields,
        extra: &[(&str, &str)],
    ) -> Result<HttpAnswer, String> {
        let mut response = self.send_with(fields, extra).await?;
        let status = response.status().as_u16();
        let location = response
            .headers()
            .get("location")
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let cookies = response.headers().get_all("set-cookie").iter();
        let cookies = cookies
            .filter_map(|line| line.to_str().ok().map(str::to_owned))
            .collect();
        let mut body = Vec::new();
        let mut truncated = false;
        while let Some(chunk) = response.chunk().await.map_err(|error| described(&error))? {
            let room = LONGEST - body.len();
            body.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
            if chunk.len() > room {
                truncated = true;
                break;
            }
        }
        Ok(HttpAnswer {
            status,
            body,
            truncated,
            location,
            cookies,
        })
    }

    /// Method and address of the request, without its query.
    pub(super) fn shown(&self, fields: &Fields) -> String {
        let url = template::url(&self.call.url, fields).map_or_else(
            |_| String::new(),
            |mut url| {
                url.set_query(None);
                format!(" {url}")
            },
        );
        format!("{}{url}", self.call.method)
    }

    /// Sends the request and returns once the head of the answer is there.
    pub(crate) async fn send(&self, fields: &Fields) -> Result<Response, String> {
        self.send_with(fields, &[]).await
    }

    async fn send_with(&self, fields: &Fields, extra: &[(&str, &str)]) -> Result<Response, String> {
        let filled = |error: template::FillError| error.to_string();
        let mut url = template::url(&self.call.url, fields).map_err(filled)?;
        if !extra.is_empty() {
            url.query_pairs_mut().extend_pairs(extra);
        }
        let method = Method::from_bytes(self.call.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = self.client.request(method, url);
        let declares_type = self
            .call
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        for (name, source) in &self.call.headers {
            let value = match source {
                HeaderSource::Text(text) => template::header(text, fields).map_err(filled)?,
                HeaderSource::Secret { prefix, secret } => {
                    let mut value = http::HeaderValue::from_str(&format!("{prefix}{}", secret.expose()))
                        .map_err(|_| {
                            format!("the value of {} cannot stand in a header", secret.variable())
                        })?;
                    value.set_sensitive(true);
                    value
                }
            };
            request = request.header(name, value);
        }
        if let Some(body) = &self.call.body {
            let (content_type, bytes) = template::body(body, fields).map_err(filled)?;
            if !declares_type {
                request = request.header("content-type", content_type);
            }
            request = request.body(bytes);
        }
        request.send().await.map_err(|error| described(&error))
    }
}

pub(crate) fn client(trust: Option<&TrustAnchor>, timeout: Duration) -> Result<Client, String> {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout);
    if let Some(anchor) = trust {
        let certificates = Certificate::from_pem_bundle(&anchor.pem)
            .map_err(|error| format!("{} cannot be used: {}", anchor.path, described(&error)))?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(|error| described(&error))
}

/// The innermost words of an error: the outer ones only repeat the address.
pub(crate) fn described(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer within the time limit".to_owned();
    }
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    let what = if error.is_connect() {
        "could not connect: "
    } else {
        ""
    };
    format!("{what}{source}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::{
        actors::testing,
        config::{effects::Effect, subject::Subject},
    };

    /// An https server on this machine that answers everything with `{}`; returns port and certificate.
    async fn server() -> (u16, String) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![cert.der().clone()],
                PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read(&mut [0; 1024]).await;
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                    let _ = stream.write_all(answer).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        (port, cert.pem())
    }

    fn channel(port: u16, trust: &str) -> HttpChannel {
        let config = testing::config(&format!(
            "[effects.order]\nkind = \"http\"\nurl = \"https://localhost:{port}/{{reference}}\"\ncount = \"/n\"\n{trust}"
        ));
        let Some(Effect::Http { call, .. }) = config.effects.get(&Subject::Order) else {
            panic!()
        };
        HttpChannel::new(call).unwrap()
    }

    #[tokio::test]
    async fn a_certificate_is_trusted_when_the_file_says_so_and_only_then() {
        let (port, pem) = server().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, pem).unwrap();
        let fields: Fields = [("reference".to_owned(), "A".to_owned())].into();
        let trusting = channel(port, &format!("trust = {file:?}\n"));
        assert_eq!(trusting.exchange(&fields).await.unwrap().status, 200);
        let error = channel(port, "").exchange(&fields).await.unwrap_err();
        assert!(
            error.contains("certificate") || error.contains("UnknownIssuer"),
            "{error}"
        );
    }
}
