//! Where a message goes, and with what it is signed: from the partner's file, or from the command line.

use std::{path::Path, sync::Arc};

use url::Url;

use super::{
    arguments::SendArguments,
    kind::{Kind, Style},
};
use crate::{
    cli::{args::ClockChoice, error::CliError, prepare::Profiles},
    config::{
        host::Host,
        inbound::Recurring,
        partner::Config,
        sandbox::Authentication,
        secret::{Secret, variable_shown},
        subject::Subject,
        target::{Target, TrustAnchor},
    },
    wire::{recurring::RecurringHash, return_template::ReturnTemplate, signature::secret_bytes},
};

/// An endpoint with its secrets.
pub struct Endpoint {
    /// The address, as it is registered.
    pub url: Url,
    /// The query of the address that is a secret, and where it comes from.
    pub query: Option<Secret>,
    /// The secret.
    pub secret: Secret,
    /// The webhook key that a rotation brings in.
    pub next: Option<Secret>,
    /// The partner's API secret.
    pub api: Option<Secret>,
    /// The rule of recurring callbacks.
    pub hash: RecurringHash,
    /// The registered template of returns and its rule.
    pub template: Option<(ReturnTemplate, RecurringHash)>,
    /// Certificates that alone are trusted, PEM.
    pub trust: Option<String>,
    /// Both profiles.
    pub profiles: Profiles,
    /// Whether the partner's file says that an order is there before a message names it.
    pub order_first: bool,
    /// The partner's file, as it was named.
    pub file: Option<String>,
}

impl Endpoint {
    /// Finds out where a message of that kind goes.
    ///
    /// # Errors
    ///
    /// The partner's file is wrong or lacks the section, the address is refused, or the secret is not there.
    pub fn find(arguments: &SendArguments, kind: Kind, host: &Host) -> Result<Self, CliError> {
        let profiles = Profiles::load(&arguments.profile, ClockChoice::Real)?;
        let config = match &arguments.partner {
            Some(file) => Some(Config::load(file, host)?),
            None => None,
        };
        let mut declared = match &config {
            Some(config) => of_file(config, kind, arguments)?,
            None => Declared::default(),
        };
        if let Some(url) = &arguments.url {
            let target = Target::parse(url).map_err(|error| CliError::Usage(format!("--url: {error}")))?;
            declared.url = Some(target.url);
            declared.query = None;
        }
        if let Some(name) = &arguments.secret_env {
            declared.secret = Some(secret(name, host)?);
        }
        let trust = match &arguments.ca {
            Some(file) => Some(read(file)?),
            None => declared
                .trust
                .map(|anchor| String::from_utf8_lossy(&anchor.pem).into_owned()),
        };
        let (Some(url), Some(secret)) = (declared.url, declared.secret) else {
            return Err(CliError::Usage(
                "it is not said where to send; give --partner FILE, or --url URL and --secret-env NAME"
                    .to_owned(),
            ));
        };
        let gateway = &profiles.gateway;
        Ok(Self {
            url,
            query: declared.query,
            secret,
            next: declared.next,
            api: config.as_ref().and_then(api_secret),
            hash: declared.hash.unwrap_or(*gateway.recurring_hash()),
            template: match declared.template {
                Some((text, goes_on, rule)) => Some((
                    template(&text, goes_on)?,
                    rule.unwrap_or(*gateway.template_hash()),
                )),
                None => None,
            },
            trust,
            order_first: config
                .as_ref()
                .is_some_and(|config| config.references.contains_key(&Subject::Order)),
            file: arguments.partner.as_ref().map(|file| file.display().to_string()),
            profiles,
        })
    }

    /// The bytes of the webhook key.
    ///
    /// # Errors
    ///
    /// The secret is not of the scheme's form.
    pub fn key(&self) -> Result<Vec<u8>, CliError> {
        key(&self.secret)
    }
}

/// The bytes of a printed webhook secret.
///
/// # Errors
///
/// It is not of the scheme's form.
pub fn key(secret: &Secret) -> Result<Vec<u8>, CliError> {
    secret_bytes(secret.expose())
        .map_err(|error| CliError::Usage(format!("the variable {}: {error}", secret.variable())))
}

/// The secret of an environment variable.
///
/// # Errors
///
/// The variable is not set, or empty.
pub fn secret(name: &str, host: &Host) -> Result<Secret, CliError> {
    match host.environment.get(name) {
        Some(value) if !value.trim().is_empty() => Ok(Secret::new(name, value.as_str())),
        Some(_) => Err(CliError::Usage(format!(
            "{} is empty; put the secret into it",
            variable_shown(name)
        ))),
        None => Err(CliError::Usage(format!(
            "{} is not set; put the secret into it, and give its name, never the secret, on the command line",
            variable_shown(name)
        ))),
    }
}

#[derive(Default)]
struct Declared {
    url: Option<Url>,
    query: Option<Secret>,
    secret: Option<Secret>,
    next: Option<Secret>,
    hash: Option<RecurringHash>,
    template: Option<(String, bool, Option<RecurringHash>)>,
    trust: Option<Arc<TrustAnchor>>,
}

fn of_file(config: &Config, kind: Kind, arguments: &SendArguments) -> Result<Declared, CliError> {
    // The address may come from the command line while the secret comes from the file.
    let missing = |section: &str, what: &str| {
        let file = arguments
            .partner
            .as_deref()
            .unwrap_or(Path::new("partner.toml"))
            .display();
        CliError::Usage(format!(
            "{file} has no {section}, so it does not say where {what} go; add it, or give --url and --secret-env"
        ))
    };
    match kind {
        Kind::Webhook(_) => {
            let webhook = config
                .webhook
                .as_ref()
                .ok_or_else(|| missing("[webhook]", "webhooks"))?;
            Ok(Declared {
                url: Some(webhook.registered()),
                query: webhook.query.clone(),
                secret: Some(webhook.secret.clone()),
                next: webhook.next_secret.clone(),
                trust: webhook.target.trust.clone(),
                ..Declared::default()
            })
        }
        Kind::Callback(style) => {
            let recurring = config
                .recurring
                .as_ref()
                .ok_or_else(|| missing("[recurring]", "callbacks"))?;
            let declared = Declared {
                secret: Some(recurring.secret.clone()),
                hash: recurring.hash,
                trust: recurring.target.trust.clone(),
                ..Declared::default()
            };
            Ok(match style {
                Style::Json => Declared {
                    url: Some(recurring.registered()),
                    query: recurring.query.clone(),
                    ..declared
                },
                Style::Form => match &recurring.form_url {
                    Some(target) => Declared {
                        url: Some(target.url.clone()),
                        ..declared
                    },
                    None => Declared {
                        url: Some(recurring.registered()),
                        query: recurring.query.clone(),
                        ..declared
                    },
                },
                Style::Return => by_template(recurring, declared)
                    .ok_or_else(|| missing("return_url in [recurring]", "returns"))?,
            })
        }
    }
}

fn by_template(recurring: &Recurring, declared: Declared) -> Option<Declared> {
    let target = recurring.return_url.as_ref()?;
    let goes_on = target.url.query().is_some_and(|query| !query.is_empty());
    let template = recurring.return_template.clone();
    Some(Declared {
        url: Some(target.url.clone()),
        trust: target.trust.clone().or(declared.trust),
        template: template.map(|text| (text, goes_on, recurring.template_hash)),
        secret: declared.secret,
        hash: declared.hash,
        ..Declared::default()
    })
}

fn template(text: &str, goes_on: bool) -> Result<ReturnTemplate, CliError> {
    ReturnTemplate::parse(text, goes_on).map_err(|flaws| {
        let first = flaws.first().map(ToString::to_string).unwrap_or_default();
        CliError::Usage(format!(
            "[recurring] return_template {first}; see `explain RC-RET-01`"
        ))
    })
}

fn api_secret(config: &Config) -> Option<Secret> {
    match &config.sandbox.as_ref()?.authentication {
        Authentication::Oauth {
            client_secret: secret,
            ..
        }
        | Authentication::ApiKey { key: secret } => Some(secret.clone()),
    }
}

fn read(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(|error| CliError::File {
        path: file.to_owned(),
        error,
    })
}
