//! What an integration does, as the file will say it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    config::{declaration::CallbackStyle, subject::Subject},
    wire::{event::EventType, recurring::RecurringHash},
};

/// Everything that was answered. Every text was accepted by the rules of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Short stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who answers questions.
    pub contact: Option<String>,
    /// Name of the implementation.
    pub implementation: String,
    /// Its version.
    pub version: String,
    /// Webhooks, if any are received.
    pub webhooks: Option<Webhooks>,
    /// Recurring callbacks, if any are received.
    pub recurring: Option<Recurring>,
    /// The platform's API, if it is called.
    pub api: Option<Api>,
    /// Whether the hosted checkout is used.
    pub checkout: bool,
    /// Batch files, if any are exchanged.
    pub batch: Option<Batch>,
    /// PEM file with certificates to trust at the endpoints.
    pub trust: Option<String>,
    /// How objects come to exist.
    pub references: Origin,
    /// How operations are begun, by name.
    pub start: BTreeMap<String, How>,
    /// How effects are read.
    pub effects: BTreeMap<Subject, Effect>,
    /// Variable with a token that the partner's own addresses in `start` and `effects` ask for.
    pub bearer_env: Option<String>,
    /// The log, if there is one.
    pub log: Option<Log>,
}

/// Where webhooks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhooks {
    /// Types, never empty.
    pub types: Vec<EventType>,
    /// The endpoint.
    pub url: String,
    /// Variable with the secret.
    pub secret_env: String,
    /// Variable with the second secret of a rotation.
    pub next_secret_env: Option<String>,
}

/// Where recurring callbacks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurring {
    /// Shapes, never empty.
    pub styles: Vec<CallbackStyle>,
    /// The endpoint.
    pub url: String,
    /// Variable with the secret.
    pub secret_env: String,
    /// How the hash is made; the profile's rule when nothing is said.
    pub hash: Option<RecurringHash>,
}

/// How the platform's API is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Operations, never empty.
    pub operations: Vec<String>,
    /// How the client authenticates.
    pub authentication: Authentication,
}

/// How a client authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Client credentials.
    Oauth {
        /// Client id.
        client_id: String,
        /// Variable with the client secret.
        secret_env: String,
    },
    /// An API key.
    ApiKey {
        /// Variable with the key.
        key_env: String,
    },
}

/// How batch files are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Where they are put.
    pub folder: String,
    /// Whether a bad row costs the whole file.
    pub rejects_file: bool,
}

/// How objects come to exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// By the first message that names them.
    #[default]
    Created,
    /// By `[start.order]`, and subscriptions by `[start.subscribe]` where that is there.
    Start,
    /// From a list that is imported.
    Fixture(String),
}

/// How something of the partner's is begun or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// An address.
    Http(String),
    /// A program and its arguments.
    Command(Vec<String>),
    /// A person is asked.
    Manual,
    /// Log lines are counted; effects only.
    Log,
}

/// How effects of one kind are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The channel.
    pub how: How,
    /// Where the count stands.
    pub count: String,
    /// Where the state stands.
    pub state: Option<String>,
    /// Where the amount stands.
    pub amount: Option<String>,
}

/// The log and how a line is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The file, as it will stand in the partner's file.
    pub path: String,
    /// How a line is read.
    pub form: LogForm,
    /// Zone of times that name none.
    pub time_zone: Option<String>,
    /// Pattern of times that are written in a form of their own.
    pub time_format: Option<String>,
    /// Words of `result` that mean that the event was carried out.
    pub processed: Vec<String>,
    /// Whether the places are only a guess; then the section is written as an example.
    pub is_guess: bool,
}

/// How a line is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// JSON pointers.
    Json {
        /// Event id.
        event_id: String,
        /// Time.
        time: Option<String>,
        /// Type.
        kind: Option<String>,
        /// Result.
        result: Option<String>,
        /// Reference.
        reference: Option<String>,
    },
    /// A regular expression with named groups.
    Pattern(String),
}

impl Answers {
    /// The operations that the file has to say how to begin.
    pub fn needs_start(&self) -> Vec<String> {
        let mut needed = Vec::new();
        if self.references == Origin::Start {
            needed.push("order".to_owned());
        }
        if let Some(api) = &self.api {
            needed.extend(api.operations.iter().cloned());
        }
        if self.checkout {
            needed.push("checkout".to_owned());
        }
        needed
    }

    /// The kinds of objects that the declared messages are about.
    pub fn subjects(&self) -> Vec<Subject> {
        let types = self.webhooks.iter().flat_map(|webhooks| &webhooks.types);
        let mut subjects: BTreeSet<Subject> = types
            .map(|kind| match kind {
                EventType::PaymentSuccess | EventType::PaymentFailed | EventType::RefundProcessed => {
                    Subject::Order
                }
                EventType::PolicyIssued | EventType::PolicyCancelled => Subject::Policy,
                EventType::ClaimSubmitted | EventType::ClaimUpdated => Subject::Claim,
            })
            .collect();
        subjects.extend(self.recurring.as_ref().map(|_| Subject::Subscription));
        subjects.extend(self.api.as_ref().map(|_| Subject::Order));
        subjects.into_iter().collect()
    }

    /// Every environment variable that the file names, with what it holds.
    pub fn variables(&self) -> Vec<(String, &'static str)> {
        let mut named: Vec<(String, &'static str)> = Vec::new();
        let mut add = |name: &str, what| {
            if !named.iter().any(|(known, _)| known == name) {
                named.push((name.to_owned(), what));
            }
        };
        if let Some(webhooks) = &self.webhooks {
            add(&webhooks.secret_env, "whsec_…");
            if let Some(next) = &webhooks.next_secret_env {
                add(next, "whsec_…");
            }
        }
        if let Some(recurring) = &self.recurring {
            add(&recurring.secret_env, "the secret key of recurring callbacks");
        }
        match self.api.as_ref().map(|api| &api.authentication) {
            Some(Authentication::Oauth { secret_env, .. }) => add(secret_env, "the client secret"),
            Some(Authentication::ApiKey { key_env }) => add(key_env, "the API key"),
            None => {}
        }
        let by_http = self
            .start
            .values()
            .chain(self.effects.values().map(|effect| &effect.how));
        if let Some(bearer) = &self.bearer_env
            && by_http.into_iter().any(|how| matches!(how, How::Http(_)))
        {
            add(bearer, "the token of your own system");
        }
        named
    }
}
