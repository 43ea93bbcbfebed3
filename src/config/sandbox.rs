//! `[sandbox]` and `[limits]`: where the simulated API listens, and what the partner's system bears.

use std::net::SocketAddr;

use serde::Serialize;

use super::{
    entry::Entry,
    error::Mistake,
    reader::Section,
    secret::{Secret, masked, masked_if_there},
    target::Target,
};

/// The simulated API, seen from the partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sandbox {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How the partner reaches it.
    pub base: Base,
    /// The address under which the partner sees it, where that differs from `listen`.
    pub public_url: Option<Target>,
    /// Whether it speaks TLS, with a certificate of the run's own authority.
    pub tls: bool,
    /// How the partner authenticates.
    pub authentication: Authentication,
    /// Members of request bodies that differ from attempt to attempt, such as times and nonces.
    pub changing: Vec<String>,
    /// The client secret or API key that a rotation brings in.
    #[serde(serialize_with = "masked_if_there", skip_serializing_if = "Option::is_none")]
    pub next_secret: Option<Secret>,
}

/// How requests are told apart by example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// Every example has its own base URL, handed over as `{api_base_url}`.
    PerCase,
    /// One address for all; examples that use it run one at a time.
    Fixed,
}

/// How the partner authenticates at the simulated API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "authentication", rename_all = "kebab-case")]
pub enum Authentication {
    /// Client credentials for a bearer token.
    Oauth {
        /// Client id.
        client_id: String,
        /// Client secret.
        #[serde(serialize_with = "masked")]
        client_secret: Secret,
    },
    /// An API key as bearer.
    ApiKey {
        /// The key.
        #[serde(serialize_with = "masked")]
        key: Secret,
    },
}

/// What the partner's test system bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Most requests under way at once.
    pub in_flight: u32,
    /// Most requests begun in a second.
    pub per_second: u32,
    /// Whether load examples may run.
    pub load: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 16,
            per_second: 50,
            load: false,
        }
    }
}

pub(super) fn sandbox(section: &Section<'_, '_>) -> Option<Sandbox> {
    let listen = match section.value("listen") {
        Some(entry) => {
            let text = entry.filled()?;
            text.parse().ok().or_else(|| {
                entry.wrong(Mistake::Senseless(format!(
                    "{text:?} is no address with a port; write it like 127.0.0.1:0 or 0.0.0.0:8443"
                )))
            })
        }
        None => Some(SocketAddr::from(([127, 0, 0, 1], 0))),
    };
    let base = match section.value("base") {
        Some(entry) => entry.word(&[("per-case", Base::PerCase), ("fixed", Base::Fixed)]),
        None => Some(Base::PerCase),
    };
    let public_url = section
        .value("public_url")
        .map(|entry| entry.take(Target::parse(entry.filled()?)));
    let tls = section.switch("tls");
    let oauth = match section.required("authentication") {
        Some(entry) => entry.word(&[("oauth", true), ("api-key", false)]),
        None => None,
    };
    let next = match oauth {
        Some(true) => "next_client_secret_env",
        _ => "next_api_key_env",
    };
    let next_secret = section.value(next).map(|entry| entry.secret());
    let authentication = match oauth {
        Some(true) => {
            let client_id = section.text("client_id");
            let client_secret = section.secret("client_secret_env");
            client_id
                .zip(client_secret)
                .map(|(client_id, client_secret)| Authentication::Oauth {
                    client_id,
                    client_secret,
                })
        }
        Some(false) => section
            .secret("api_key_env")
            .map(|key| Authentication::ApiKey { key }),
        None => return None,
    };
    let changing = match section.value("changing") {
        Some(entry) => entry.items().map(|items| {
            items
                .iter()
                .filter_map(Entry::filled)
                .map(str::to_owned)
                .collect()
        }),
        None => Some(Vec::new()),
    };
    section.finish();
    Some(Sandbox {
        listen: listen?,
        base: base?,
        public_url: match public_url {
            Some(url) => Some(url?),
            None => None,
        },
        tls,
        authentication: authentication?,
        changing: changing?,
        next_secret: match next_secret {
            Some(secret) => Some(secret?),
            None => None,
        },
    })
}

pub(super) fn limits(section: &Section<'_, '_>) -> Limits {
    let usual = Limits::default();
    let number = |key: &str, range, usual: u32| {
        u32::try_from(section.number(key, range, i64::from(usual))).unwrap_or(usual)
    };
    let limits = Limits {
        in_flight: number("in_flight", 1..=1024, usual.in_flight),
        per_second: number("per_second", 1..=10_000, usual.per_second),
        load: section.switch("load"),
    };
    section.finish();
    limits
}
