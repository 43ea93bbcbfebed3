//! The check of a recurring callback's hash, and what explains that it does not hold.

use super::{
    arguments::CheckArguments,
    callback::{fields, value},
    captured::Captured,
    verdict::{Finding, Verdict},
};
use crate::{
    cli::{
        error::CliError,
        prepare::Profiles,
        send::{callback::algorithm, endpoint::secret, exact},
    },
    config::{host::Host, secret::Secret},
    wire::hash_mistake::{FIELDS, Hashed},
};

/// What carries the fields: the body, or the query of a return.
pub fn carried(captured: &Captured) -> Vec<u8> {
    let query = captured
        .target
        .as_deref()
        .and_then(|target| target.split_once('?'));
    match query {
        Some((_, query)) if captured.body.is_empty() => query.as_bytes().to_vec(),
        _ => captured.body.clone(),
    }
}

/// Checks a captured callback.
///
/// # Errors
///
/// A secret is not there, or the callback cannot be read.
pub fn check(
    captured: &Captured,
    arguments: &CheckArguments,
    profiles: &Profiles,
    host: &Host,
    verdict: &mut Verdict,
) -> Result<(), CliError> {
    let rule = arguments.hash.unwrap_or(*profiles.gateway.recurring_hash());
    let secrets: Result<Vec<Secret>, CliError> = arguments
        .secret_env
        .iter()
        .map(|name| secret(name, host))
        .collect();
    let secrets = secrets?;
    let read = fields(&carried(captured))?;
    verdict.step("rule", format!("{} {}", algorithm(rule), FIELDS.join(", ")));
    let mut values = Vec::new();
    for name in FIELDS {
        let all: Vec<&(String, String)> = read.iter().filter(|(its, _)| its == name).collect();
        if all.len() > 1 {
            verdict.wrong.push(format!(
                "{name} is there {} times, so it is not clear what is hashed",
                all.len()
            ));
        }
        if all.is_empty() {
            verdict.wrong.push(format!("{name} is missing"));
        }
        let text = value(&read, name).unwrap_or_default();
        verdict.step(
            "field",
            format!("{name:<15} {:?}", exact::line(text.as_bytes(), 300)),
        );
        values.push(text);
    }
    let recurring_id = value(&read, "recurring_id").unwrap_or_default();
    let given = value(&read, "hash").unwrap_or_default();
    let [status, order, transaction, msg] = values.as_slice() else {
        return Ok(());
    };
    let hashed: Vec<(&Secret, Hashed<'_>)> = secrets
        .iter()
        .map(|secret| {
            let hashed = Hashed {
                rule,
                secret: secret.expose(),
                values: [status, order, transaction, msg],
                recurring_id: &recurring_id,
            };
            (secret, hashed)
        })
        .collect();
    for (secret, hashed) in &hashed {
        let joined = exact::line(values.concat().as_bytes(), 300);
        verdict.step("hashed", format!("‹{}›{joined}", secret.variable()));
        verdict.step("expected", hashed.right());
    }
    let held = hashed.iter().find(|(_, hashed)| hashed.right() == given);
    verdict.fact("hash_holds", held.is_some());
    match held {
        Some((secret, _)) => verdict.step(
            "given",
            format!(
                "{}: holds under the secret in {}",
                exact::line(given.as_bytes(), 200),
                secret.variable()
            ),
        ),
        None if given.is_empty() => {
            verdict.step("given", "no hash, or an empty one");
            verdict.wrong.push("the hash is missing".to_owned());
        }
        None => {
            verdict.step(
                "given",
                format!("{}: differs", exact::line(given.as_bytes(), 200)),
            );
            verdict.wrong.push("the hash is not the expected one".to_owned());
            explain("given", &given, &hashed, verdict);
        }
    }
    for computed in &arguments.computed {
        let shown = exact::line(computed.as_bytes(), 200);
        if hashed.iter().any(|(_, hashed)| hashed.right() == *computed) {
            verdict.step(
                "computed",
                format!("{shown}: right; so look at what compares it with the field hash"),
            );
        } else {
            verdict.differs = true;
            verdict.step("computed", format!("{shown}: differs from what is expected"));
            explain("computed", computed, &hashed, verdict);
        }
    }
    Ok(())
}

fn explain(of: &'static str, hash: &str, hashed: &[(&Secret, Hashed<'_>)], verdict: &mut Verdict) {
    let before = verdict.findings.len();
    for (secret, hashed) in hashed {
        for way in hashed.explain(hash) {
            verdict.find(
                before,
                Finding {
                    of,
                    mistake: format!("{} (secret in {})", way.mistake, secret.variable()),
                    look_for: way.remedy.to_owned(),
                },
            );
        }
    }
    if verdict.findings.len() == before {
        let tried = hashed.first().map_or(0, |(_, hashed)| hashed.ways().len());
        verdict.open.push(format!(
            "None of the {tried} known mistakes explains it. What is left: another secret than the one that was given, another \
             hash type of the account (--hash), or a field that was changed on its way."
        ));
    }
}
