//! `fingerprint`: makes keys of production recognisable without showing them.

use std::io::BufRead as _;

use rand::TryRngCore as _;
use zeroize::Zeroizing;

use super::{error::CliError, exit::Exit, output};
use crate::{
    config::{host::Host, secret::variable_shown},
    wire::fingerprint::Fingerprint,
};

/// Shorter keys could be guessed from a fingerprint, and blot out what they are not.
const SHORTEST: usize = 8;

/// Prints the line for the partner's file.
pub fn fingerprint(variables: &[String], host: &Host) -> Result<Exit, CliError> {
    let keys = if variables.is_empty() {
        typed(host)?
    } else {
        variables
            .iter()
            .map(|name| match host.environment.get(name) {
                Some(key) => Ok(Zeroizing::new(key.trim().to_owned())),
                None => Err(CliError::Usage(format!(
                    "{} is not set; set it, or leave --key-env out and type the key",
                    variable_shown(name)
                ))),
            })
            .collect::<Result<_, _>>()?
    };
    let mut fingerprints = Vec::new();
    for (number, key) in (1..).zip(&keys) {
        if key.chars().count() < SHORTEST {
            let place = variables
                .get(number - 1)
                .map_or_else(|| format!("key {number}"), |name| format!("the key in {name}"));
            return Err(CliError::Usage(format!(
                "{place} has fewer than {SHORTEST} characters; give a whole key"
            )));
        }
        let mut salt = [0; 16];
        rand::rngs::OsRng
            .try_fill_bytes(&mut salt)
            .map_err(|error| CliError::Undetermined(format!("there is nothing random: {error}")))?;
        fingerprints.push(format!("    \"{}\",", Fingerprint::of(key, salt)));
    }
    if fingerprints.is_empty() {
        return Err(CliError::Usage(
            "no key was given; name its variable with --key-env, or type it".to_owned(),
        ));
    }
    output::print(&format!(
        "[keys]\nproduction_fingerprints = [\n{}\n]\n",
        fingerprints.join("\n")
    ))?;
    Ok(Exit::Success)
}

/// Keys from standard input; a person does not see them.
fn typed(host: &Host) -> Result<Vec<Zeroizing<String>>, CliError> {
    let mut keys = Vec::new();
    if host.terminal.asks {
        let terminal = console::Term::stderr();
        output::complain("Type or paste each key and press Enter; an empty line ends it. Nothing is shown.");
        loop {
            let key = Zeroizing::new(terminal.read_secure_line()?);
            if key.trim().is_empty() {
                return Ok(keys);
            }
            keys.push(Zeroizing::new(key.trim().to_owned()));
        }
    }
    for line in std::io::stdin().lock().lines() {
        let line = Zeroizing::new(line?);
        if !line.trim().is_empty() {
            keys.push(Zeroizing::new(line.trim().to_owned()));
        }
    }
    Ok(keys)
}
