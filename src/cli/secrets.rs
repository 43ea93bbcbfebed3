//! What the partner's file says about secrets, as facts that show none of them.

use url::Url;

use crate::{
    checks::secrets::Registered,
    config::{partner::Config, sandbox::Authentication, secret::Secret},
    steps::secret_use::{SecretFacts, numbered},
};

/// The facts of a configuration.
pub fn facts(config: &Config) -> SecretFacts {
    let named = named(config);
    let texts: Vec<(&str, &str)> = named
        .iter()
        .map(|(name, secret)| (*name, secret.expose()))
        .collect();
    let fingerprints = config.keys.as_ref().map(|keys| &keys.production_fingerprints);
    let is_of_production = |secret: &Secret| {
        fingerprints
            .into_iter()
            .flatten()
            .any(|fingerprint| fingerprint.is_of(secret.expose()))
    };
    SecretFacts {
        registered: registered(config),
        purposes: numbered(&texts),
        fingerprints: fingerprints.map(Vec::len),
        shared: named
            .iter()
            .filter(|(_, secret)| is_of_production(secret))
            .map(|(name, _)| (*name).to_owned())
            .collect(),
        next_api_key: config
            .sandbox
            .as_ref()
            .is_some_and(|sandbox| sandbox.next_secret.is_some()),
    }
}

/// The secret of each purpose.
fn named(config: &Config) -> Vec<(&'static str, &Secret)> {
    let mut named = Vec::new();
    if let Some(webhook) = &config.webhook {
        named.push(("webhook secret", &webhook.secret));
    }
    match config.sandbox.as_ref().map(|sandbox| &sandbox.authentication) {
        Some(Authentication::Oauth { client_secret, .. }) => named.push(("client secret", client_secret)),
        Some(Authentication::ApiKey { key }) => named.push(("API key", key)),
        None => {}
    }
    if let Some(recurring) = &config.recurring {
        named.push(("recurring secret", &recurring.secret));
    }
    named
}

fn registered(config: &Config) -> Vec<Registered> {
    let address = |place: &str, url: &Url, secret: bool| Registered {
        place: place.to_owned(),
        parameters: url.query_pairs().map(|(name, _)| name.into_owned()).collect(),
        secret,
    };
    let mut registered = Vec::new();
    if let Some(webhook) = &config.webhook {
        registered.push(address("webhook", &webhook.registered(), webhook.query.is_some()));
    }
    if let Some(recurring) = &config.recurring {
        registered.push(address(
            "recurring",
            &recurring.registered(),
            recurring.query.is_some(),
        ));
        for (key, target) in recurring.other_targets() {
            registered.push(address(&format!("recurring.{key}"), &target.url, false));
        }
    }
    registered
}
