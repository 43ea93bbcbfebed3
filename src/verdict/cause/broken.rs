//! A partner that answers with a server error wherever it is asked.

use std::collections::BTreeMap;

use super::{
    among::{Among, Draft, asks_for_declaration, fit, is_nothing_came, kept, section},
    signs::{Answered, Signs},
    sum::together,
    told::{Cause, Kind, Sure},
};

/// How often a place of the partner's answered with a server error, and how often it answered otherwise.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    errors: u64,
    others: u64,
    /// Answers of which the status is not known, none of them a success.
    unknown: u64,
    /// Server errors that proxies answer for an application that is down.
    of_proxies: u64,
}

impl Answers {
    fn status(&mut self, status: u16, count: u64) {
        match status {
            500.. => self.errors += count,
            _ => self.others += count,
        }
        if matches!(status, 502..=504) {
            self.of_proxies += count;
        }
    }

    fn is_broken(self) -> bool {
        self.others == 0 && self.errors + self.unknown > 0
    }
}

/// Several places, and none of them gave anything but server errors.
pub(super) fn broken(among: &mut Among<'_>) -> Option<Cause> {
    let all = together([&among.all, among.beside]);
    let places = places(&all);
    let proven = places.values().filter(|at| at.errors > 0).count();
    if places.len() < 2 || proven == 0 || !places.values().all(|at| at.is_broken()) {
        return None;
    }
    let total = |of: fn(&Answers) -> u64| places.values().map(of).sum::<u64>();
    let behind_proxy = total(|at| at.of_proxies) == total(|at| at.errors);
    let sections: Vec<String> = places.keys().cloned().collect();
    let draft = Draft {
        kind: if behind_proxy {
            Kind::Environment
        } else {
            Kind::Implementation
        },
        sure: Sure::Likely,
        title: format!("your system answers 5xx to everything: {}", sections.join(", ")),
        likely: if behind_proxy {
            "a proxy or load balancer answers for an application that is down or does not answer it"
        } else {
            "something that every request needs is missing or locked: the database, a migration, a service"
        }
        .to_owned(),
        next: "look for the error in your own log at the time of one of the requests, mend it, and run again"
            .to_owned(),
        sections,
    };
    among.claim(draft, |row, signs| {
        let asked = !(signs.doors.is_empty() && signs.operations.is_empty() && signs.effects.is_empty());
        if !asked {
            return None;
        }
        fit(
            row,
            |code| {
                is_nothing_came(code)
                    || matches!(
                        code,
                        "server-error" | "did-not-complete" | "step-missing" | "not-completed"
                    )
            },
            |reason| {
                !asks_for_declaration(reason)
                    || reason.contains("[start.")
                    || reason.contains("could not be read")
                    || reason.contains("] returns no ")
            },
        )
    })
}

/// Everything of the partner's that was asked, under its section.
fn places(all: &Signs) -> BTreeMap<String, Answers> {
    let mut places: BTreeMap<String, Answers> = BTreeMap::new();
    for (door, at) in &all.doors {
        let answers = places.entry(door.section().to_owned()).or_default();
        let (kept, _) = kept(at);
        answers.others += kept;
        for (answered, count) in &at.right {
            match answered {
                Answered::Status(status) if !answered.is_kept() => answers.status(*status, *count),
                Answered::Status(_) => {}
                Answered::Not(_) => answers.others += count,
            }
        }
    }
    for (name, at) in &all.operations {
        let answers = places.entry(format!("[start.{name}]")).or_default();
        answers.others += at.done + at.unusable;
        for (status, count) in &at.statuses {
            answers.status(*status, *count);
        }
        answers.unknown += at.failed.saturating_sub(at.statuses.values().sum());
    }
    for (kind, at) in all.effects.iter().filter(|(_, at)| at.read + at.failed > 0) {
        let answers = places.entry(section(*kind)).or_default();
        answers.others += at.read;
        match at.why.as_deref().and_then(status) {
            Some(status) => answers.status(status, at.failed),
            None => answers.others += at.failed,
        }
    }
    places.retain(|_, at| at.errors + at.others + at.unknown > 0);
    places
}

/// The status that a channel names as the reason of its failure.
fn status(why: &str) -> Option<u16> {
    let (_, rest) = why.split_once("status ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
