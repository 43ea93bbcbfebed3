//! `sign recurring`: how the hash of a recurring callback is made, field by field.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{arguments::SignRecurring, source};
use crate::{
    cli::{
        args::ClockChoice,
        error::CliError,
        exit::Exit,
        output,
        prepare::Profiles,
        send::{callback::algorithm, endpoint::secret, exact},
    },
    config::host::Host,
    evidence::json_text,
    wire::{hash_mistake::FIELDS, parameters::printed},
};

/// The command.
///
/// # Errors
///
/// A field that is given nowhere, a secret that is not there, a file that cannot be read.
pub fn sign(arguments: &SignRecurring, host: &Host) -> Result<Exit, CliError> {
    let profiles = Profiles::load(&arguments.profile, ClockChoice::Real)?;
    let rule = arguments.hash.unwrap_or(*profiles.gateway.recurring_hash());
    let secret = secret(&arguments.secret_env, host)?;
    let read = match &arguments.file {
        Some(file) => fields(&source::read(file)?)?,
        None => Vec::new(),
    };
    let given = [
        &arguments.status_id,
        &arguments.order_id,
        &arguments.transaction_id,
        &arguments.msg,
    ];
    let mut values = Vec::new();
    for (name, given) in FIELDS.into_iter().zip(given) {
        let value = given.clone().or_else(|| value(&read, name));
        let value = value.ok_or_else(|| {
            let option = name.replace('_', "-");
            CliError::Usage(format!(
                "{name} is under the hash and given nowhere; add --{option} VALUE, empty if it is empty"
            ))
        })?;
        values.push((name, value));
    }
    let joined: String = values.iter().map(|(_, value)| value.as_str()).collect();
    let hash = rule.compute(secret.expose(), &joined);
    if arguments.json {
        let document = json!({
            "format": 1,
            "algorithm": rule,
            "secret": {"variable": secret.variable(), "characters": secret.expose().chars().count()},
            "fields": values.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
            "joined_without_secret": joined,
            "hash": hash,
        });
        let line = json_text::line(&document).map_err(|error| CliError::Undetermined(error.to_string()))?;
        output::print(&(line + "\n"))?;
        return Ok(Exit::Success);
    }
    let mut text = String::new();
    let characters = secret.expose().chars().count();
    let _ = writeln!(text, "1 rule       {} {}", algorithm(rule), FIELDS.join(", "));
    let _ = writeln!(
        text,
        "2 secret     {}: {characters} characters",
        secret.variable()
    );
    let _ = writeln!(text, "3 fields");
    for (name, value) in &values {
        let _ = writeln!(
            text,
            "             {name:<15} {:?}, {} bytes",
            exact::line(value.as_bytes(), 300),
            value.len()
        );
    }
    let _ = writeln!(
        text,
        "4 text       ‹{}›{}",
        secret.variable(),
        exact::line(joined.as_bytes(), 1_000)
    );
    let _ = writeln!(text, "5 hash       {hash}");
    if let Some(sent) = value(&read, "hash") {
        let same = if sent == hash {
            "the same as in the file"
        } else {
            "NOT the one of the file; check-signature finds out why"
        };
        let _ = writeln!(text, "             {same}");
    }
    output::print(&text)?;
    Ok(Exit::Success)
}

/// The fields of a callback as texts, JSON or form; as often as they stand there.
///
/// # Errors
///
/// It is neither.
pub fn fields(body: &[u8]) -> Result<Vec<(String, String)>, CliError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| CliError::Usage("the callback is no text; give JSON or form text in UTF-8".to_owned()))?
        .trim();
    if text.is_empty() {
        return Err(CliError::Usage(
            "the callback is empty; give JSON or form text".to_owned(),
        ));
    }
    if text.starts_with('{') {
        let document: Value = serde_json::from_str(text)
            .map_err(|error| CliError::Usage(format!("the callback is no JSON: {error}")))?;
        let members = document.as_object().into_iter().flatten();
        return Ok(members
            .map(|(name, value)| (name.clone(), printed(value)))
            .collect());
    }
    if !text.contains('=') {
        return Err(CliError::Usage(
            "the callback is neither a JSON object nor form text (name=value&…)".to_owned(),
        ));
    }
    Ok(url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect())
}

/// The first value of a name.
pub fn value(fields: &[(String, String)], name: &str) -> Option<String> {
    fields
        .iter()
        .find(|(its, _)| its == name)
        .map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_from_json_and_from_forms_alike() {
        let json = fields(br#"{"status_id": 1, "msg": "a b", "hash": null}"#).unwrap();
        let form = fields(b"status_id=1&msg=a+b&hash=\n").unwrap();
        assert_eq!(json, form);
        for wrong in [b"".as_slice(), b"{", b"words", b"\xff"] {
            assert!(fields(wrong).is_err());
        }
    }
}
