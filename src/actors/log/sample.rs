//! What single lines of a log say, read as a run would read them.

use super::line::LineReader;
use crate::config::log::Log;

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Event id.
    pub event_id: Option<String>,
    /// Event type.
    pub event_type: Option<String>,
    /// Time, as it is written.
    pub time: Option<String>,
    /// The same time, where it could be placed.
    pub unix_millis: Option<i64>,
    /// Processing result.
    pub result: Option<String>,
    /// The partner's reference.
    pub reference: Option<String>,
}

/// Reads lines in the declared format.
pub fn read<'l>(log: &Log, lines: impl IntoIterator<Item = &'l str>) -> Vec<Said> {
    let reader = LineReader::new(log);
    lines
        .into_iter()
        .map(|line| {
            let parsed = reader.read(line);
            Said {
                event_id: parsed.event_id,
                event_type: parsed.event_type,
                time: parsed.time,
                unix_millis: parsed.unix_millis,
                result: parsed.result,
                reference: parsed.reference,
            }
        })
        .collect()
}
