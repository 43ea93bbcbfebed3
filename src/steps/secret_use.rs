//! Where keys stand and whose they are, over the whole run; and the partner's settings about them.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cucumber::{then, when};

use super::{stop::Stop, world::Example};
use crate::{
    checks::{
        check::Check,
        outcome::Outcome,
        secrets::{Purpose, Registered},
    },
    transcript::record::Event,
    wire::signature::SECRET_PREFIX,
};

/// What the partner's file says about secrets, without the secrets.
#[derive(Clone, Debug, Default)]
pub struct SecretFacts {
    /// The addresses registered with the platform.
    pub registered: Vec<Registered>,
    /// Secrets by purpose, numbered so that equal ones have equal numbers.
    pub purposes: Vec<Purpose>,
    /// How many keys of production can be recognised, where the file says so.
    pub fingerprints: Option<usize>,
    /// Declared secrets that have the fingerprint of a key of production.
    pub shared: Vec<String>,
    /// Whether there is a second API key for a rotation.
    pub next_api_key: bool,
}

/// Numbers secrets so that equal ones, however they are written, have equal numbers.
pub fn numbered(secrets: &[(&str, &str)]) -> Vec<Purpose> {
    let mut known: Vec<(BTreeSet<Vec<u8>>, usize)> = Vec::new();
    secrets
        .iter()
        .map(|(name, secret)| {
            let forms = forms(secret);
            let same = known.iter().find(|(other, _)| !other.is_disjoint(&forms));
            let value = same.map_or(known.len(), |(_, value)| *value);
            known.push((forms, value));
            Purpose {
                secret: (*name).to_owned(),
                value,
            }
        })
        .collect()
}

/// The bytes that a secret may stand for: as printed, without the mark of webhook secrets, decoded.
fn forms(secret: &str) -> BTreeSet<Vec<u8>> {
    let bare = secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret);
    [secret, bare]
        .into_iter()
        .map(|text| text.as_bytes().to_vec())
        .chain(STANDARD.decode(bare))
        .filter(|bytes| !bytes.is_empty())
        .collect()
}

/// A record whose number says how far back the check looks, so that judging again looks as far.
fn marker(example: &Example) -> u64 {
    let text = "the requests recorded before this line are judged".to_owned();
    example
        .context
        .recorder
        .record(Some(&example.scope), Event::Note { text })
        .number
}

#[when("everything that the platform was asked in this run is looked over, after one more purchase")]
async fn looked_over(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())?;
    example.operate("buy").await
}

#[when("the partner's own settings are looked over")]
fn settings(example: &mut Example) {
    let facts = &example.context.secrets;
    let text = format!(
        "{} registered addresses and {} secrets are declared",
        facts.registered.len(),
        facts.purposes.len()
    );
    example.note(text);
}

#[then("no address holds a key or token")]
async fn addresses_bare(example: &mut Example) -> Result<(), Stop> {
    let until = marker(example);
    let run = example.whole_run().await?;
    example.check_across(Check::AddressesBare { until }, &run);
    Ok(())
}

#[then("no registered address carries a password")]
fn registered_bare(example: &mut Example) -> Result<(), Stop> {
    let addresses = example.context.secrets.registered.clone();
    applicable(example.check(Check::RegisteredBare { addresses }))
}

#[then("only issued keys of the sandbox were sent, and none of production's")]
async fn only_issued(example: &mut Example) -> Result<(), Stop> {
    let until = marker(example);
    let run = example.whole_run().await?;
    let facts = &example.context.secrets;
    let check = Check::OnlyIssuedKeys {
        until,
        fingerprints: facts.fingerprints,
        shared: facts.shared.clone(),
    };
    example.check_across(check, &run);
    Ok(())
}

#[then("the API, webhooks and recurring callbacks have a secret each")]
fn own_secrets(example: &mut Example) -> Result<(), Stop> {
    let secrets = example.context.secrets.purposes.clone();
    applicable(example.check(Check::EachItsOwnSecret { secrets }))
}

fn applicable(outcome: &Outcome) -> Result<(), Stop> {
    match outcome {
        Outcome::NotApplicable { reason } => Err(Stop::NotApplicable(reason.clone())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_secrets_have_equal_numbers_however_they_are_written() {
        let webhook = format!("whsec_{}", STANDARD.encode("shared-secret-of-this-partner"));
        let numbers = |secrets: &[(&str, &str)]| -> Vec<usize> {
            numbered(secrets).iter().map(|one| one.value).collect()
        };
        assert_eq!(
            numbers(&[("w", &webhook), ("a", "cs_1"), ("r", "rs_1")]),
            [0, 1, 2]
        );
        assert_eq!(
            numbers(&[
                ("w", &webhook),
                ("a", "cs_1"),
                ("r", "shared-secret-of-this-partner")
            ]),
            [0, 1, 0]
        );
        assert_eq!(numbers(&[("w", &webhook), ("a", &webhook)]), [0, 0]);
        assert_eq!(
            numbers(&[("w", &webhook), ("a", webhook.trim_start_matches("whsec_"))]),
            [0, 0]
        );
    }
}
