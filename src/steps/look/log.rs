//! Whether `[log]` finds what a delivery wrote.

use std::time::Duration;

use serde_json::Value;

use super::{super::context::Context, trial::Sent};
use crate::{
    config::log::LogFormat,
    transcript::{
        look::{Cause, Code, Finding},
        observation::{LogLine, LogObserved},
        record::Scope,
    },
};

/// What the log says of a delivery.
#[derive(Debug)]
pub struct Looked {
    /// The lines that show its id.
    pub observed: LogObserved,
    /// What is odd about them, and about the section.
    pub findings: Vec<Finding>,
}

/// Looks for the lines of a delivery that was taken, for at most `wait`. None where no log is declared.
pub async fn look(context: &Context, scope: &Scope, sent: &Sent, wait: Duration) -> Option<Looked> {
    let log = context.log.as_ref()?;
    let told = |observed: &LogObserved| {
        observed
            .lines
            .iter()
            .any(|line| line.event_id.as_deref() == Some(&sent.id) && line.result.is_some())
    };
    let observed = log.lines_until(scope, &sent.id, wait, told).await;
    let findings = judge(log.format(), sent, &observed, wait);
    Some(Looked { observed, findings })
}

fn judge(format: &LogFormat, sent: &Sent, observed: &LogObserved, wait: Duration) -> Vec<Finding> {
    if let Some(why) = &observed.unreadable {
        return vec![Finding::new(
            Code::LogUnreadable,
            Cause::File,
            "[log]",
            format!("the log cannot be read: {why}"),
            "let the section lead to the log that the endpoint writes; relative paths start at the folder of the file",
        )];
    }
    let found = observed
        .lines
        .iter()
        .find(|line| line.event_id.as_deref() == Some(&sent.id));
    let Some(line) = found else {
        return vec![match observed.lines.first() {
            Some(line) => elsewhere(format, &sent.id, line),
            None => silent(sent, wait),
        }];
    };
    let mut findings = Vec::new();
    for (key, place, value) in places(format, line) {
        if place.is_some() && value.is_none() {
            findings.push(without_value(key, place.as_deref().unwrap_or_default(), line));
        }
    }
    if let (Some(time), None) = (&line.time, line.unix_millis) {
        findings.push(Finding::new(
            Code::LogTime,
            Cause::File,
            "[log] time",
            format!("{time:?} cannot be read as a moment"),
            "write times with their zone (2026-11-20T18:35:30+08:00), or say with time_zone and time_format how they are \
             meant",
        ));
    }
    let kind = sent.kind.map(|kind| kind.to_string());
    if let (Some(logged), Some(kind)) = (&line.event_type, kind)
        && *logged != kind
    {
        findings.push(Finding::new(
            Code::LogPlace,
            Cause::File,
            "[log] type",
            format!("says {logged:?} for a {kind}"),
            pointing(line, &kind, "type")
                .unwrap_or_else(|| "let type lead to the event type as it was sent".to_owned()),
        ));
    }
    findings
}

fn silent(sent: &Sent, wait: Duration) -> Finding {
    Finding::new(
        Code::LogSilent,
        Cause::File,
        "[log]",
        format!(
            "no line shows the event id {} within {:.1} s, although the good delivery was answered with 2xx",
            sent.id,
            wait.as_secs_f64()
        ),
        "let the section lead to the log that the endpoint writes; if it does, one line with the event id is missing \
         for each delivery (LOG-01)",
    )
}

/// A line shows the id, but not where the section looks for it.
fn elsewhere(format: &LogFormat, id: &str, line: &LogLine) -> Finding {
    let (text, remedy) = match format {
        LogFormat::Json { event_id, .. } => (
            format!("a line with the event id was found, but {event_id} does not lead to it"),
            pointing(line, id, "event_id").unwrap_or_else(|| {
                "the line is no JSON document, or the id stands inside a longer text; give it a member of its own, or \
                 use format = \"regex\""
                    .to_owned()
            }),
        ),
        LogFormat::Regex(_) => (
            "a line with the event id was found, but the group event_id does not find it".to_owned(),
            "let pattern fit the whole line; the first part that does not fit loses all groups".to_owned(),
        ),
    };
    let key = match format {
        LogFormat::Json { .. } => "[log] event_id",
        LogFormat::Regex(_) => "[log] pattern",
    };
    Finding::new(Code::LogPlace, Cause::File, key, text, remedy)
}

fn without_value(key: &str, place: &str, line: &LogLine) -> Finding {
    let members = serde_json::from_str::<Value>(line.text.trim())
        .ok()
        .and_then(|document| {
            let members = document.as_object()?.keys().take(20);
            Some(members.map(|name| pointer(name)).collect::<Vec<_>>().join(", "))
        })
        .map_or_else(String::new, |members| format!("; the line has {members}"));
    Finding::new(
        Code::LogPlace,
        Cause::File,
        format!("[log] {key}"),
        format!("{place} finds nothing in the line of the delivery"),
        format!("correct the place{members}"),
    )
}

/// Key, place and value of everything that the section may declare beside the id.
fn places(format: &LogFormat, line: &LogLine) -> [(&'static str, Option<String>, Option<String>); 3] {
    let place = |key: &'static str| match format {
        LogFormat::Json {
            time,
            event_type,
            result,
            ..
        } => match key {
            "time" => time.clone(),
            "type" => event_type.clone(),
            _ => result.clone(),
        },
        LogFormat::Regex(regex) => regex
            .capture_names()
            .flatten()
            .any(|name| name == key)
            .then(|| format!("the group {key}")),
    };
    [
        ("time", place("time"), line.time.clone()),
        ("type", place("type"), line.event_type.clone()),
        ("result", place("result"), line.result.clone()),
    ]
}

/// The keys of `[log]` that LOG-01 asks for and that are not declared.
pub fn undeclared(format: &LogFormat) -> Vec<&'static str> {
    places(format, &nothing())
        .into_iter()
        .filter(|(_, place, _)| place.is_none())
        .map(|(key, ..)| key)
        .collect()
}

fn nothing() -> LogLine {
    LogLine {
        text: String::new(),
        event_id: None,
        event_type: None,
        time: None,
        unix_millis: None,
        result: None,
    }
}

/// `key = "/pointer"` for the place in a JSON line where a value stands.
fn pointing(line: &LogLine, value: &str, key: &str) -> Option<String> {
    let document: Value = serde_json::from_str(line.text.trim()).ok()?;
    let mut path = String::new();
    find(&document, value, &mut path).then(|| format!("write {key} = {path:?}"))
}

fn find(document: &Value, wanted: &str, path: &mut String) -> bool {
    let length = path.len();
    let mut within = |step: &str, inner: &Value| {
        *path += &pointer(step);
        let found = find(inner, wanted, path);
        if !found {
            path.truncate(length);
        }
        found
    };
    match document {
        Value::String(text) => text == wanted,
        Value::Object(members) => members.iter().any(|(name, inner)| within(name, inner)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .any(|(index, inner)| within(&index.to_string(), inner)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// One step of a JSON pointer (RFC 6901).
fn pointer(step: &str) -> String {
    format!("/{}", step.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_to_a_value_is_found_wherever_it_stands() {
        let line = LogLine {
            text: r#"{"message":"took evt_1","ctx":{"a/b":[{"id":"evt_1"}]}}"#.to_owned(),
            ..nothing()
        };
        assert_eq!(
            pointing(&line, "evt_1", "event_id").as_deref(),
            Some("write event_id = \"/ctx/a~1b/0/id\"")
        );
        assert_eq!(pointing(&line, "evt_2", "event_id"), None);
    }
}
