//! What is compared. A new contender is one more line in [`ALL`].

use std::{
    error::Error,
    future::Future,
    net::SocketAddr,
    num::NonZeroU32,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use senang_conformance::{
    actors::deliverer::{client::Deliverer, message::Message, options::DelivererOptions, raw::Shape},
    config::host::Clock,
    transcript::{
        exchange::{Form, Intent, Role},
        record::Scope,
        recorder::Recorder,
    },
    wire::{header::Headers, signature::Scheme, tampering::Writing},
};
use tokio::{net::TcpStream, runtime::Runtime, task::JoinSet};
use url::Url;

use crate::suite;

/// Connections, and examples under way at one time.
const AT_ONCE: usize = 64;

const KEY: &[u8] = b"a key that is long enough for a signature";

pub(crate) type Failure = Box<dyn Error + Send + Sync>;
type Running = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// One way of doing the work.
pub(crate) struct Contender {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// Runs so many examples against a server.
    pub(crate) run: fn(SocketAddr, usize) -> Running,
    threads: usize,
}

/// The yardstick comes first.
pub(crate) const ALL: [Contender; 8] = [
    Contender {
        name: "bare hyper loop",
        run: |server, examples| Box::pin(bare(server, examples)),
        threads: 1,
    },
    Contender {
        name: "bare hyper loop, two threads",
        run: |server, examples| Box::pin(bare(server, examples)),
        threads: 2,
    },
    Contender {
        name: "bare reqwest loop, two threads",
        run: |server, examples| Box::pin(reqwest_loop(server, examples)),
        threads: 2,
    },
    Contender {
        name: "deliverer, connections reused",
        run: |server, examples| Box::pin(delivered(server, examples, Way::Reused)),
        threads: 2,
    },
    Contender {
        name: "deliverer, fresh connections",
        run: |server, examples| Box::pin(delivered(server, examples, Way::Fresh)),
        threads: 2,
    },
    Contender {
        name: "raw deliverer",
        run: |server, examples| Box::pin(delivered(server, examples, Way::Raw)),
        threads: 2,
    },
    Contender {
        name: "suite, connections reused",
        run: |server, examples| Box::pin(whole_suite(server, examples, true)),
        threads: 2,
    },
    Contender {
        name: "suite, fresh connections",
        run: |server, examples| Box::pin(whole_suite(server, examples, false)),
        threads: 2,
    },
];

impl Contender {
    /// Whether the others are compared with this one.
    pub(crate) fn is_yardstick(&self) -> bool {
        self.name == ALL[0].name
    }

    /// The runtime it runs on.
    pub(crate) fn runtime(&self) -> std::io::Result<Runtime> {
        match self.threads {
            1 => tokio::runtime::Builder::new_current_thread().enable_all().build(),
            threads => tokio::runtime::Builder::new_multi_thread()
                .worker_threads(threads)
                .enable_all()
                .build(),
        }
    }
}

/// Id, timestamp, signature and body of one delivery.
struct Signed {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

fn signed(example: usize, delivery: usize) -> Signed {
    let id = format!("evt_{example:08}{delivery}");
    let timestamp = "1795170930".to_owned();
    let body = format!(
        r#"{{"event":"payment.success","id":"{id}","timestamp":"2026-11-20T10:35:30Z","data":{{"payment_id":"pay_{example:08}","order_id":"ORD-{example:08}","amount":"125.50","currency":"MYR","status":"success","method":"fpx","metadata":{{"policy":"POL-{example:08}","channel":"web"}}}}}}"#
    );
    let signature = Scheme::standard_webhooks().sign(KEY, &id, &timestamp, body.as_bytes());
    Signed {
        id,
        timestamp,
        signature,
        body,
    }
}

async fn bare(server: SocketAddr, examples: usize) -> Result<(), Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let next = Arc::clone(&next);
        workers.spawn(async move {
            let stream = TcpStream::connect(server).await?;
            stream.set_nodelay(true)?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            loop {
                let example = next.fetch_add(1, Ordering::Relaxed);
                if example >= examples {
                    return Ok::<(), Failure>(());
                }
                for delivery in 0..2 {
                    post(&mut sender, &server.to_string(), signed(example, delivery)).await?;
                }
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker??;
    }
    Ok(())
}

async fn post(sender: &mut SendRequest<Full<Bytes>>, host: &str, signed: Signed) -> Result<(), Failure> {
    let request = Request::post("/hook")
        .header("host", host)
        .header("user-agent", "bare")
        .header("accept", "*/*")
        .header("content-type", "application/json")
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.timestamp)
        .header("webhook-signature", signed.signature)
        .body(Full::from(signed.body))?;
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    response.into_body().collect().await?;
    if status.is_success() {
        Ok(())
    } else {
        Err(format!("status {status}").into())
    }
}

async fn reqwest_loop(server: SocketAddr, examples: usize) -> Result<(), Failure> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url: Url = format!("http://{server}/hook").parse()?;
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (next, client, url) = (Arc::clone(&next), client.clone(), url.clone());
        workers.spawn(async move {
            loop {
                let example = next.fetch_add(1, Ordering::Relaxed);
                if example >= examples {
                    return Ok::<(), Failure>(());
                }
                for delivery in 0..2 {
                    let signed = signed(example, delivery);
                    let request = client
                        .post(url.clone())
                        .header("content-type", "application/json")
                        .header("webhook-id", signed.id)
                        .header("webhook-timestamp", signed.timestamp)
                        .header("webhook-signature", signed.signature)
                        .body(signed.body);
                    request.send().await?.error_for_status()?.bytes().await?;
                }
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker??;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Reused,
    Fresh,
    Raw,
}

async fn delivered(server: SocketAddr, examples: usize, way: Way) -> Result<(), Failure> {
    let recorder = Recorder::in_memory(Clock::start());
    let options = DelivererOptions {
        connect_timeout: Duration::from_secs(5),
        per_second: NonZeroU32::MAX,
        reuse_connections: way == Way::Reused,
        ..DelivererOptions::default()
    };
    let deliverer = Deliverer::new(options, recorder.clone())?;
    let url: Url = format!("http://{server}/hook").parse()?;
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (next, deliverer, recorder, url) = (
            Arc::clone(&next),
            deliverer.clone(),
            recorder.clone(),
            url.clone(),
        );
        workers.spawn(async move {
            loop {
                let example = next.fetch_add(1, Ordering::Relaxed);
                if example >= examples {
                    return Ok::<(), Failure>(());
                }
                let scope = Scope {
                    example: format!("WH-SIG-02/{example}").parse()?,
                    attempt: 1,
                };
                for delivery in 0..2 {
                    let (intent, message) = message(&url, signed(example, delivery));
                    let outcome = match way {
                        Way::Raw => {
                            deliverer
                                .raw()
                                .deliver(&scope, intent, message, Shape::Whole)
                                .await
                        }
                        Way::Reused | Way::Fresh => deliverer.deliver(&scope, intent, message).await,
                    };
                    if outcome.delivery().status() != Some(200) {
                        return Err(format!("{:?}", outcome.delivery().ending).into());
                    }
                }
                drop(recorder.take(&scope));
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker??;
    }
    Ok(())
}

async fn whole_suite(server: SocketAddr, examples: usize, reuse: bool) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    Box::pin(suite::run(server, examples, reuse, folder.path())).await
}

fn message(url: &Url, signed: Signed) -> (Intent, Message) {
    let intent = Intent {
        role: Role::Stimulus,
        index: 0,
        form: Form::Right(Writing::Plain),
        subject: "payment.success".to_owned(),
        id: signed.id.clone(),
        reference: "order".to_owned(),
    };
    let headers = Headers::new()
        .with("content-type", "application/json")
        .with("webhook-id", signed.id)
        .with("webhook-timestamp", signed.timestamp)
        .with("webhook-signature", signed.signature);
    let body = signed.body.into_bytes();
    (
        intent,
        Message {
            method: "POST".to_owned(),
            url: url.clone(),
            headers,
            body,
            timeout: None,
        },
    )
}
