//! Partners for the tests of this room: listeners that answer with given bytes and keep what came.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use url::Url;

use super::{client::Deliverer, message::Message, options::DelivererOptions};
use crate::{
    config::host::Clock,
    transcript::{
        exchange::{Form, Intent, Role},
        record::Scope,
        recorder::Recorder,
    },
    wire::{header::Headers, tampering::Writing},
};

pub(super) fn intent(index: u32) -> Intent {
    Intent {
        role: Role::Stimulus,
        index,
        form: Form::Right(Writing::Plain),
        subject: "payment.success".to_owned(),
        id: "evt_1".to_owned(),
        reference: "order-1".to_owned(),
    }
}

pub(super) fn scope() -> Scope {
    Scope {
        example: "WH-SIG-02/a".parse().unwrap(),
        attempt: 1,
    }
}

pub(super) fn options() -> DelivererOptions {
    DelivererOptions {
        connect_timeout: Duration::from_secs(2),
        answer_timeout: Duration::from_secs(2),
        per_second: NonZeroU32::new(1_000_000).unwrap(),
        ..DelivererOptions::default()
    }
}

pub(super) fn deliverer(options: DelivererOptions) -> (Deliverer, Recorder) {
    let recorder = Recorder::in_memory(Clock::start());
    (Deliverer::new(options, recorder.clone()).unwrap(), recorder)
}

pub(super) fn message(url: &Url) -> Message {
    Message {
        method: "POST".to_owned(),
        url: url.clone(),
        headers: Headers::new()
            .with("content-type", "application/json")
            .with("webhook-id", "evt_1"),
        body: b"{\"type\":\"payment.success\"}".to_vec(),
        timeout: None,
    }
}

/// A listener that answers the same bytes on every connection, again for every request on it.
pub(super) struct Partner {
    pub(super) url: Url,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// When a connection is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// After the answer.
    AtOnce,
    /// When the other side does.
    Never,
    /// After one answer, when the second request begins to arrive.
    AtSecondRequest,
}

impl Partner {
    pub(super) async fn answering(answer: impl Into<Vec<u8>>, closing: Closing) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let (seen, answer) = (Arc::new(Mutex::new(Vec::new())), answer.into());
        let list = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let number = {
                    let mut list = list.lock().unwrap();
                    list.push(Vec::new());
                    list.len() - 1
                };
                let (list, answer) = (Arc::clone(&list), answer.clone());
                tokio::spawn(async move {
                    let (mut buffer, mut answered) = ([0; 4096], 0);
                    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                        let whole = {
                            let mut list = list.lock().unwrap();
                            list[number].extend_from_slice(&buffer[..read]);
                            requests(&list[number])
                        };
                        if closing == Closing::AtSecondRequest && answered == 1 {
                            break;
                        }
                        while answered < whole {
                            stream.write_all(&answer).await.unwrap();
                            answered += 1;
                        }
                        if answered > 0 && closing == Closing::AtOnce {
                            break;
                        }
                    }
                    if closing == Closing::AtOnce {
                        let _ = stream.shutdown().await;
                    }
                });
            }
        });
        Self { url, seen }
    }

    /// What came, connection by connection.
    pub(super) fn seen(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

/// How many whole requests with a content length are in the bytes.
fn requests(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |value| value.trim().parse().unwrap());
        let Some(rest) = bytes.get(end + 4 + length..) else {
            break;
        };
        (bytes, count) = (rest, count + 1);
    }
    count
}

/// A partner behind TLS with a certificate of its own authority; returns its URL and the authority in
/// PEM.
pub(super) async fn secure_partner(answer: &'static [u8]) -> (Url, String) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            key.serialize_der().try_into().unwrap(),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let (mut buffer, mut seen) = ([0; 4096], Vec::new());
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    seen.extend_from_slice(&buffer[..read]);
                    for _ in 0..requests(&seen) {
                        stream.write_all(answer).await.unwrap();
                        stream.flush().await.unwrap();
                        seen.clear();
                    }
                }
            });
        }
    });
    (
        format!("https://localhost:{port}/hook").parse().unwrap(),
        authority_certificate.pem(),
    )
}

/// A listener that speaks first and then stays silent.
pub(super) async fn greeting(words: &'static [u8]) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(words).await.unwrap();
            open.push(stream);
        }
    });
    url
}

/// A port on which nobody listens.
pub(super) async fn nobody() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/hook", listener.local_addr().unwrap())
        .parse()
        .unwrap()
}
