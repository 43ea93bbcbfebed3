//! Nothing that is right is kept: the endpoint refuses it, breaks, or is not there.

use super::{
    among::{Among, Draft, Fit, asks_for_declaration, doors, fit, is_nothing_came, kept, reasons},
    signs::{Answered, AtDoor, Door, Signs},
    told::{Cause, Kind, Sure},
};
use crate::{transcript::exchange::NoAnswer, verdict::result::Row, wire::moment::Micros};

/// Seconds that the clock of a partner may be ahead or behind before every signature is stale (001:4.4), less what the
/// suite itself dates back or ahead in right deliveries.
const AHEAD: i64 = 241;
const BEHIND: i64 = -61;

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

    fn message(self) -> &'static str {
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
        let draft = draft(among, door, &at, usual);
        let server_error = matches!(usual, Answered::Status(500..));
        let silent = matches!(usual, Answered::Not(_));
        let unreachable = matches!(usual, Answered::Not(NoAnswer::Connect | NoAnswer::Tls));
        causes.extend(among.claim(draft, |row, signs| {
            let refused = signs.doors.get(&door).is_some_and(|at| at.genuine_refused > 0);
            let given_up = silent && reasons(row).any(|reason| reason.starts_with(NOTHING_MORE));
            let elsewhere = unreachable && lost_elsewhere(signs) && alone(signs, door);
            if !refused && !elsewhere && !given_up {
                return None;
            }
            fit(
                row,
                |code| {
                    is_nothing_came(code)
                        || (server_error && matches!(code, "server-error" | "internal-error"))
                        || (unreachable && code == "unreachable")
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

fn draft(among: &Among<'_>, door: Door, at: &AtDoor, usual: Answered) -> Draft {
    let section = door.section();
    let what = door.message();
    let key = door.key();
    let url = among
        .configured(&format!("/{key}/target/url"))
        .unwrap_or("the address");
    let secret = among
        .configured(&format!("/{key}/secret"))
        .and_then(|text| text.strip_prefix("masked, from "));
    let secret = secret.map_or_else(
        || format!("the secret of {section}"),
        |name| format!("the variable {name}"),
    );
    let detail = at.detail.as_deref().unwrap_or("no detail is known");
    let title = |how: &str| format!("the endpoint of {section} {how}");
    let with = |status: u16| title(&format!("refuses every good {what} with status {status}"));
    let (kind, sure, title, likely, next) = match usual {
        Answered::Status(status @ (400 | 401 | 403)) => match at.ahead {
            Some((least, most)) if least > AHEAD || most < BEHIND => (
                Kind::Environment,
                Sure::Likely,
                with(status),
                format!(
                    "the clock of the endpoint differs by at least {} seconds, so every signature looks stale to it",
                    if least > AHEAD { least - AHEAD + 1 } else { BEHIND + 1 - most }
                ),
                "set the clock of the machine behind the endpoint (NTP), or that of this one, and run again".to_owned(),
            ),
            _ => (
                Kind::Configuration,
                Sure::Likely,
                with(status),
                match door {
                    Door::Webhook => format!(
                        "{secret} holds another secret than the endpoint verifies with, or the endpoint verifies \
                         another format than the profile names"
                    ),
                    Door::Callback => format!(
                        "{secret} holds another secret than the endpoint verifies with, or [recurring] hash names \
                         another algorithm than the endpoint's"
                    ),
                },
                "give both sides the same secret and run again; if it is the same, compare the bytes that you sign \
                 with `senang-conformance vectors`, and look at what your log says about the refusal"
                    .to_owned(),
            ),
        },
        Answered::Status(status @ (404 | 405 | 410)) => (
            Kind::Configuration,
            Sure::Likely,
            with(status),
            format!("{url} is not the path of the endpoint, or it takes no POST"),
            format!("correct url in {section}, and look whether a proxy before your application changes the path"),
        ),
        Answered::Status(status @ 300..=399) => (
            Kind::Configuration,
            Sure::Likely,
            with(status),
            format!(
                "{url} leads to another address, and the platform follows no redirects: a slash too many or too few, \
                 http instead of https, or a login page"
            ),
            format!("name the last address in url of {section}"),
        ),
        Answered::Status(status @ (415 | 422)) => (
            Kind::Implementation,
            Sure::Possible,
            with(status),
            "the endpoint does not read what the platform sends".to_owned(),
            "look at the request in report.html, and at what your log says about it".to_owned(),
        ),
        Answered::Status(429) => (
            Kind::Configuration,
            Sure::Likely,
            with(429),
            "a rate limit of the endpoint is below what this run sends".to_owned(),
            "lower in_flight and per_second in [limits], or exempt the test system from the limit".to_owned(),
        ),
        Answered::Status(status @ (502..=504)) => (
            Kind::Environment,
            Sure::Likely,
            title(&format!("answers every good {what} with status {status}")),
            "a proxy or load balancer answers for an application that is down or does not answer it".to_owned(),
            "start the application behind it, and look at the log of the proxy".to_owned(),
        ),
        Answered::Status(status @ 500..) => (
            Kind::Implementation,
            Sure::Likely,
            title(&format!("breaks on every good {what}: status {status}")),
            "your program fails before it is done with a message, often on a missing table, a migration or a service \
             that it needs"
                .to_owned(),
            "look for the error in your own log at the time of one of the deliveries".to_owned(),
        ),
        Answered::Status(status) => (
            Kind::Implementation,
            Sure::Possible,
            with(status),
            "the endpoint answers something that is no acknowledgement".to_owned(),
            "answer 2xx once the message is kept, and look at what your log says about it".to_owned(),
        ),
        Answered::Not(NoAnswer::Connect) => (
            Kind::Environment,
            Sure::Likely,
            title("is not there"),
            format!("nobody takes connections at {url} ({detail})"),
            "start the endpoint; if it runs, look at its address, the port and what stands between".to_owned(),
        ),
        Answered::Not(NoAnswer::Tls) => (
            Kind::Environment,
            Sure::Likely,
            title("makes no TLS connection"),
            format!("the handshake fails ({detail})"),
            format!("renew the certificate, or name the authority behind a test certificate as trust in {section}"),
        ),
        Answered::Not(NoAnswer::Timeout) => (
            Kind::Implementation,
            Sure::Possible,
            title(&format!("answers no good {what} in time")),
            "the endpoint does its whole work, or waits for something, before it answers".to_owned(),
            "acknowledge once the message is kept and work afterwards; if it never answers, look where it hangs"
                .to_owned(),
        ),
        Answered::Not(NoAnswer::Broken) => (
            Kind::Environment,
            Sure::Possible,
            title("breaks off every connection before it answers"),
            format!("the program behind it crashes, or a proxy cuts it off ({detail})"),
            "look for a crash in your own log, and at the limits of the proxy".to_owned(),
        ),
        Answered::Not(NoAnswer::NotHttp) => (
            Kind::Configuration,
            Sure::Likely,
            title("does not speak HTTP"),
            format!("{url} leads to another service, or http and https are mixed up ({detail})"),
            format!("correct scheme and port of url in {section}"),
        ),
    };
    Draft {
        kind,
        sure,
        title,
        likely,
        next,
        sections: vec![section.to_owned()],
    }
}

/// Tries that found nobody after the last answer, at least.
const LOST: usize = 3;

/// A partner, or one of its doors, that answered and then no more.
pub(super) fn died(among: &mut Among<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let after = |moments: &[Micros], last: Micros| moments.iter().filter(|moment| **moment > last).count();
    if let Some(last) = among.all.last_sign {
        let lost = after(&among.all.gone, last);
        if lost >= LOST {
            let draft = gone(among, "the partner", last, lost, Vec::new());
            causes.extend(among.claim(draft, |row, signs| {
                signs.gone.iter().find(|moment| **moment > last)?;
                explained_by_loss(row)
            }));
        }
    }
    for (door, at) in doors(&among.all) {
        let Some(last) = at.last_answer else { continue };
        let lost = after(&at.lost, last);
        if lost < LOST {
            continue;
        }
        let section = door.section();
        let what = format!("the endpoint of {section}");
        let draft = gone(among, &what, last, lost, vec![section.to_owned()]);
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

fn gone(among: &Among<'_>, what: &str, last: Micros, lost: usize, sections: Vec<String>) -> Draft {
    let detail = among.all.doors.values().find_map(|at| at.detail.clone());
    let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
    Draft {
        kind: Kind::Environment,
        sure: Sure::Likely,
        title: format!("{what} was gone from {:.1} s of the run on", last.seconds()),
        likely: format!(
            "it was stopped, was restarted elsewhere, or crashed: {lost} tries after its last answer found nobody{detail}"
        ),
        next: "look at what your log says about its end, start it again, and run what did not pass with --failed"
            .to_owned(),
        sections,
    }
}

fn explained_by_loss(row: &Row) -> Option<Fit> {
    fit(row, is_nothing_came, |reason| !asks_for_declaration(reason))
}
