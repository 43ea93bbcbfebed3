//! Looking at what was named: the endpoint, its signatures, the secret, the log. Everything seen is told.

use std::{path::Path, sync::Arc};

use super::{
    accept::{self, Reason},
    answers::{Answers, Log, LogForm, Webhooks},
    asker::Stop,
    detect_endpoint::{self, Caller, Seen},
    detect_log::{self, Field, Guess},
    detect_signature::{sample, trial},
    questions::{Interview, usage},
    render_rest,
    source::Source,
};
use crate::{
    actors::log::sample as reader,
    cli::error::CliError,
    config::{
        host::Host,
        log::Log as DeclaredLog,
        partner::Config,
        target::{Target, TrustAnchor},
    },
    evidence::text::TerminalText,
    wire::{event::EventType, signature::secret_bytes},
};

/// Longest value that is shown.
const SHOWN: usize = 60;

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
        let bytes = std::fs::read(path).map_err(|error| CliError::File {
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
        "See which signatures it verifies? That sends some {kind} about an object that exists nowhere: rightly signed, \n\
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

/// Reads the last lines of a log, and says what stands in them. `told` is a form that needs no guess.
pub fn log(
    source: &mut Source,
    file: &Path,
    path: String,
    told: Option<LogForm>,
    folder: &Path,
    host: &Host,
) -> Result<Log, Reason> {
    let mut log = Log {
        path,
        form: LogForm::Pattern(String::new()),
        time_zone: None,
        time_format: None,
        processed: Vec::new(),
        is_guess: false,
    };
    let lines = match detect_log::tail(file) {
        Ok(lines) => lines,
        Err(error) if told.is_some() || error.kind() == std::io::ErrorKind::NotFound => {
            source.note(format!("log: not there yet ({error})"));
            Vec::new()
        }
        Err(error) => return Err(error.to_string()),
    };
    let guess = detect_log::guess(&lines);
    if let Some(guess) = &guess {
        log.processed = guess.processed();
        log.time_format = guess.time_format.map(str::to_owned);
    }
    if let Some(form) = told {
        log.form = form;
        log.time_format = None;
        log_is_readable(&log, folder, host)?;
        shown(source, &log, &lines, None, folder, host);
        return Ok(log);
    }
    let Some(guess) = guess.filter(|guess| guess.events > 0) else {
        source.note(match lines.len() {
            0 => "log: no line stands in it yet. The file gets guesses, as an example; run init again after a first \
                  delivery, or correct them"
                .to_owned(),
            many => format!(
                "log: none of its last {many} lines is about an event. The file gets guesses, as an example; run init \
                 again after a first delivery, or correct them"
            ),
        });
        log.is_guess = true;
        log.form = detect_log::guess(&lines).map_or_else(usual, |guess| guess.form);
        return Ok(log);
    };
    log.form = guess.form.clone();
    log_is_readable(&log, folder, host)?;
    shown(source, &log, &lines, Some(&guess), folder, host);
    remarks(source, &guess);
    Ok(log)
}

fn usual() -> LogForm {
    LogForm::Json {
        event_id: "/event_id".to_owned(),
        time: Some("/time".to_owned()),
        kind: Some("/type".to_owned()),
        result: Some("/result".to_owned()),
        reference: None,
    }
}

/// Whether the section can be read.
pub fn log_is_readable(log: &Log, folder: &Path, host: &Host) -> Result<(), Reason> {
    accept::readable(&render_rest::log_section(log), folder, host)
}

/// The section as a run would have it.
fn declared(log: &Log, folder: &Path, host: &Host) -> Option<DeclaredLog> {
    let text = format!(
        "[partner]\nid = \"x\"\nname = \"x\"\nimplementation = \"x\"\nversion = \"x\"\n[capabilities]\n{}",
        render_rest::log_section(log)
    );
    Config::from_text_in(&text, "log", folder, host).ok()?.log
}

/// Shows what a run would read in the latest line that has the most of it.
fn shown(
    source: &mut Source,
    log: &Log,
    lines: &[String],
    guess: Option<&Guess>,
    folder: &Path,
    host: &Host,
) {
    let Some(declared) = declared(log, folder, host) else {
        return;
    };
    let read = reader::read(&declared, lines.iter().map(String::as_str));
    let with_id = read.iter().filter(|said| said.event_id.is_some()).count();
    let form = match &log.form {
        LogForm::Json { .. } => "one JSON document a line",
        LogForm::Pattern(_) => "lines of text, read with a regular expression",
    };
    source.note(format!(
        "log: {form}; {with_id} of its last {} lines name an event",
        lines.len()
    ));
    let full = |said: &reader::Said| {
        [&said.event_id, &said.time, &said.event_type, &said.result]
            .into_iter()
            .flatten()
            .count()
    };
    let latest = read
        .iter()
        .filter(|said| said.event_id.is_some())
        .max_by_key(|said| full(said));
    let Some(said) = latest else { return };
    let place = |field: Field| match &log.form {
        LogForm::Json {
            event_id,
            time,
            kind,
            result,
            ..
        } => match field {
            Field::EventId => event_id.clone(),
            Field::Time => time.clone().unwrap_or_default(),
            Field::Type => kind.clone().unwrap_or_default(),
            Field::Result => result.clone().unwrap_or_default(),
        },
        LogForm::Pattern(_) => String::new(),
    };
    for (field, value) in [
        (Field::EventId, &said.event_id),
        (Field::Time, &said.time),
        (Field::Type, &said.event_type),
        (Field::Result, &said.result),
    ] {
        let found = guess.and_then(|guess| guess.found.iter().find(|found| found.field == field));
        let how = match (value, found) {
            (None, _) => "not found; LOG-01 asks for it",
            (Some(_), Some(found)) if found.sure => "sure: the values are of that kind",
            (Some(_), Some(_)) => "likely: by its name",
            (Some(_), None) => "",
        };
        let value: String = TerminalText::line(value.as_deref().unwrap_or("-"))
            .as_str()
            .chars()
            .take(SHOWN)
            .collect();
        let place = TerminalText::line(&place(field));
        source.note(
            format!("  {:<9} {:<18} {value:<32} {how}", field.key(), place.as_str())
                .trim_end()
                .to_owned(),
        );
    }
    if let LogForm::Pattern(pattern) = &log.form {
        source.note(format!("  pattern   {}", TerminalText::line(pattern).as_str()));
    }
}

fn remarks(source: &mut Source, guess: &Guess) {
    let words: Vec<String> = guess
        .results
        .iter()
        .map(|word| TerminalText::line(word).as_str().to_owned())
        .collect();
    if words.is_empty() {
        return;
    }
    match guess.processed().first() {
        Some(word) if word == "processed" => {}
        Some(word) => source.note(format!(
            "log: {word:?} is taken for your word for an event that was carried out; the program's own is \"processed\". Yours \
             counts where an [effects.…] of kind \"log\" names it in results"
        )),
        None => source.note(format!(
            "log: none of the words {} is known to mean that an event was carried out; name yours in results of an \
             [effects.…] of kind \"log\"",
            words.join(", ")
        )),
    }
}

/// Whether the times in the log name no zone.
pub fn times_need_a_zone(log: &Log, file: &Path) -> bool {
    log.time_zone.is_none()
        && detect_log::tail(file)
            .ok()
            .and_then(|lines| detect_log::guess(&lines))
            .is_some_and(|guess| guess.zoned == Some(false))
}
