//! Whether anybody listens at an address, in which protocol, and whether the path takes a POST.

use std::time::Duration;

use url::Url;

use crate::{
    actors::{
        deliverer::{client::Deliverer, message::Message, options::DelivererOptions},
        reach,
    },
    cli::error::CliError,
    config::{host::Host, target::Target},
    contract::id::IdError,
    evidence::text::TerminalText,
    transcript::{
        endpoint::{Offer, ProbeEnd, Trust},
        exchange::{Ending, Form, Intent, NoAnswer, Role},
        record::Scope,
        recorder::Recorder,
    },
    wire::{header::Headers, tampering::Writing},
};

/// Longest time for an answer: long enough for a framework that wakes up at the first request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ports on which web frameworks listen while one works on them.
const USUAL_PORTS: [u16; 8] = [3000, 4000, 5000, 8000, 8001, 8080, 8888, 9000];

/// Sends what is tried out. Nothing is kept.
#[derive(Debug)]
pub struct Caller {
    deliverer: Deliverer,
    scope: Scope,
    url: Url,
}

impl Caller {
    /// A caller of an address that the policy allows.
    pub fn new(target: &Target, host: &Host) -> Result<Self, CliError> {
        let trust = target.trust.as_ref();
        let options = DelivererOptions {
            trust: trust.map(|trust| String::from_utf8_lossy(&trust.pem).into_owned()),
            answer_timeout: PATIENCE,
            ..DelivererOptions::default()
        };
        let example = "INIT-01/a"
            .parse()
            .map_err(|error: IdError| CliError::Undetermined(error.to_string()))?;
        Ok(Self {
            deliverer: Deliverer::new(options, Recorder::forgetful(host.clock.clone()))?,
            // Attempt 0 belongs to no example, so the recorder keeps nothing for one.
            scope: Scope { example, attempt: 0 },
            url: target.url.clone(),
        })
    }

    /// Sends one message.
    pub async fn post(&self, headers: Headers, body: Vec<u8>) -> Ending {
        self.post_to(self.url.clone(), headers, body).await
    }

    async fn post_to(&self, url: Url, headers: Headers, body: Vec<u8>) -> Ending {
        let intent = Intent {
            role: Role::Probe,
            index: 0,
            form: Form::Right(Writing::Plain),
            subject: String::new(),
            id: String::new(),
            reference: String::new(),
        };
        let message = Message {
            method: "POST".to_owned(),
            url,
            headers,
            body,
            timeout: None,
        };
        let delivered = self.deliverer.deliver(&self.scope, intent, message).await;
        delivered.delivery().ending.clone()
    }
}

/// What was seen at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nobody listens.
    Nobody(String),
    /// The port speaks the other protocol.
    Speaks(&'static str),
    /// The certificate is not believed.
    Untrusted(String),
    /// No proper answer.
    Broken(String),
    /// An answer to an unsigned message without an event.
    Answers(u16),
}

/// Looks: connects, and sends one unsigned message without an event in it.
pub async fn look(caller: &Caller) -> Seen {
    if let Err(why) = reach::connect(&caller.url).await {
        return Seen::Nobody(why);
    }
    let secure = caller.url.scheme() == "https";
    let headers = Headers::new().with("content-type", "application/json");
    let ending = caller.post(headers.clone(), b"{}".to_vec()).await;
    match ending {
        Ending::Answered(answer) if secure || answer.status != 400 => Seen::Answers(answer.status),
        // Servers tell a client that forgot TLS with a 400.
        Ending::Answered(answer) if handshake(caller).await.is_none() => Seen::Answers(answer.status),
        Ending::Answered(_) => Seen::Speaks("https"),
        Ending::Unanswered {
            why: NoAnswer::Timeout,
            detail,
        } => Seen::Broken(detail),
        Ending::Unanswered { detail, .. } if secure => {
            if let Some(Some(flaw)) = handshake(caller).await {
                return Seen::Untrusted(flaw);
            }
            let plain = with_scheme(&caller.url, "http");
            match plain {
                Some(url) => match caller.post_to(url, headers, b"{}".to_vec()).await {
                    Ending::Answered(_) => Seen::Speaks("http"),
                    Ending::Unanswered { .. } => Seen::Broken(detail),
                },
                None => Seen::Broken(detail),
            }
        }
        Ending::Unanswered { detail, .. } => match handshake(caller).await {
            Some(_) => Seen::Speaks("https"),
            None => Seen::Broken(detail),
        },
    }
}

/// Whether the port agrees to TLS; then why its certificate is not believed, if it is not.
async fn handshake(caller: &Caller) -> Option<Option<String>> {
    let url = with_scheme(&caller.url, "https")?;
    let probed = caller
        .deliverer
        .raw()
        .probe(&caller.scope, &url, Offer::Usual)
        .await;
    match probed.end {
        ProbeEnd::Agreed(handshake) => Some(match handshake.trust {
            Some(Trust::Broken { detail, .. }) => Some(detail),
            Some(Trust::Held) | None => None,
        }),
        _ => None,
    }
}

/// The same address in the other protocol, on the same port.
fn with_scheme(url: &Url, scheme: &str) -> Option<Url> {
    let port = url.port_or_known_default()?;
    let rest = url.as_str().split_once("://")?.1;
    let mut other = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    other.set_port(Some(port)).ok()?;
    Some(other)
}

/// What was seen, in words, and whether the address can be right.
pub fn told(seen: &Seen, url: &str) -> (bool, String) {
    let clean = |text: &str| TerminalText::line(text).as_str().to_owned();
    match seen {
        Seen::Nobody(why) => (
            false,
            format!(
                "nobody listens there ({}); start your system, or correct the address",
                clean(why)
            ),
        ),
        Seen::Speaks(scheme) => {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            (
                false,
                format!("the port speaks {scheme}; write {scheme}://{}", clean(rest)),
            )
        }
        Seen::Untrusted(why) => (
            false,
            format!(
                "it listens, but its certificate is not believed ({}); give the certificate of its authority with \
                 --trust ca.pem",
                clean(why)
            ),
        ),
        Seen::Broken(why) => (
            false,
            format!("somebody listens, but gives no proper answer ({})", clean(why)),
        ),
        Seen::Answers(status @ (404 | 410)) => (
            false,
            format!("it answers, but has nothing at this path (status {status}); the path is probably wrong"),
        ),
        Seen::Answers(405) => (
            false,
            "it answers, but takes no POST at this path (status 405); the path is probably wrong".to_owned(),
        ),
        Seen::Answers(status @ 300..=399) => (
            false,
            format!(
                "it redirects (status {status}); the platform follows no redirect, so give the address it leads to"
            ),
        ),
        Seen::Answers(status @ 500..) => (
            true,
            format!(
                "it answers, but fails on an unsigned, empty message (status {status}); it should refuse it"
            ),
        ),
        Seen::Answers(status @ 200..=299) => (
            true,
            format!(
                "it answers, and takes an unsigned, empty message (status {status}); it should refuse it"
            ),
        ),
        Seen::Answers(status) => (
            true,
            format!("it answers, and refuses an unsigned, empty message (status {status}), as it should"),
        ),
    }
}

/// The usual ports of this machine on which somebody listens.
pub async fn listening() -> Vec<u16> {
    let looks = USUAL_PORTS.map(|port| async move {
        let url = Url::parse(&format!("http://127.0.0.1:{port}/")).ok()?;
        reach::connect(&url).await.ok().map(|()| port)
    });
    futures::future::join_all(looks)
        .await
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_protocol_keeps_the_port() {
        let other = |from: &str, scheme: &str| {
            with_scheme(&Url::parse(from).unwrap(), scheme)
                .unwrap()
                .to_string()
        };
        assert_eq!(
            other("http://127.0.0.1:8000/a?b", "https"),
            "https://127.0.0.1:8000/a?b"
        );
        assert_eq!(
            other("https://shop.example/a", "http"),
            "http://shop.example:443/a"
        );
        let (good, text) = told(&Seen::Speaks("https"), "http://127.0.0.1:8000/a");
        assert!(!good && text.ends_with("write https://127.0.0.1:8000/a"));
    }

    #[test]
    fn a_wrong_path_is_told_from_a_refusal() {
        assert!(!told(&Seen::Answers(404), "").0);
        assert!(!told(&Seen::Answers(405), "").0);
        assert!(told(&Seen::Answers(401), "").0);
    }
}
