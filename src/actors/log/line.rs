//! What one line of the log says, read in the declared format.

use serde_json::Value;

use super::time;
use crate::{
    actors::trigger::answer::Answer,
    config::{
        extract::Extract,
        log::{Log, LogFormat, Zone},
    },
};

/// Longest value that is kept, in bytes.
const LONGEST_VALUE: usize = 512;

/// What was read from a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) event_id: Option<String>,
    pub(super) event_type: Option<String>,
    pub(super) time: Option<String>,
    pub(super) unix_millis: Option<i64>,
    pub(super) result: Option<String>,
    pub(super) reference: Option<String>,
}

/// Reads lines in the declared format.
#[derive(Debug)]
pub(super) struct LineReader {
    format: LogFormat,
    zone: Option<Zone>,
    pattern: Option<String>,
    alarm: Option<(Extract, Vec<String>)>,
}

impl LineReader {
    pub(super) fn new(log: &Log) -> Self {
        Self {
            format: log.format.clone(),
            zone: log.time_zone.clone(),
            pattern: log.time_format.clone(),
            alarm: None,
        }
    }

    /// Also tells alarms: lines in which one of the words stands in that place.
    pub(super) fn telling_alarms(mut self, place: Extract, words: Vec<String>) -> Self {
        self.alarm = Some((place, words));
        self
    }

    /// How lines are read.
    pub(super) fn format(&self) -> &LogFormat {
        &self.format
    }

    /// Whether a line is an alarm.
    pub(super) fn is_alarm(&self, line: &str) -> bool {
        self.alarm.as_ref().is_some_and(|(place, words)| {
            let level = Answer::new(line.trim().as_bytes()).text(place);
            matches!(level, Ok(Some(level)) if words.iter().any(|word| word.eq_ignore_ascii_case(&level)))
        })
    }

    /// What a line says; nothing when it is not in the declared form.
    pub(super) fn read(&self, line: &str) -> Parsed {
        let mut parsed = match &self.format {
            LogFormat::Json {
                event_id,
                time,
                event_type,
                result,
                reference,
            } => {
                let Ok(document) = serde_json::from_str::<Value>(line.trim()) else {
                    return Parsed::default();
                };
                let at = |place: Option<&String>| scalar(document.pointer(place?)?);
                Parsed {
                    event_id: at(Some(event_id)),
                    event_type: at(event_type.as_ref()),
                    time: at(time.as_ref()),
                    unix_millis: None,
                    result: at(result.as_ref()),
                    reference: at(reference.as_ref()),
                }
            }
            LogFormat::Regex(regex) => {
                let Some(captures) = regex.captures(line) else {
                    return Parsed::default();
                };
                let group = |name| captures.name(name).and_then(|found| bounded(found.as_str()));
                Parsed {
                    event_id: group("event_id"),
                    event_type: group("type"),
                    time: group("time"),
                    unix_millis: None,
                    result: group("result"),
                    reference: group("reference"),
                }
            }
        };
        let zone = self.zone.as_ref().map(|zone| &zone.0);
        parsed.unix_millis = parsed
            .time
            .as_deref()
            .and_then(|text| time::unix_millis(text, zone, self.pattern.as_deref()));
        parsed
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => bounded(text),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn bounded(text: &str) -> Option<String> {
    (!text.is_empty() && text.len() <= LONGEST_VALUE).then(|| text.to_owned())
}
