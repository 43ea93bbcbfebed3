//! The secrets: whether each has the form that its purpose wants, and none stands for another. None is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::report::Section;
use crate::{
    config::{partner::Config, secret::Secret},
    transcript::look::Cause,
    wire::signature::{SECRET_PREFIX, secret_bytes},
};

/// Adds what there is to say about every secret of the file.
pub fn look(config: &Config, unset: &BTreeSet<String>, section: &mut Section) {
    let secrets: Vec<(String, &Secret)> = config
        .secrets()
        .into_iter()
        .filter(|(_, secret)| !unset.contains(secret.variable()))
        .collect();
    let mut variables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (purpose, secret) in &secrets {
        variables.entry(secret.variable()).or_default().push(purpose);
    }
    let mut told = BTreeSet::new();
    for (_, secret) in &secrets {
        if told.insert(secret.variable()) {
            let purposes = variables
                .get(secret.variable())
                .map(|purposes| purposes.join(", "));
            form(&purposes.unwrap_or_default(), secret, section);
        }
    }
    for (place, (purpose, secret)) in secrets.iter().enumerate() {
        for (other, later) in secrets.iter().skip(place + 1) {
            if secret.expose() != later.expose() || !is_named_secret(purpose) || !is_named_secret(other) {
                continue;
            }
            let (one, two) = (secret.variable(), later.variable());
            let text = if one == two {
                format!("is named for two purposes, {purpose} and {other}")
            } else {
                format!(
                    "and {two} hold the same text, although one is the {purpose} and the other the {other}"
                )
            };
            section.warning(
                one,
                text,
                "each purpose has a secret of its own on the platform's key page; copy both again",
            );
        }
    }
    if secrets.is_empty() && unset.is_empty() {
        section.ok("", "the file names none");
    }
}

/// Whether it is one of those that the platform gives out, of which no two are alike.
fn is_named_secret(purpose: &str) -> bool {
    ["webhook secret", "recurring secret", "client secret", "API key"]
        .iter()
        .any(|known| purpose.ends_with(known))
}

fn form(purpose: &str, secret: &Secret, section: &mut Section) {
    let (variable, text) = (secret.variable(), secret.expose());
    if text != text.trim() {
        section.problem(
            Cause::File,
            variable,
            format!("the {purpose} begins or ends with white space"),
            format!("set {variable} again without it; a file that was read in often ends with a line break"),
        );
        return;
    }
    let quoted = ['"', '\'']
        .iter()
        .any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    if quoted {
        section.problem(
            Cause::File,
            variable,
            format!("the {purpose} stands in quotes, which are taken for a part of it"),
            format!("set {variable} without the quotes"),
        );
        return;
    }
    if purpose.ends_with("webhook secret") {
        webhook(purpose, secret, section);
    } else if text.starts_with(SECRET_PREFIX) {
        section.warning(
            variable,
            format!("the {purpose} begins like a webhook secret ({SECRET_PREFIX})"),
            "look whether two variables are mixed up",
        );
    } else {
        section.ok(variable, format!("is set: {purpose}"));
    }
}

fn webhook(purpose: &str, secret: &Secret, section: &mut Section) {
    let (variable, text) = (secret.variable(), secret.expose());
    match secret_bytes(text) {
        Ok(bytes) if text.starts_with(SECRET_PREFIX) => section.ok(
            variable,
            format!(
                "is set: {purpose}, {SECRET_PREFIX} and base64 of {} bytes",
                bytes.len()
            ),
        ),
        Ok(bytes) => section.warning(
            variable,
            format!(
                "the {purpose} does not begin with {SECRET_PREFIX}; it is taken as base64 of {} bytes",
                bytes.len()
            ),
            "copy it whole from the platform's key page, or look whether two variables are mixed up",
        ),
        Err(error) => {
            let other = if text.starts_with(SECRET_PREFIX) {
                "copy it whole from the platform's key page"
            } else {
                "it looks like a secret of another kind, such as an API key or the gateway's secret; copy the webhook \
                 secret, which begins with whsec_, from the platform's key page"
            };
            section.problem(Cause::File, variable, format!("{purpose}: {error}"), other);
        }
    }
}

/// The variables of a place in the file that are not there: nothing that needs them can be tried.
pub fn missing<'c>(config: &'c Config, unset: &BTreeSet<String>, place: &str) -> Vec<&'c str> {
    config
        .secrets()
        .into_iter()
        .filter(|(purpose, secret)| {
            let whole = format!(" of {place}");
            (purpose == place || purpose.ends_with(&whole)) && unset.contains(secret.variable())
        })
        .map(|(_, secret)| secret.variable())
        .collect()
}
