//! Starts a partner and talks to it as the platform does.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use crate::reference::webhook::digest;
use crate::reference::{Authentication, Defect, Options, Ready, Secrets, clock, identity, serve};

pub(super) const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
pub(super) const OLD_KEY: &[u8] = b"fedcba9876543210fedcba9876543210";
pub(super) const RECURRING: &str = "21245-957";

pub(super) struct Rig {
    pub(super) ready: Ready,
    pub(super) client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    directory: tempfile::TempDir,
}

pub(super) fn options(defects: &[Defect]) -> Options {
    Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: false,
        certificate_directory: None,
        keep_certificate: false,
        maintenance: false,
        database: None,
        log: None,
        api_base_url: None,
        api_ca: None,
        authentication: Authentication::Oauth,
        time_factor: 1,
        client_time_factor: 1,
        batch_folder: None,
        defects: defects.to_vec(),
        secrets: Secrets {
            production: String::new(),
            url_token: String::new(),
            webhook: [KEY, OLD_KEY]
                .iter()
                .map(|key| format!("whsec_{}", STANDARD.encode(key)))
                .collect(),
            recurring: RECURRING.into(),
            client_id: "client-7".into(),
            client_secret: "client-hush".into(),
            api_key: "key-hush".into(),
        },
    }
}

impl Rig {
    pub(super) async fn start(defects: &[Defect]) -> Self {
        Self::start_with(options(defects)).await
    }

    pub(super) async fn start_with(mut options: Options) -> Self {
        let directory = tempfile::tempdir().unwrap();
        options.certificate_directory = Some(directory.path().join("ca"));
        options
            .database
            .get_or_insert(directory.path().join("partner.db"));
        options.log.get_or_insert(directory.path().join("partner.log"));
        let (stop, stopped) = oneshot::channel();
        let (announce, announced) = oneshot::channel();
        tokio::spawn(async move {
            let shutdown = async move { drop(stopped.await) };
            serve(options, |ready| drop(announce.send(ready)), shutdown)
                .await
                .unwrap();
        });
        let ready = announced.await.unwrap();
        let mut client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20));
        if let Some(ca) = &ready.ca {
            let pem = std::fs::read(ca).unwrap();
            client = client.tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()]);
        }
        Self {
            ready,
            client: client.build().unwrap(),
            stop: Some(stop),
            directory,
        }
    }

    /// Creates a pending order over 100.00 MYR with a policy.
    pub(super) async fn order(&self) -> (String, String) {
        let order = identity::reference("ORD-");
        let policy = identity::reference("POL-");
        let made = self
            .post_start("order", &json!({"reference": order, "policy": policy, "amount": "100.00", "currency": "MYR", "name": "A"}))
            .await;
        assert_eq!(made["outcome"], "success");
        (order, policy)
    }

    pub(super) async fn post_start(&self, operation: &str, input: &Value) -> Value {
        let url = format!("{}/start/{operation}", self.ready.base_url);
        let answer = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .timeout(Duration::from_secs(100))
            .body(input.to_string())
            .send()
            .await
            .unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    pub(super) async fn effect(&self, kind: &str, reference: &str) -> Value {
        let url = format!("{}/effects/{kind}/{reference}", self.ready.base_url);
        serde_json::from_str(&self.client.get(url).send().await.unwrap().text().await.unwrap()).unwrap()
    }

    pub(super) async fn count(&self, kind: &str, reference: &str) -> i64 {
        self.effect(kind, reference).await["count"].as_i64().unwrap()
    }

    /// Sends and answers status and body.
    pub(super) async fn deliver(&self, letter: &Letter) -> (u16, String) {
        let mut request = self
            .client
            .post(&self.ready.webhook_url)
            .header("content-type", "application/json");
        for (name, value) in &letter.headers {
            request = request.header(name, value.as_slice());
        }
        let answer = request.body(letter.body.clone()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(super) async fn call_back(&self, media_type: &str, body: String) -> (u16, String) {
        let request = self
            .client
            .post(&self.ready.recurring_url)
            .header("content-type", media_type);
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(super) fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.ready.log).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(super) async fn stop(mut self) -> tempfile::TempDir {
        drop(self.stop.take());
        while self.client.get(&self.ready.base_url).send().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.directory
    }
}

/// A webhook delivery in the making.
#[derive(Clone)]
pub(super) struct Letter {
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

impl Letter {
    pub(super) fn signed(body: impl Into<Vec<u8>>) -> Self {
        Self::at(clock::unix_seconds(), body)
    }

    pub(super) fn at(time: i64, body: impl Into<Vec<u8>>) -> Self {
        Self::with_key(KEY, &time.to_string(), body)
    }

    pub(super) fn with_key(key: &[u8], time: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let id = serde_json::from_slice::<Value>(&body)
            .ok()
            .and_then(|value| value["id"].as_str().map(str::to_owned))
            .unwrap_or_else(|| identity::reference("evt_"));
        let signature = format!("v1,{}", digest::sha256_signature(key, &id, time, &body));
        let headers = [
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", time),
            ("webhook-signature", &signature),
        ]
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
        Self {
            headers: headers.to_vec(),
            body,
        }
    }

    pub(super) fn header(&self, name: &str) -> String {
        let found = self.headers.iter().find(|(header, _)| header == name).unwrap();
        String::from_utf8(found.1.clone()).unwrap()
    }

    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.headers
            .iter_mut()
            .find(|(header, _)| header == name)
            .unwrap()
            .1 = value.as_bytes().to_vec();
        self
    }

    pub(super) fn map_signature(self, change: impl Fn(&str) -> String) -> Self {
        let value = change(&self.header("webhook-signature"));
        self.set("webhook-signature", &value)
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self
    }

    pub(super) fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Signs what stands in the headers again, with `key`.
    pub(super) fn resigned(self, key: &[u8]) -> Self {
        let digest = digest::sha256_signature(
            key,
            &self.header("webhook-id"),
            &self.header("webhook-timestamp"),
            &self.body,
        );
        self.set("webhook-signature", &format!("v1,{digest}"))
    }
}

/// An event body; `data` is merged over nothing.
pub(super) fn event(kind: &str, data: &Value) -> Value {
    json!({"id": identity::reference("evt_"), "type": kind, "created_at": format!("{:.3}", clock::now()), "data": data})
}

pub(super) fn paid(order: &str) -> Value {
    event(
        "payment.success",
        &json!({"transaction_id": identity::reference("txn_"), "order_id": order, "status": "success",
                "amount": "100.00", "currency": "MYR", "metadata": {"note": "n"}}),
    )
}

pub(super) fn hashed(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.concat()))
}
