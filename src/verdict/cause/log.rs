//! A log that cannot be read, is another one, or is read at the wrong places.

use super::{
    among::{Among, Draft, doors, fit, kept},
    told::{Cause, Kind, Sure},
};

/// What must have been tried before it can be said to happen always.
const OFTEN: u64 = 3;

fn is_about_lines(code: &str) -> bool {
    matches!(
        code,
        "not-logged" | "incomplete-log-line" | "not-traceable" | "results-alike" | "not-named"
    )
}

fn draft(kind: Kind, sure: Sure, title: String, likely: &str, next: &str) -> Draft {
    Draft {
        kind,
        sure,
        title,
        likely: likely.to_owned(),
        next: next.to_owned(),
        sections: vec!["[log]".to_owned()],
    }
}

/// A log that failed whenever it was asked.
pub(super) fn unreadable(among: &mut Among<'_>) -> Vec<Cause> {
    let log = &among.all.log;
    if log.failed == 0 || log.found > 0 || log.lines > 0 {
        return Vec::new();
    }
    let why = log.why.clone().unwrap_or_default();
    let draft = draft(
        Kind::Configuration,
        Sure::Certain,
        format!("the log of [log] cannot be read: {why}"),
        "path or command of [log] is not the one of your log, or this program may not read it",
        "correct [log] and read one line by hand as the user who runs this program",
    );
    among
        .claim(draft, |row, signs| {
            let asked = signs.log.failed > 0;
            fit(
                row,
                |code| asked && is_about_lines(code),
                |reason| {
                    reason.contains("the log could not be read")
                        || (asked && reason.starts_with("the log shows no"))
                },
            )
        })
        .into_iter()
        .collect()
}

/// Places of [log] at which no line has a value.
pub(super) fn misread(among: &mut Among<'_>) -> Vec<Cause> {
    let log = &among.all.log;
    if log.found_lines < OFTEN {
        return Vec::new();
    }
    let places: Vec<&str> = [
        ("event_id", log.with_id),
        ("time", log.with_time),
        ("type", log.with_type),
        ("result", log.with_result),
    ]
    .into_iter()
    .filter(|(_, count)| *count == 0)
    .map(|(place, _)| place)
    .collect();
    let Some(first) = places.first() else {
        return Vec::new();
    };
    let names = places.join(", ");
    let lines = log.found_lines;
    let draft = if *first == "event_id" {
        draft(
            Kind::Configuration,
            Sure::Certain,
            format!("[log] {names} leads nowhere in {lines} lines"),
            "the lines hold the event id, but not at the place that [log] event_id names",
            "look at one line of your log, and let the keys of [log] point to its fields",
        )
    } else {
        draft(
            Kind::Configuration,
            Sure::Possible,
            format!("[log] {names} leads nowhere in {lines} lines"),
            "the key points to another place than the one your log uses, or your log does not write it at all",
            "look at one line of your log: where the value is there, correct the key of [log]; where not, log it",
        )
    };
    among
        .claim(draft, |row, signs| {
            if signs.log.found == 0 {
                return None;
            }
            fit(row, is_about_lines, |reason| {
                reason.starts_with("the log shows no")
                    || places
                        .iter()
                        .any(|place| reason.contains(&format!("[log] {place}")))
            })
        })
        .into_iter()
        .collect()
}

/// A log in which nothing of the run was ever found.
pub(super) fn another(among: &mut Among<'_>) -> Vec<Cause> {
    let log = &among.all.log;
    let took: u64 = doors(&among.all).values().map(|at| kept(at).0).sum();
    if log.searched < OFTEN || log.found > 0 || log.failed > 0 || took < OFTEN {
        return Vec::new();
    }
    let empty = log.lines == 0;
    let draft = draft(
        if empty {
            Kind::Configuration
        } else {
            Kind::Implementation
        },
        Sure::Possible,
        format!(
            "no line of the log of [log] tells of any of {} messages that were kept",
            log.searched
        ),
        if empty {
            "[log] reads another file than the one that the endpoint under test writes, or it writes none"
        } else {
            "the endpoint logs, but without the id of the message, or it writes that to another log than the one of [log]"
        },
        "deliver one event, look for its id in your log by hand, and correct [log] or log the id",
    );
    among
        .claim(draft, |row, signs| {
            if signs.log.searched == 0 {
                return None;
            }
            fit(row, is_about_lines, |reason| {
                reason.starts_with("the log shows no")
            })
        })
        .into_iter()
        .collect()
}
