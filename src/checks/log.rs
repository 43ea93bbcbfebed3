//! What the partner's log says, and what it must not say.

use super::{
    outcome::{Finding, Grade, Outcome},
    view::{Sent, View, Which},
    words::{failed, inconclusive, nothing_to_judge},
};
use crate::transcript::observation::{LogLine, LogObserved};

/// Labels of the digests that would have been right for refused deliveries begin with this.
pub const EXPECTED_DIGEST: &str = "expected-digest";
/// Labels of card and personal data that was planted begin with this, and end with whose they are.
pub const CANARY: &str = "canary ";
/// Labels of what is planted and masked, but too short to be found for certain.
const MASKED_ONLY: &str = "planted ";

/// The delivery left a line with event id, event type, a time near ours and a result (001:9.2).
pub fn logged(view: View<'_>, event_type: &str, tolerance_millis: u64) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last().copied() else {
        return nothing_to_judge("the delivery");
    };
    let Some((number, observed)) = view.log(&sent.delivery.intent.id) else {
        return nothing_to_judge("the log");
    };
    if let Some(why) = &observed.unreadable {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    let expected = "a log line with event id, event type, time with zone and processing result";
    let with_records = |outcome: Outcome| match outcome {
        Outcome::Failed(mut finding) => {
            finding.records.push(number);
            Outcome::Failed(finding)
        }
        other => other,
    };
    if observed.lines.is_empty() {
        return with_records(failed(
            "not-logged",
            sent,
            expected,
            "no log line with that event id",
        ));
    }
    let delivered = delivered_unix_millis(sent, observed);
    let mut best: Option<Vec<String>> = None;
    for line in &observed.lines {
        let missing = missing(line, event_type, delivered, tolerance_millis);
        if missing.is_empty() {
            return Outcome::Passed {
                grade: Some(Grade::B),
            };
        }
        if best.as_ref().is_none_or(|best| missing.len() < best.len()) {
            best = Some(missing);
        }
    }
    let observed = format!(
        "the best of {} lines lacks: {}",
        observed.lines.len(),
        best.unwrap_or_default().join(", ")
    );
    with_records(failed("incomplete-log-line", sent, expected, observed))
}

fn delivered_unix_millis(sent: Sent<'_>, observed: &LogObserved) -> i64 {
    let ago = observed.at.millis_since(sent.delivery.head);
    observed
        .unix_millis
        .saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX))
}

fn missing(line: &LogLine, event_type: &str, delivered: i64, tolerance_millis: u64) -> Vec<String> {
    let mut missing = Vec::new();
    if line.event_id.is_none() {
        missing.push("event id".to_owned());
    }
    if line.event_type.as_deref() != Some(event_type) {
        missing.push(format!("event type {event_type}"));
    }
    match line.unix_millis {
        None => missing.push("a time with zone (or declare the zone in [log])".to_owned()),
        Some(millis) if millis.abs_diff(delivered) > tolerance_millis => {
            missing.push(format!("a time within {tolerance_millis} ms of the delivery"));
        }
        Some(_) => {}
    }
    if line
        .result
        .as_deref()
        .is_none_or(|result| result.trim().is_empty())
    {
        missing.push("processing result".to_owned());
    }
    missing
}

/// No line says that the event was processed.
pub fn not_logged_as_processed(view: View<'_>, processed: &[String]) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last().copied() else {
        return nothing_to_judge("the delivery");
    };
    let Some((_, observed)) = view.log(&sent.delivery.intent.id) else {
        return nothing_to_judge("the log");
    };
    if let Some(why) = &observed.unreadable {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    let line = observed.lines.iter().find(|line| {
        line.result
            .as_deref()
            .is_some_and(|result| processed.iter().any(|word| word == result))
    });
    line.map_or(
        Outcome::Passed {
            grade: Some(Grade::B),
        },
        |line| {
            let expected = "no log line that says the forged event was processed";
            failed("processed-before-verified", sent, expected, line.text.clone())
        },
    )
}

/// The log shows none of the planted data whose labels end with `whose`. What was never sent proves
/// nothing by its absence.
pub fn no_canary_in_log(view: View<'_>, whose: &str, card: bool) -> Outcome {
    let Some((number, scan)) = view.scan() else {
        return nothing_to_judge("a search of the log");
    };
    if let Some(why) = &scan.unreadable {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    if scan.known_ids == 0 {
        return inconclusive(format!(
            "none of {} log lines mentions an event of this run: is [log] the right log?",
            scan.lines
        ));
    }
    let own = |label: &str| label.starts_with(CANARY) && label.ends_with(whose);
    if !scan.searched.iter().any(|label| own(label)) {
        return nothing_to_judge("the data that was searched for");
    }
    let mark = |label: &str| format!("‹masked:{label}");
    let went_out = scan
        .searched
        .iter()
        .filter(|label| own(label))
        .any(|label| view.carried(mark(label).as_bytes()));
    if !went_out {
        return nothing_to_judge("the data that was to be planted: no message carried it");
    }
    let found: Vec<&str> = scan
        .found
        .keys()
        .map(String::as_str)
        .filter(|label| own(label))
        .collect();
    if found.is_empty() {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    let line = scan
        .findings
        .iter()
        .find(|line| found.iter().any(|label| line.contains(label)))
        .map_or_else(String::new, |line| format!("; for example: {line}"));
    let fields: Vec<&str> = found
        .iter()
        .map(|label| {
            label
                .trim_start_matches(CANARY)
                .trim_end_matches(whose)
                .trim_end()
        })
        .collect();
    let (code, expected) = if card {
        (
            "card-in-log",
            "of a card number at most the first 8 and last 4 digits, of a card code nothing",
        )
    } else {
        (
            "personal-data-in-log",
            "no personal data in plain or trivially encoded form; the last 4 characters may stay visible",
        )
    };
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!("planted data ({whose})"),
        expected: expected.to_owned(),
        observed: format!("the log shows: {}{line}", fields.join(", ")),
        records: vec![number],
        timing: false,
    })
}

/// The log shows no secret; `digests` asks about expected digests instead of keys and tokens.
pub fn no_secret_in_log(view: View<'_>, digests: bool) -> Outcome {
    let Some((number, scan)) = view.scan() else {
        return nothing_to_judge("a search of the log");
    };
    if let Some(why) = &scan.unreadable {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    if scan.known_ids == 0 {
        return inconclusive(format!(
            "none of {} log lines mentions an event of this run: is [log] the right log?",
            scan.lines
        ));
    }
    let planted = |label: &str| label.starts_with(CANARY) || label.starts_with(MASKED_ONLY);
    let concerned = |label: &str| !planted(label) && label.starts_with(EXPECTED_DIGEST) == digests;
    let found: Vec<String> = scan
        .found
        .iter()
        .filter(|(label, _)| concerned(label))
        .map(|(label, times)| format!("{label} ({times} times)"))
        .collect();
    if found.is_empty() {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    let line = scan
        .findings
        .iter()
        .find(|line| {
            scan.found
                .keys()
                .any(|label| concerned(label) && line.contains(label.as_str()))
        })
        .cloned()
        .unwrap_or_default();
    Outcome::Failed(Finding {
        code: "secret-in-log".to_owned(),
        stimulus: "all traffic of the run".to_owned(),
        expected: if digests {
            "no expected digest in mismatch lines: it is a signing oracle for whoever reads logs".to_owned()
        } else {
            "no key, token or Authorization value in the log".to_owned()
        },
        observed: format!("{}; for example: {line}", found.join(", ")),
        records: vec![number],
        timing: false,
    })
}
