//! Tells the partner of what happened at the platform, as the platform would: signed webhooks, delivered
//! again by its schedule until they are taken or given up.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretSlice};
use url::Url;

use super::{
    deliverer::{
        client::Deliverer,
        message::Message,
        options::{DelivererError, DelivererOptions},
    },
    sandbox::news::News,
};
use crate::{
    contract::id::IdError,
    transcript::{
        exchange::{Ending, Form, Intent, Role},
        record::Scope,
        recorder::Recorder,
    },
    wire::{
        event::{Event, EventType},
        header::Headers,
        signature::Scheme,
        tampering::Writing,
    },
};

/// How long after the fact its event leaves: the answer to the request that caused it comes first.
const LAG: Duration = Duration::from_millis(500);

/// A policy is issued a moment after it is paid.
const ISSUE_LAG: Duration = Duration::from_secs(1);

/// Where webhooks go, and how they are made.
#[derive(Debug)]
pub struct Route {
    /// The partner's endpoint.
    pub url: Url,
    /// Certificates in PEM that alone are trusted; none for the authorities of the system.
    pub trust: Option<String>,
    /// What signatures are made with.
    pub key: SecretSlice<u8>,
    /// How signatures are made.
    pub scheme: Scheme,
    /// The pauses between attempts.
    pub pauses: Vec<Duration>,
}

/// One attempt at telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The event.
    pub id: String,
    /// Its type.
    pub kind: &'static str,
    /// 1 for the first.
    pub number: usize,
    /// The status that was answered, or why there was none.
    pub answer: Result<u16, String>,
    /// The pause before the next attempt; none when there will be none.
    pub next: Option<Duration>,
}

impl Attempt {
    /// Whether the partner took the event.
    pub fn taken(&self) -> bool {
        matches!(self.answer, Ok(200..=299))
    }
}

/// Why a courier cannot be had.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant wraps an error that says everything")]
pub enum CourierError {
    #[error(transparent)]
    Deliverer(#[from] DelivererError),
    #[error(transparent)]
    Id(#[from] IdError),
}

/// Delivers webhooks about news.
#[derive(Debug)]
pub struct Courier {
    route: Route,
    deliverer: Deliverer,
    recorder: Recorder,
    scope: Scope,
    mark: String,
    last: AtomicU64,
}

impl Courier {
    /// A courier whose event ids hold a mark of their own, so that no two runs share one.
    pub fn new(route: Route, recorder: Recorder, mark: String) -> Result<Self, CourierError> {
        let options = DelivererOptions {
            trust: route.trust.clone(),
            ..DelivererOptions::default()
        };
        Ok(Self {
            deliverer: Deliverer::new(options, recorder.clone())?,
            route,
            recorder,
            // Attempt 0 belongs to no example, so the recorder keeps nothing for one.
            scope: Scope {
                example: "SANDBOX-01/a".parse()?,
                attempt: 0,
            },
            mark,
            last: AtomicU64::new(0),
        })
    }

    /// Tells one piece of news, until it is taken or given up; says how each attempt went.
    pub async fn tell(&self, news: &News, told: impl Fn(Attempt)) {
        let event = self.event(news);
        let lag = if news.kind == EventType::PolicyIssued {
            ISSUE_LAG
        } else {
            LAG
        };
        tokio::time::sleep(lag).await;
        let mut pauses = self.route.pauses.iter();
        for number in 1.. {
            let answer = self.attempt(&event, news, number).await;
            let mut attempt = Attempt {
                id: event.id.clone(),
                kind: news.kind.name(),
                number,
                answer,
                next: None,
            };
            let pause = if attempt.taken() { None } else { pauses.next() };
            attempt.next = pause.copied();
            told(attempt);
            match pause {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => break,
            }
        }
    }

    fn event(&self, news: &News) -> Event {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let id = format!("evt_{}{number:06}", self.mark);
        let created_at = self.recorder.clock().rfc3339();
        let mut event = Event::new(id, news.kind, created_at, &news.references, &news.amount);
        for (name, value) in &news.facts {
            event.data.insert(name.clone(), value.clone());
        }
        event
    }

    /// One attempt, signed anew.
    async fn attempt(&self, event: &Event, news: &News, number: usize) -> Result<u16, String> {
        let scheme = &self.route.scheme;
        let timestamp = self.recorder.clock().unix_millis().div_euclid(1_000).to_string();
        let body = event.body();
        let signature = scheme.sign(self.route.key.expose_secret(), &event.id, &timestamp, &body);
        let headers = Headers::new()
            .with("content-type", "application/json")
            .with(scheme.id_header.as_str(), event.id.as_str())
            .with(scheme.timestamp_header.as_str(), timestamp)
            .with(scheme.signature_header.as_str(), signature);
        let intent = Intent {
            role: Role::Probe,
            index: u32::try_from(number).unwrap_or(u32::MAX),
            form: Form::Right(Writing::Plain),
            subject: news.kind.name().to_owned(),
            id: event.id.clone(),
            reference: news.references.order.clone(),
        };
        let message = Message {
            method: "POST".to_owned(),
            url: self.route.url.clone(),
            headers,
            body,
            timeout: None,
        };
        let delivered = self.deliverer.deliver(&self.scope, intent, message).await;
        match &delivered.delivery().ending {
            Ending::Answered(answer) => Ok(answer.status),
            Ending::Unanswered { detail, .. } => Err(detail.clone()),
        }
    }
}
