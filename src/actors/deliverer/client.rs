//! The ordinary way to the partner: reqwest, with everything unasked switched off.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, Method, Request, Response, header::HeaderMap, redirect, retry};

use super::{
    body::NotedBody,
    core::{Core, Exchanged, KEPT, READ},
    failure::Failure,
    message::{Delivered, Message},
    options::{DelivererError, DelivererOptions},
    parcel::Parcel,
    progress::Progress,
    raw::{RawDeliverer, Shape},
    trust::nobody,
};
use crate::{
    transcript::{
        exchange::{Answer, Intent, NoAnswer},
        record::Scope,
        recorder::Recorder,
    },
    wire::{body::Body, header::Headers},
};

/// How long after an answer its connection may carry another delivery. Servers close idle
/// connections after two seconds and more.
pub const REUSE_WITHIN: Duration = Duration::from_secs(1);

/// Delivers messages as an ordinary HTTP/1.1 client would; cheap to clone.
#[derive(Clone, Debug)]
pub struct Deliverer {
    core: Arc<Core>,
    clients: Arc<Clients>,
    raw: RawDeliverer,
}

/// Building a client that speaks TLS takes milliseconds, so each is built when it is first needed.
#[derive(Debug, Default)]
struct Clients {
    plain: OnceLock<Result<Client, Failure>>,
    secure: OnceLock<Result<Client, Failure>>,
}

impl Deliverer {
    /// Deliverers that share one limiter and write to one transcript.
    pub fn new(options: DelivererOptions, recorder: Recorder) -> Result<Self, DelivererError> {
        let core = Arc::new(Core::new(options, recorder)?);
        Ok(Self {
            raw: RawDeliverer::new(Arc::clone(&core)),
            clients: Arc::default(),
            core,
        })
    }

    /// The deliverer for what an HTTP client cannot write.
    pub fn raw(&self) -> &RawDeliverer {
        &self.raw
    }

    /// Waits for its turn, delivers one message and records what happened.
    ///
    /// A message that the client would not write exactly as asked (upper case in header names, lines
    /// of one name apart from each other, a false length) goes the raw way by itself. Must be called
    /// inside a tokio runtime. Giving up the returned future while it waits for its turn sends
    /// nothing; after that the delivery is completed and recorded all the same.
    pub async fn deliver(&self, scope: &Scope, intent: Intent, message: Message) -> Delivered {
        let parcel = self.core.parcel(intent, message);
        let Some(headers) = parcel.for_client() else {
            return self.raw.send(scope, parcel, Shape::Whole).await;
        };
        let permit = self.core.limiter.enter().await;
        let clients = Arc::clone(&self.clients);
        self.core
            .run(scope, permit, parcel, |core, parcel, progress| async move {
                let limit = parcel.timeout;
                let exchange = exchange(&core, &clients, &parcel, headers, &progress);
                let result = progress.within(limit, exchange).await;
                Exchanged {
                    sent: parcel.sent(),
                    result,
                }
            })
            .await
    }
}

impl Clients {
    fn get(&self, core: &Core, secure: bool) -> Result<Client, Failure> {
        let cell = if secure { &self.secure } else { &self.plain };
        cell.get_or_init(|| build(core, secure)).clone()
    }
}

fn build(core: &Core, secure: bool) -> Result<Client, Failure> {
    let tls = if secure {
        rustls::ClientConfig::clone(core.trust.config()?.as_ref())
    } else {
        nobody().map_err(|error| Failure::new(NoAnswer::Tls, &error.to_string()))?
    };
    Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .no_proxy()
        .http1_only()
        .tls_backend_preconfigured(tls)
        .connect_timeout(core.connect_timeout)
        .pool_max_idle_per_host(if core.reuse { core.in_flight } else { 0 })
        .pool_idle_timeout(REUSE_WITHIN)
        .tcp_nodelay(true)
        .build()
        .map_err(|error| Failure::client(&error, core.connect_timeout))
}

async fn exchange(
    core: &Core,
    clients: &Clients,
    parcel: &Parcel,
    headers: HeaderMap,
    progress: &Arc<Progress>,
) -> Result<Answer, Failure> {
    let client = clients.get(core, parcel.url.scheme() == "https")?;
    let method = Method::from_bytes(parcel.method.as_bytes())
        .map_err(|error| Failure::new(NoAnswer::Broken, &error.to_string()))?;
    let mut request = Request::new(method, parcel.url.clone());
    *request.headers_mut() = headers;
    *request.body_mut() = Some(reqwest::Body::wrap(NotedBody::new(
        parcel.body.clone(),
        Arc::clone(progress),
    )));
    let failed = |error: reqwest::Error| Failure::client(&error, core.connect_timeout);
    let response = client.execute(request).await.map_err(failed)?;
    progress.note_head();
    answer(response).await.map_err(failed)
}

async fn answer(mut response: Response) -> Result<Answer, reqwest::Error> {
    let status = response.status().as_u16();
    let mut headers = Headers::new();
    for (name, value) in response.headers() {
        let value: String = value.as_bytes().iter().copied().map(char::from).collect();
        headers.push(name.as_str(), value);
    }
    let (mut kept, mut read) = (Vec::new(), 0_usize);
    while read <= READ {
        let Some(piece) = response.chunk().await? else {
            break;
        };
        read += piece.len();
        let room = KEPT.saturating_sub(kept.len()).min(piece.len());
        kept.extend_from_slice(&piece[..room]);
    }
    Ok(Answer {
        status,
        headers,
        truncated: read > kept.len(),
        body: Body::from(kept),
    })
}
