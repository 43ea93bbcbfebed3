//! The sandbox as its clients see it: through sockets only.

mod flow;
mod ownership;
mod wire;

use std::time::Duration;

use reqwest::{Method, redirect, retry};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::{Authentication, Base, Sandbox, SandboxOptions};
use crate::{
    config::host::Clock,
    transcript::{record::Scope, recorder::Recorder},
    wire::fault::{ApiCall, Fault, Script, ScriptLine, Times},
};

fn options() -> SandboxOptions {
    SandboxOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        tls: false,
        hostnames: Vec::new(),
        base: Base::PerExample,
        public_url: None,
        authentication: Authentication::Oauth,
        client_id: "partner".to_owned(),
        client_secret: "client-secret-1".into(),
        api_key: "api-key-1234567".into(),
        seed: 7,
    }
}

fn recorder() -> Recorder {
    Recorder::in_memory(Clock::start())
}

async fn started(options: SandboxOptions) -> Sandbox {
    Sandbox::start(options, recorder()).await.unwrap()
}

fn scope(example: &str) -> Scope {
    Scope {
        example: example.parse().unwrap(),
        attempt: 1,
    }
}

fn script(call: Option<ApiCall>, times: Times, fault: Fault) -> Script {
    Script {
        lines: vec![ScriptLine { call, times, fault }],
    }
}

fn client(ca_pem: Option<&str>) -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .retry(retry::never())
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(10));
    let builder = match ca_pem {
        Some(pem) => builder.tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes()).unwrap()]),
        None => builder,
    };
    builder.build().unwrap()
}

/// A client as a partner would write one.
struct Partner {
    http: reqwest::Client,
    base: String,
    token: String,
}

struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Partner {
    async fn new(base: &str, ca_pem: Option<&str>) -> Self {
        let mut partner = Self {
            http: client(ca_pem),
            base: base.to_owned(),
            token: String::new(),
        };
        let credentials = json!({"grant_type": "client_credentials", "client_id": "partner",
            "client_secret": "client-secret-1"});
        let reply = partner.post("/v1/oauth/token", &credentials, None).await;
        assert_eq!(reply.status, 200);
        partner.token = reply.body["access_token"].as_str().unwrap().to_owned();
        partner
    }

    fn without_token(base: &str) -> Self {
        Self {
            http: client(None),
            base: base.to_owned(),
            token: "none".to_owned(),
        }
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, None).await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value, key: Option<&str>) -> Reply {
        self.send(Method::POST, path, Some(body), key).await.unwrap()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/json")
                .body(body.to_string());
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?;
        Ok(Reply {
            status,
            headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        })
    }
}

/// Sends bytes and reads until the other side ends; an error is a reset.
async fn raw(sandbox: &Sandbox, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sandbox.address()).await?;
    stream.write_all(bytes).await?;
    let mut answer = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut answer))
        .await
        .unwrap()?;
    Ok(answer)
}

fn status_of(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer.get(..12).unwrap_or(answer)).into_owned()
}
