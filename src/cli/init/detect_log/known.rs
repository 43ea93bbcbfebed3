//! Names and words that logs use for what is looked for. Earlier names are likelier.

use std::sync::LazyLock;

use regex::Regex;

/// Names of the event id.
pub(super) const EVENT_ID: &[&str] = &[
    "event_id",
    "eventid",
    "webhook_id",
    "webhookid",
    "evt_id",
    "event",
    "message_id",
    "msg_id",
    "delivery_id",
    "id",
];

/// Names of the event id that leave no doubt, whatever the value looks like.
pub(super) const EVENT_ID_PLAIN: usize = 5;

/// Names of the time of a line. `created_at` comes late: it is often the event's own.
pub(super) const TIME: &[&str] = &[
    "time",
    "timestamp",
    "@timestamp",
    "ts",
    "asctime",
    "datetime",
    "logged_at",
    "date",
    "at",
    "t",
    "created_at",
];

/// Names of the type.
pub(super) const TYPE: &[&str] = &[
    "event_type",
    "eventtype",
    "type",
    "event",
    "event_name",
    "kind",
    "topic",
];

/// Names of the processing result.
pub(super) const RESULT: &[&str] = &[
    "result",
    "outcome",
    "processing_result",
    "disposition",
    "status",
    "state",
    "action",
    "decision",
];

/// Names whose words are never a processing result.
pub(super) const NEVER_RESULT: &[&str] = &[
    "level",
    "severity",
    "lvl",
    "levelname",
    "log_level",
    "method",
    "lvl_name",
];

/// Words that mean that the event was carried out, the likeliest first.
pub(super) const PROCESSED: &[&str] = &[
    "processed",
    "success",
    "succeeded",
    "ok",
    "applied",
    "handled",
    "accepted",
    "done",
    "completed",
    "complete",
    "fulfilled",
    "stored",
];

/// Other words for what became of an event.
pub(super) const OTHER: &[&str] = &[
    "duplicate",
    "duplicated",
    "already_processed",
    "already-processed",
    "skipped",
    "ignored",
    "refused",
    "rejected",
    "forbidden",
    "unauthorized",
    "invalid_signature",
    "bad_signature",
    "invalid",
    "malformed",
    "unmatched",
    "not_found",
    "unknown",
    "failed",
    "failure",
    "error",
    "retry",
    "queued",
    "deferred",
    "quarantined",
];

/// The place of a name in such a list, spelling aside: `eventId` and `event-id` are `event_id`.
pub(super) fn rank(names: &[&str], key: &str) -> Option<usize> {
    let mut plain = String::new();
    for (at, letter) in key.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 && !plain.ends_with('_') {
            plain.push('_');
        }
        plain.push(match letter {
            '-' | '.' => '_',
            other => other.to_ascii_lowercase(),
        });
    }
    names.iter().position(|name| *name == plain)
}

/// Whether it is a name of anything that is looked for.
pub(super) fn is_looked_for(key: &str) -> bool {
    [EVENT_ID, TIME, TYPE, RESULT]
        .iter()
        .any(|names| rank(names, key).is_some())
}

/// Whether a word tells what became of an event.
pub(super) fn is_result(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    PROCESSED.contains(&word.as_str()) || OTHER.contains(&word.as_str())
}

/// An id as the platform makes it.
pub(super) static EVT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^evt_[A-Za-z0-9_-]+$").ok());

/// Whether a value is an id of the platform.
pub(super) fn is_evt(value: &str) -> bool {
    EVT.as_ref().is_some_and(|evt| evt.is_match(value))
}
