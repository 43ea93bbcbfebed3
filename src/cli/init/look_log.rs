//! Looking at the log: what its last lines hold is found out, read as a run reads it, and told.

use std::path::Path;

use super::{
    accept::{self, Reason},
    answers::{Log, LogForm},
    detect_log::{self, Field, Guess},
    render_rest,
    source::Source,
};
use crate::{
    actors::log::sample as reader,
    config::{host::Host, log::Log as DeclaredLog, partner::Config},
    evidence::text::TerminalText,
};

/// Longest value that is shown.
const SHOWN: usize = 60;

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
    let how = "in results of an [effects.…] of kind \"log\"";
    let strange: Vec<String> = guess
        .strange()
        .into_iter()
        .map(|word| format!("{:?}", TerminalText::line(word).as_str()))
        .collect();
    match guess.processed().first() {
        Some(word) if word == "processed" => {}
        Some(word) => source.note(format!(
            "log: {word:?} is taken for your word for an event that was carried out; the program's own is \"processed\". \
             Yours counts where it is named {how}"
        )),
        None if strange.is_empty() => {}
        None => source.note(format!(
            "log: {} is no word that is known here. Only if it means that an event was carried out, name it {how}; about a \
             message that init sent it rather means that there is no such object",
            strange.join(" or ")
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
