//! Nothing that is right is kept: the endpoint refuses it, breaks, or is not there.

use super::{
    among::{Among, Draft, Fit, asks_for_declaration, codes, doors, fit, is_nothing_came, kept, reasons},
    refused::Refusing,
    signs::{Answered, AtDoor, Door, Signs},
    told::{Cause, Kind, Sure},
};
use crate::{transcript::exchange::NoAnswer, verdict::result::Row, wire::moment::Micros};

/// How the reasons of examples begin that were not tried because nothing had been answered so far.
const NOTHING_MORE: &str = "nothing more is sent: of the first";

impl Door {
    /// Its section.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Webhook => "[webhook]",
            Self::Callback => "[recurring]",
        }
    }

    /// Its place in the resolved configuration.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Callback => "recurring",
        }
    }

    /// What comes in there, many of it.
    pub(super) fn messages(self) -> &'static str {
        match self {
            Self::Webhook => "deliveries",
            Self::Callback => "callbacks",
        }
    }

    /// What comes in there.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Webhook => "delivery",
            Self::Callback => "callback",
        }
    }
}

/// A door that kept nothing in the whole run.
pub(super) fn shut(among: &mut Among<'_>) -> Vec<Cause> {
    let shut: Vec<(Door, AtDoor)> = doors(&among.all)
        .into_iter()
        .filter(|(_, at)| matches!(kept(at), (0, asked) if asked > 0))
        .collect();
    let mut causes = Vec::new();
    for (door, at) in shut {
        let Some(usual) = usual(&at) else { continue };
        let refusing = Refusing::of(among, door, &at);
        // Then nobody offers TLS at all, so that none of its examples says anything.
        let plain = usual == Answered::Not(NoAnswer::Tls) && refusing.speaks_plain_http();
        let draft = refusing.draft(usual);
        let server_error = matches!(usual, Answered::Status(500..));
        let silent = matches!(usual, Answered::Not(_));
        let unreachable = matches!(usual, Answered::Not(NoAnswer::Connect | NoAnswer::Tls));
        causes.extend(among.claim(draft, |row, signs| {
            let refused = signs.doors.get(&door).is_some_and(|at| at.genuine_refused > 0);
            let given_up = silent && reasons(row).any(|reason| reason.starts_with(NOTHING_MORE));
            let elsewhere = unreachable && lost_elsewhere(signs) && alone(signs, door);
            let without_tls = plain && codes(row).any(is_about_tls);
            if !refused && !elsewhere && !given_up && !without_tls {
                return None;
            }
            fit(
                row,
                |code| {
                    is_nothing_came(code)
                        || (server_error && matches!(code, "server-error" | "internal-error"))
                        || (unreachable && code == "unreachable")
                        || (plain && is_about_tls(code))
                },
                |reason| {
                    // A channel can show nothing of what never came about.
                    !asks_for_declaration(reason)
                        || reason.contains("could not be read")
                        || reason.contains("] returns no ")
                },
            )
        }));
    }
    causes
}

fn is_about_tls(code: &str) -> bool {
    code == "no-modern-tls"
}

/// The most frequent answer to what is right.
fn usual(at: &AtDoor) -> Option<Answered> {
    let most = at.right.iter().max_by_key(|(_, count)| **count);
    most.map(|(answered, _)| *answered)
}

/// Whether an operation or a channel of the partner's did not answer either.
fn lost_elsewhere(signs: &Signs) -> bool {
    signs.operations.values().any(|at| at.unusable > 0) || signs.effects.values().any(|at| at.failed > 0)
}

/// Whether nothing was delivered to another door.
fn alone(signs: &Signs, door: Door) -> bool {
    signs.doors.keys().all(|other| *other == door)
}

/// Tries that found nobody after the last answer, at least.
const LOST: usize = 3;

/// A partner, or one of its doors, that answered and then no more.
pub(super) fn died(among: &mut Among<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let after = |moments: &[Micros], last: Micros| moments.iter().filter(|moment| **moment > last).count();
    if let Some(last) = among.all.last_sign {
        let missed = after(&among.all.gone, last);
        if missed >= LOST {
            let draft = gone(among, "the partner", last, missed, Vec::new());
            causes.extend(among.claim(draft, |row, signs| {
                signs.gone.iter().find(|moment| **moment > last)?;
                explained_by_loss(row)
            }));
        }
    }
    for (door, at) in doors(&among.all) {
        let Some(last) = at.last_answer else { continue };
        let missed = after(&at.lost, last);
        if missed < LOST {
            continue;
        }
        let section = door.section();
        let what = format!("the endpoint of {section}");
        let draft = gone(among, &what, last, missed, vec![section.to_owned()]);
        causes.extend(among.claim(draft, |row, signs| {
            signs
                .doors
                .get(&door)?
                .lost
                .iter()
                .find(|moment| **moment > last)?;
            explained_by_loss(row)
        }));
    }
    causes
}

fn gone(among: &Among<'_>, what: &str, last: Micros, missed: usize, sections: Vec<String>) -> Draft {
    let detail = among.all.doors.values().find_map(|at| at.detail.clone());
    let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
    Draft {
        kind: Kind::Environment,
        sure: Sure::Likely,
        title: format!("{what} was gone from {:.1} s of the run on", last.seconds()),
        likely: format!(
            "it was stopped, was restarted elsewhere, or crashed: {missed} tries after its last answer found nobody{detail}"
        ),
        next: "look at what your log says about its end, start it again, and run what did not pass with --failed"
            .to_owned(),
        sections,
    }
}

fn explained_by_loss(row: &Row) -> Option<Fit> {
    fit(row, is_nothing_came, |reason| !asks_for_declaration(reason))
}
