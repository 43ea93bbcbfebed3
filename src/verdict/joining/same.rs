//! What has to be the same in all shards of a run.

use regex::Regex;
use serde_json::Value;

use crate::{
    plan::digest::canonical_digest,
    transcript::record::{FILTERED, RunStarted},
};

/// What has to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// Version of the program.
    Version,
    /// Digest of the suite.
    Suite,
    /// The mode.
    Mode,
    /// The seed.
    Seed,
    /// Digest of the plan of which they are parts.
    WholePlan,
    /// The configuration.
    Configuration,
    /// The profile values.
    Profile,
    /// The assurance level.
    Assurance,
    /// The challenge.
    Challenge,
    /// The witness.
    Witness,
    /// The waivers.
    Waivers,
    /// Whether it was filtered.
    Filter,
}

impl Same {
    pub(super) const ALL: [Self; 12] = [
        Self::Version,
        Self::Suite,
        Self::Mode,
        Self::Seed,
        Self::Configuration,
        Self::Profile,
        Self::Assurance,
        Self::Challenge,
        Self::Witness,
        Self::Waivers,
        Self::Filter,
        Self::WholePlan,
    ];

    /// In words, and the code.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Version => ("version of the program", "shard-version"),
            Self::Suite => ("suite digest", "shard-suite"),
            Self::Mode => ("mode", "shard-mode"),
            Self::Seed => ("seed", "shard-seed"),
            Self::WholePlan => ("whole plan", "shard-plan"),
            Self::Configuration => ("configuration", "shard-configuration"),
            Self::Profile => ("profile", "shard-profile"),
            Self::Assurance => ("assurance level", "shard-assurance"),
            Self::Challenge => ("challenge", "shard-challenge"),
            Self::Witness => ("witness", "shard-witness"),
            Self::Waivers => ("list of waivers", "shard-waivers"),
            Self::Filter => ("filter", "shard-filter"),
        }
    }

    /// Whether two shards have the same.
    pub(super) fn holds(self, one: &RunStarted, other: &RunStarted) -> bool {
        let whole = |started: &RunStarted| {
            started
                .shard
                .as_ref()
                .map(|shard| shard.whole_plan_digest.clone())
        };
        match self {
            Self::Version => one.version == other.version && one.format == other.format,
            Self::Suite => one.suite_digest == other.suite_digest,
            Self::Mode => one.mode == other.mode,
            Self::Seed => one.seed == other.seed,
            Self::WholePlan => whole(one) == whole(other),
            Self::Configuration => configuration(one) == configuration(other),
            Self::Profile => canonical_digest(&one.profile) == canonical_digest(&other.profile),
            Self::Assurance => one.assurance == other.assurance,
            Self::Challenge => one.challenge == other.challenge,
            Self::Witness => one.witness == other.witness,
            Self::Waivers => one.waivers == other.waivers,
            Self::Filter => filtered(one) == filtered(other),
        }
    }
}

impl std::fmt::Display for Same {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.names().0)
    }
}

fn filtered(started: &RunStarted) -> bool {
    started.not_certifiable.iter().any(|reason| reason == FILTERED)
}

/// The configuration as far as all shards share it. Each may have a partner of its own on its own machine: then
/// the ports of loopback addresses and names of temporary folders differ, and nothing else may.
fn configuration(started: &RunStarted) -> String {
    let mut configuration = started.configuration.clone();
    let ports = Regex::new(r"(?i)\b(127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5}").ok();
    let folders = Regex::new(r"[^\s]*/senang-conformance-[0-9a-f]{16}\b").ok();
    if configuration.pointer("/webhook/target/reach") == Some(&Value::from("loopback"))
        && let Some(webhook) = configuration
            .pointer_mut("/webhook")
            .and_then(Value::as_object_mut)
        && let Some(port) = webhook.get_mut("plain_http_port").filter(|port| port.is_number())
    {
        *port = Value::from("some");
    }
    for (expression, instead) in [(ports, "$1"), (folders, "…")] {
        if let Some(expression) = expression {
            without(&mut configuration, &expression, instead);
        }
    }
    canonical_digest(&configuration)
}

// The depth is bounded by the parser.
fn without(value: &mut Value, expression: &Regex, instead: &str) {
    match value {
        Value::String(text) => *text = expression.replace_all(text, instead).into_owned(),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| without(item, expression, instead)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| without(field, expression, instead)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
