//! `challenge`: a reviewer says beforehand what a run has to show.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{ErrorKind, Write as _},
    path::Path,
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{args::ChallengeArguments, error::CliError, exit::Exit, output, prepare};
use crate::{
    config::host::{self, Host},
    contract::{id::ExampleId, severity::Severity},
    evidence::challenge::{
        document::{Challenge, ChallengeDocument, FORMAT, KIND, SuiteNamed},
        fit::declares,
    },
    plan::filter::Filter,
    runner::table::StepTable,
    suite::read::Suite,
};

/// Longest validity.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Writes a challenge and tells the reviewer what to keep.
pub fn challenge(arguments: &ChallengeArguments, host: &Host) -> Result<Exit, CliError> {
    let (suite, _) = prepare::suite(&StepTable::default())?;
    let challenge = issue(arguments, &suite, host)?;
    let bytes = challenge
        .bytes()
        .map_err(|error| CliError::Undetermined(error.to_string()))?;
    // What was written must be what `run` will read.
    let document = ChallengeDocument::read(&bytes).map_err(|error| CliError::Usage(error.to_string()))?;
    write_new(&arguments.out, &bytes)?;
    let shown = arguments.out.display();
    output::print(&format!(
        "challenge for {}: {} examples, mode {}, until {}\n  nonce     {}\n  SHA-256   {}\n  written   {shown}\n  \
         keep both numbers; the partner answers with `run --challenge`, and you check with `verify <folder> \
         --challenge {shown}`\n",
        challenge.partner,
        challenge.required.len(),
        challenge.mode,
        challenge.expires_at,
        challenge.nonce,
        document.sha256
    ))?;
    Ok(Exit::Success)
}

fn issue(arguments: &ChallengeArguments, suite: &Arc<Suite>, host: &Host) -> Result<Challenge, CliError> {
    let nonce = host::unguessable().map_err(|error| {
        CliError::Undetermined(format!(
            "the operating system gives nothing random, so no nonce can be made: {error}"
        ))
    })?;
    let issued = Timestamp::from_millisecond(host.clock.unix_millis())
        .map_err(|error| CliError::Undetermined(error.to_string()))?;
    let expires = issued
        .checked_add(arguments.valid)
        .map_err(|error| CliError::Usage(format!("--valid: {error}")))?;
    if arguments.partner.trim().is_empty() {
        return Err(CliError::Usage(
            "--partner is empty; give the id of the partner, as in [partner] of its file".to_owned(),
        ));
    }
    for capability in &arguments.must_declare {
        if declares(&Value::Null, *capability).is_none() {
            return Err(CliError::Usage(format!(
                "--must-declare {capability}: a partner does not declare this in [capabilities]; name webhooks, an \
                 event type, recurring.json, recurring.form, return-template, api, api.<operation>, checkout or batch"
            )));
        }
    }
    Ok(Challenge {
        format: FORMAT,
        kind: KIND.to_owned(),
        nonce: hex::encode(nonce),
        issued_at: host::rfc3339(issued.as_millisecond()),
        expires_at: host::rfc3339(expires.as_millisecond()),
        partner: arguments.partner.clone(),
        suite: SuiteNamed {
            digest: suite.digest.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        mode: arguments.mode,
        required: required(arguments, suite)?,
        must_declare: arguments.must_declare.clone(),
    })
}

/// All required examples that the mode has, or those of the cases that were named, whatever their severity.
fn required(arguments: &ChallengeArguments, suite: &Suite) -> Result<Vec<ExampleId>, CliError> {
    let filter = Filter::all(arguments.mode);
    let wanted: BTreeSet<&str> = arguments.case.iter().map(String::as_str).collect();
    let mut met = BTreeSet::new();
    let mut required = Vec::new();
    for example in suite.cases.iter().flat_map(|case| &case.examples) {
        let id = example.id();
        let case = id.case();
        let named = [id.as_str(), case.as_str()].map(|name| wanted.get(name).copied());
        let asked = named.iter().any(Option::is_some);
        if !filter.has(example) {
            if asked && named[0].is_some() {
                return Err(CliError::Usage(format!(
                    "--case {id}: it is no part of a {} run; issue the challenge with another --mode",
                    arguments.mode
                )));
            }
            continue;
        }
        met.extend(named.into_iter().flatten());
        if asked || (wanted.is_empty() && example.severity() == Severity::Required) {
            required.push(id.clone());
        }
    }
    if let Some(unknown) = wanted.difference(&met).next() {
        return Err(CliError::Usage(format!(
            "--case {unknown}: no case or example of a {} run is called so; `list` shows them",
            arguments.mode
        )));
    }
    required.sort();
    Ok(required)
}

/// Never over another file: the challenge in it may have been handed out.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CliError::Usage(format!(
            "{} is there already and may have been handed out; give another name",
            path.display()
        )),
        _ => CliError::File {
            path: path.to_owned(),
            error,
        },
    })
}

/// A validity such as `7d`, `36h` or `90m`.
pub fn validity(text: &str) -> Result<SignedDuration, String> {
    let unit = text.chars().last().unwrap_or_default();
    let number = text
        .strip_suffix(unit)
        .and_then(|digits| digits.parse::<u16>().ok());
    let hours = SignedDuration::from_hours;
    let length = match (number, unit) {
        (Some(number), 'd') => hours(24 * i64::from(number)),
        (Some(number), 'h') => hours(i64::from(number)),
        (Some(number), 'm') => SignedDuration::from_mins(i64::from(number)),
        _ => return Err("write a number and d, h or m, such as 7d".to_owned()),
    };
    if length <= SignedDuration::ZERO || length > LONGEST {
        return Err("a challenge is valid for at least one minute and at most 90 days".to_owned());
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_is_a_number_with_its_unit() {
        assert_eq!(validity("7d"), Ok(SignedDuration::from_hours(168)));
        assert_eq!(validity("36h"), Ok(SignedDuration::from_hours(36)));
        assert_eq!(validity("90m"), Ok(SignedDuration::from_mins(90)));
        for wrong in [
            "", "7", "d", "0d", "91d", "-1d", "1w", "7 d", "1.5d", "99999d", "7é",
        ] {
            assert!(validity(wrong).is_err(), "{wrong}");
        }
    }
}
