//! Looking at what was named: the endpoint, its signatures, the secret. Everything seen is told.

use std::{io::Read as _, path::Path, sync::Arc};

use super::{
    answers::{Answers, Webhooks},
    asker::Stop,
    detect_endpoint::{self, Caller, Seen},
    detect_signature::{sample, trial},
    questions::{Interview, usage},
    source::Source,
};
use crate::{
    cli::error::CliError,
    config::{
        host::Host,
        target::{Target, TrustAnchor},
    },
    wire::{event::EventType, signature::secret_bytes},
};

/// Looks at an address, and says whether it can be right.
pub async fn endpoint(
    interview: &mut Interview<'_>,
    flag: &str,
    url: &str,
    answers: &Answers,
) -> Result<bool, Stop> {
    let caller = caller(interview, url, answers)?;
    let seen = detect_endpoint::look(&caller).await;
    let (good, text) = detect_endpoint::told(&seen, url);
    interview.source.note(format!(
        "{}: {text}",
        flag.trim_start_matches('-').replace('-', " ")
    ));
    if !good && seen == Seen::Answers(404) {
        interview.source.note("no other path was tried");
    }
    Ok(good)
}

fn caller(interview: &Interview<'_>, url: &str, answers: &Answers) -> Result<Caller, CliError> {
    let mut target = Target::parse(url).map_err(|error| usage("the address", &error.to_string()))?;
    if let Some(path) = &answers.trust {
        let path = interview.folder.join(path);
        let pem = std::fs::read(&path).map_err(|error| CliError::File {
            path: path.clone(),
            error,
        })?;
        target.trust = Some(Arc::new(TrustAnchor {
            path: path.display().to_string(),
            pem,
        }));
    }
    Caller::new(&target, interview.host)
}

/// Says whether the secret is there and of the right form.
pub fn secret(source: &mut Source, variable: &str, host: &Host) {
    let text = match host.environment.get(variable).map(|value| value.trim()) {
        None | Some("") => format!("{variable}: not set in this shell; set it before the run"),
        Some(value) => match secret_bytes(value) {
            Ok(_) => format!("{variable}: set, and of the form of a webhook secret"),
            Err(error) => format!("{variable}: set, but {error}"),
        },
    };
    source.note(text);
}

/// Finds out which signatures the endpoint verifies, if that is wished, and which a captured message carries.
pub async fn signature(
    interview: &mut Interview<'_>,
    webhooks: &Webhooks,
    answers: &Answers,
) -> Result<(), Stop> {
    let printed = interview
        .host
        .environment
        .get(&webhooks.secret_env)
        .map(|value| value.trim().to_owned());
    let printed = printed.filter(|value| secret_bytes(value).is_ok());
    if let Some(path) = &interview.arguments.sample {
        let bytes = captured(path).map_err(|error| CliError::File {
            path: path.clone(),
            error,
        })?;
        let sample = sample::parse(&bytes).ok_or_else(|| {
            usage(
                "--sample",
                "holds no message; save the header lines, an empty line, and the body",
            )
        })?;
        for line in sample::told(&sample::identify(&sample, printed.as_deref())) {
            interview.source.note(line);
        }
    }
    if interview.arguments.offline || webhooks.url.is_empty() {
        return Ok(());
    }
    let Some(printed) = printed else {
        if interview.arguments.try_endpoint {
            interview.source.note(format!(
                "signatures: not tried, because {} holds no webhook secret",
                webhooks.secret_env
            ));
        }
        return Ok(());
    };
    let kind = quiet(&webhooks.types);
    let question = format!(
        "See which signatures it verifies? That sends some {kind} about an object that exists nowhere: rightly signed,\n\
         forged, and if both are refused, up to 70 in other known formats"
    );
    if !interview.arguments.try_endpoint && !interview.source.agrees(&question, false).await? {
        return Ok(());
    }
    let caller = caller(interview, &webhooks.url, answers)?;
    let verdict = trial::trial(&caller, &printed, kind, interview.host).await;
    for line in trial::told(&verdict) {
        interview.source.note(line);
    }
    Ok(())
}

/// The start of a captured message; no platform sends more.
fn captured(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(8 << 20).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The declared type that does least.
fn quiet(types: &[EventType]) -> EventType {
    let least = [
        EventType::PaymentFailed,
        EventType::ClaimUpdated,
        EventType::PolicyCancelled,
    ];
    let found = least.into_iter().find(|kind| types.contains(kind));
    found
        .or_else(|| types.first().copied())
        .unwrap_or(EventType::PaymentFailed)
}
