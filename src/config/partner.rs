//! The partner's file as a whole: read, resolved, checked for coherence.

use std::{collections::BTreeMap, path::Path};

use miette::NamedSource;
use serde::Serialize;
use serde_json::Value;

use super::{
    coherence,
    control::controls,
    declaration::{Capabilities, Partner, capabilities, partner},
    effects::{Effect, effects},
    error::{ConfigError, Invalid},
    host::Host,
    inbound::{Recurring, Webhook, recurring, webhook},
    log::{Log, log},
    reader::{Reader, Section},
    references::{Origin, references},
    sandbox::{Authentication, Limits, Sandbox, limits, sandbox},
    secret::Secret,
    start::{Start, Way, starts},
    states::{States, states},
    subject::Subject,
    target::Target,
};

/// Largest partner's file.
const LARGEST: usize = 1 << 20;

/// A partner's file, resolved: every value is there, every secret read, every address allowed.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// Who is tested.
    pub partner: Partner,
    /// What they say they support.
    pub capabilities: Capabilities,
    /// Where webhooks go.
    pub webhook: Option<Webhook>,
    /// Where recurring callbacks go.
    pub recurring: Option<Recurring>,
    /// How references come to exist; kinds that are not listed come to exist on first sight.
    pub references: BTreeMap<Subject, Origin>,
    /// Operations that can be started, by name.
    pub start: BTreeMap<String, Start>,
    /// Effects that can be read.
    pub effects: BTreeMap<Subject, Effect>,
    /// The partner's words for states.
    pub states: States,
    /// The log.
    pub log: Option<Log>,
    /// Control actions, by name.
    pub control: BTreeMap<String, Way>,
    /// The simulated API.
    pub sandbox: Option<Sandbox>,
    /// What the partner's system bears.
    pub limits: Limits,
}

impl Config {
    /// Reads a file.
    pub fn load(path: &Path, host: &Host) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        let unreadable = |reason: String| ConfigError::Unreadable {
            path: shown.clone(),
            reason,
        };
        let length = std::fs::metadata(path)
            .map_err(|error| unreadable(error.to_string()))?
            .len();
        if length > LARGEST as u64 {
            return Err(unreadable("larger than 1 MiB".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::read(&text, &shown, folder, host)
    }

    /// Reads a text that goes by the name `origin`; relative paths in it start at the working folder.
    pub fn from_str(text: &str, origin: &str, host: &Host) -> Result<Self, ConfigError> {
        Self::read(text, origin, Path::new(""), host)
    }

    fn read(text: &str, origin: &str, folder: &Path, host: &Host) -> Result<Self, ConfigError> {
        let reader = Reader::new(origin, text, folder, &host.environment);
        let (document, valid) = reader.parse();
        // Past a syntax error everything else would be guesswork.
        let config = if valid {
            resolve(&Section::root(&reader, document.get_ref()))
        } else {
            None
        };
        let problems = reader.into_problems();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(Box::new(Invalid {
                source_text: NamedSource::new(origin, text.to_owned()).with_language("toml"),
                problems,
            })
            .into()),
        }
    }

    /// The configuration for the record: secrets show the variable they came from and nothing else.
    pub fn masked(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Every secret with a label, for the recorder to learn.
    pub fn secrets(&self) -> Vec<(String, &Secret)> {
        let mut secrets = Vec::new();
        if let Some(webhook) = &self.webhook {
            secrets.push(("webhook secret".to_owned(), &webhook.secret));
            secrets.extend(
                webhook
                    .next_secret
                    .iter()
                    .map(|secret| ("next webhook secret".to_owned(), secret)),
            );
        }
        if let Some(recurring) = &self.recurring {
            secrets.push(("recurring secret".to_owned(), &recurring.secret));
        }
        match self.sandbox.as_ref().map(|sandbox| &sandbox.authentication) {
            Some(Authentication::Oauth { client_secret, .. }) => {
                secrets.push(("client secret".to_owned(), client_secret));
            }
            Some(Authentication::ApiKey { key }) => secrets.push(("API key".to_owned(), key)),
            None => {}
        }
        for (place, call) in self.calls() {
            secrets.extend(
                call.secrets()
                    .map(|secret| (format!("header of {place}"), secret)),
            );
        }
        secrets
    }

    /// Every address of the partner's with its place in the file.
    pub fn targets(&self) -> Vec<(String, &Target)> {
        let mut targets = Vec::new();
        if let Some(webhook) = &self.webhook {
            targets.push(("webhook".to_owned(), &webhook.target));
        }
        if let Some(recurring) = &self.recurring {
            targets.push(("recurring".to_owned(), &recurring.target));
            targets.extend(
                recurring
                    .return_url
                    .iter()
                    .map(|url| ("recurring.return_url".to_owned(), url)),
            );
        }
        targets.extend(self.calls().map(|(place, call)| (place, &call.target)));
        targets
    }

    /// Why a run with this file can never be a certificate, in words; empty when it can.
    pub fn not_certifiable(&self) -> Vec<String> {
        self.targets()
            .into_iter()
            .flat_map(|(place, target)| {
                target
                    .not_certifiable()
                    .into_iter()
                    .map(move |reason| format!("{reason}: {place}"))
            })
            .collect()
    }

    fn calls(&self) -> impl Iterator<Item = (String, &super::call::HttpCall)> {
        use super::log::LogSource;
        let starts = self.start.iter().filter_map(|(name, start)| match &start.way {
            Way::Http(call) => Some((format!("start.{name}"), call.as_ref())),
            Way::Command(_) | Way::Manual { .. } => None,
        });
        let effects = self.effects.iter().filter_map(|(subject, effect)| match effect {
            Effect::Http { call, .. } => Some((format!("effects.{subject}"), call.as_ref())),
            Effect::Command { .. } | Effect::Log { .. } | Effect::Manual { .. } => None,
        });
        let log = self.log.iter().filter_map(|log| match &log.source {
            LogSource::Http(call) => Some(("log".to_owned(), call.as_ref())),
            LogSource::File(_) | LogSource::Command(_) => None,
        });
        starts.chain(effects).chain(log)
    }
}

fn resolve(root: &Section<'_, '_>) -> Option<Config> {
    let section = |key: &str| root.value(key).and_then(|entry| entry.section());
    let partner = root
        .required("partner")
        .and_then(|entry| partner(&entry.section()?));
    let capabilities = root
        .required("capabilities")
        .and_then(|entry| entry.section())
        .map(|section| capabilities(&section));
    let config = Config {
        webhook: section("webhook").and_then(|section| webhook(&section)),
        recurring: section("recurring").and_then(|section| recurring(&section)),
        references: section("references")
            .map(|section| references(&section))
            .unwrap_or_default(),
        start: section("start")
            .map(|section| starts(&section))
            .unwrap_or_default(),
        effects: section("effects")
            .map(|section| effects(&section))
            .unwrap_or_default(),
        states: section("states")
            .map(|section| states(&section))
            .unwrap_or_default(),
        log: section("log").and_then(|section| log(&section)),
        control: section("control")
            .map(|section| controls(&section))
            .unwrap_or_default(),
        sandbox: section("sandbox").and_then(|section| sandbox(&section)),
        limits: section("limits")
            .map(|section| limits(&section))
            .unwrap_or_default(),
        capabilities: capabilities.unwrap_or_default(),
        partner: partner?,
    };
    root.finish();
    coherence::check(&config, root);
    Some(config)
}
