//! `[log]`: where the partner's log is and how a line of it is read.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use regex::Regex;
use serde::{Serialize, Serializer};

use super::{
    command::{CommandCall, command},
    error::Mistake,
    extract::{Extract, ExtractError, compile},
    reader::Section,
    request::{HttpCall, http},
};

/// The partner's log.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// Where it is.
    pub source: LogSource,
    /// How a line is read.
    pub format: LogFormat,
    /// Zone of times that name none; without it such times cannot be placed.
    pub time_zone: Option<Zone>,
    /// `strptime` pattern of times that are not RFC 3339, RFC 2822 or UNIX time.
    pub time_format: Option<String>,
}

/// Where a log is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogSource {
    /// A file that grows.
    File(PathBuf),
    /// A command that prints the log of the run so far.
    Command(CommandCall),
    /// An address that answers with the log of the run so far.
    Http(Box<HttpCall>),
}

/// How a line of the log is read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One JSON document a line; places are JSON pointers.
    Json {
        /// Event id.
        event_id: String,
        /// Time.
        time: Option<String>,
        /// Event type.
        event_type: Option<String>,
        /// Processing result.
        result: Option<String>,
        /// The partner's reference (order, policy, …).
        reference: Option<String>,
    },
    /// Text with the named groups `event_id`, `time`, `type`, `result`, `reference`.
    Regex(#[serde(serialize_with = "pattern")] Regex),
}

/// A time zone by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(pub TimeZone);

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

fn pattern<S: Serializer>(regex: &Regex, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(regex.as_str())
}

#[derive(Clone, Copy)]
enum Kind {
    File,
    Command,
    Http,
}

pub(super) fn log(section: &Section<'_, '_>) -> Option<Log> {
    let kinds = [
        ("file", Kind::File),
        ("command", Kind::Command),
        ("http", Kind::Http),
    ];
    let source = match section.required("kind")?.word(&kinds)? {
        Kind::File => section
            .required("path")
            .and_then(|entry| entry.path_value())
            .map(LogSource::File),
        Kind::Command => command(section, &[]).map(LogSource::Command),
        Kind::Http => http(section, "GET", &[]).map(|call| LogSource::Http(Box::new(call))),
    };
    let is_json = section
        .required("format")?
        .word(&[("json", true), ("regex", false)])?;
    let format = if is_json { json(section) } else { regex(section) };
    let time_zone = section.value("time_zone").map(|entry| {
        let name = entry.filled()?;
        TimeZone::get(name).ok().map(Zone).or_else(|| {
            entry.wrong(Mistake::Senseless(format!(
                "{name:?} is no time zone; write it like Asia/Kuala_Lumpur or UTC"
            )))
        })
    });
    let time_format = section.optional_text("time_format");
    section.finish();
    Some(Log {
        source: source?,
        format: format?,
        time_zone: match time_zone {
            Some(zone) => Some(zone?),
            None => None,
        },
        time_format,
    })
}

fn json(section: &Section<'_, '_>) -> Option<LogFormat> {
    let place = |key: &str| {
        let entry = section.value(key)?;
        match entry.take(Extract::pointer(entry.text()?))? {
            Extract::Pointer(pointer) => Some(pointer),
            Extract::Pattern { .. } => None,
        }
    };
    let event_id = place("event_id");
    let format = (place("time"), place("type"), place("result"), place("reference"));
    if !section.has("event_id") {
        section.required("event_id");
    }
    let (time, event_type, result, reference) = format;
    Some(LogFormat::Json {
        event_id: event_id?,
        time,
        event_type,
        result,
        reference,
    })
}

fn regex(section: &Section<'_, '_>) -> Option<LogFormat> {
    let entry = section.required("pattern")?;
    let regex = entry.take(compile(entry.filled()?))?;
    if regex.capture_names().flatten().any(|name| name == "event_id") {
        Some(LogFormat::Regex(regex))
    } else {
        entry.wrong(ExtractError::Group(
            "called event_id".to_owned(),
            "event_id".to_owned(),
        ))
    }
}
