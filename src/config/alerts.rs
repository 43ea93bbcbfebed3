//! `[alerts]`: where the partner's alarms show.

use serde::Serialize;

use super::{
    command::{CommandCall, command, prompt},
    error::Mistake,
    extract::{Extract, extract},
    reader::Section,
    request::{HttpCall, http},
    template::Template,
};

/// The channel through which the partner's monitoring can be seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Alerts {
    /// Lines of `[log]` with a raised severity.
    Log {
        /// Where a line says how severe it is.
        level: Extract,
        /// The words that count as an alarm; capital letters do not matter.
        values: Vec<String>,
    },
    /// An address of the monitoring, such as its metrics.
    Http {
        /// The request.
        #[serde(flatten)]
        call: Box<HttpCall>,
        /// How many alarms there were so far.
        count: Extract,
    },
    /// A read-only command that prints JSON or text.
    Command {
        /// The command.
        #[serde(flatten)]
        call: CommandCall,
        /// How many alarms there were so far.
        count: Extract,
    },
    /// A person who looks at the monitoring.
    Manual {
        /// What the person is asked.
        prompt: Template,
    },
}

#[derive(Clone, Copy)]
enum Kind {
    Log,
    Http,
    Command,
    Manual,
}

pub(super) fn alerts(section: &Section<'_, '_>) -> Option<Alerts> {
    let kinds = [
        ("log", Kind::Log),
        ("http", Kind::Http),
        ("command", Kind::Command),
        ("manual", Kind::Manual),
    ];
    let alerts = match section.required("kind")?.word(&kinds)? {
        Kind::Log => needed(section, "level")
            .zip(values(section))
            .map(|(level, values)| Alerts::Log { level, values }),
        Kind::Http => http(section, "GET", &[])
            .map(Box::new)
            .zip(needed(section, "count"))
            .map(|(call, count)| Alerts::Http { call, count }),
        Kind::Command => command(section, &[])
            .zip(needed(section, "count"))
            .map(|(call, count)| Alerts::Command { call, count }),
        Kind::Manual => prompt(section, &[]).map(|prompt| Alerts::Manual { prompt }),
    };
    section.finish();
    alerts
}

fn needed(section: &Section<'_, '_>, key: &str) -> Option<Extract> {
    if !section.has(key) {
        section.required(key);
    }
    extract(section, key)
}

fn values(section: &Section<'_, '_>) -> Option<Vec<String>> {
    let entry = section.required("values")?;
    let values = entry.texts()?;
    if values.is_empty() {
        return entry.wrong(Mistake::Empty);
    }
    Some(values)
}
