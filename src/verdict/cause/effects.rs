//! Effects that nobody can read, or that never change.

use super::{
    among::{Among, Draft, asks_for_declaration, doors, fit, is_nothing_came, kept, section},
    inaction::Inaction,
    signs::{AtEffect, Door},
    told::{Cause, Kind, Sure},
};
use crate::transcript::observation::EffectKind;

/// What must have been tried before it can be said to happen always.
const OFTEN: u64 = 3;

/// Channels that failed whenever they were asked, told together where they give the same answer.
pub(super) fn unreadable(among: &mut Among<'_>) -> Vec<Cause> {
    let failing: Vec<(EffectKind, AtEffect)> = among
        .all
        .effects
        .iter()
        .filter(|(_, at)| at.failed > 0 && at.read == 0)
        .map(|(kind, at)| (*kind, at.clone()))
        .collect();
    let mut answers: Vec<(String, Vec<EffectKind>)> = Vec::new();
    for (kind, at) in failing {
        let why = at.why.unwrap_or_default();
        match answers.iter_mut().find(|(known, _)| *known == why) {
            Some((_, kinds)) => kinds.push(kind),
            None => answers.push((why, vec![kind])),
        }
    }
    let mut causes = Vec::new();
    for (why, kinds) in answers {
        let sections: Vec<String> = kinds.iter().map(|kind| section(*kind)).collect();
        let names = sections.join(", ");
        let (kind, likely, next) = explained(&why, &names);
        let draft = Draft {
            kind,
            sure: Sure::Certain,
            title: format!("no effect can be read through {names}: {why}"),
            likely,
            next,
            sections,
        };
        causes.extend(among.claim(draft, |row, signs| {
            let failed = |kind: &EffectKind| signs.effects.get(kind).is_some_and(|at| at.failed > 0);
            if !kinds.iter().any(failed) {
                return None;
            }
            fit(row, is_nothing_came, |reason| {
                reason.contains("could not be read") || reason.contains("had no effect on")
            })
        }));
    }
    causes
}

fn explained(why: &str, names: &str) -> (Kind, String, String) {
    let says = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if says(&["status 401", "status 403"]) {
        (
            Kind::Configuration,
            "the address wants to know who asks, and the probe brings no credential, or another one"
                .to_owned(),
            format!("give {names} the headers that the address asks for, with their secret in a variable"),
        )
    } else if says(&["status 404", "status 405", "status 410"]) {
        (
            Kind::Configuration,
            "the address is not the one under which your system answers, or the answer means that there is no such object"
                .to_owned(),
            format!("correct url in {names}; where the status means an absent object, list it in absent_status"),
        )
    } else if says(&["status 5"]) {
        (
            Kind::Environment,
            "what answers there is broken or not started".to_owned(),
            "look at its own log, and ask it by hand with curl".to_owned(),
        )
    } else if says(&["status "]) {
        (
            Kind::Configuration,
            "the address answers, but not with a reading".to_owned(),
            format!("ask it by hand with curl, and correct url, method and headers in {names}"),
        )
    } else if says(&[
        "onnect",
        "resolve",
        "dns",
        "timed out",
        "in time",
        "TLS",
        "certificate",
    ]) {
        (
            Kind::Environment,
            "what shows the effects is not running, or cannot be reached from this machine".to_owned(),
            format!("start it, or correct url in {names}, and ask it by hand with curl"),
        )
    } else {
        (
            Kind::Configuration,
            "the keys of the section do not fit what the channel answers".to_owned(),
            format!("look at one answer by hand, and let the keys of {names} point to what it holds"),
        )
    }
}

/// Effects that did not change once although the endpoint kept what it got.
pub(super) fn unmoved(among: &mut Among<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (door, at) in doors(&among.all) {
        let (took, _) = kept(&at);
        let kinds: Vec<EffectKind> = among
            .all
            .effects
            .iter()
            .filter(|(kind, at)| {
                door_of(**kind) == door && at.read > 0 && at.compared >= OFTEN && at.moved == 0
            })
            .map(|(kind, _)| *kind)
            .collect();
        if took < OFTEN || kinds.is_empty() {
            continue;
        }
        let sections: Vec<String> = kinds.iter().map(|kind| section(*kind)).collect();
        let names = sections.join(", ");
        let verifies = at.forged_kept == 0 && at.forged_refused > 0;
        let logged = among.all.log.found > 0;
        let title = format!(
            "{} answers 2xx, but the count of {names} did not change once in {} readings",
            door.section(),
            kinds
                .iter()
                .filter_map(|kind| among.all.effects.get(kind))
                .map(|at| at.compared)
                .sum::<u64>()
        );
        let unexplained = Draft {
            kind: if verifies || logged {
                Kind::Configuration
            } else {
                Kind::Implementation
            },
            sure: if logged { Sure::Likely } else { Sure::Possible },
            title: title.clone(),
            likely: if verifies || logged {
                format!(
                    "count in {names} points to something else than what a delivery brings about, or the worker that \
                     does the work after the answer does not run{}",
                    if logged {
                        "; the log does tell of deliveries"
                    } else {
                        ""
                    }
                )
            } else {
                "the endpoint acknowledges whatever comes and does nothing with it, or count points to something else \
                 than what a delivery brings about"
                    .to_owned()
            },
            next: format!(
                "deliver one event and look by hand whether your system acted on it: if it did, correct count in \
                 {names}; if not, start the worker or look at its log"
            ),
            sections,
        };
        let explained = Inaction::of(among, &kinds, title).explained();
        let draft = explained.unwrap_or(unexplained);
        causes.extend(among.claim(draft, |row, signs| {
            let watched = |kind: &EffectKind| signs.effects.get(kind).is_some_and(|at| at.read > 0);
            if !kinds.iter().any(watched) {
                return None;
            }
            fit(row, is_nothing_came, |reason| {
                !asks_for_declaration(reason) && !reason.contains("could not be read")
            })
        }));
    }
    causes
}

/// Where the messages come in that move it.
fn door_of(kind: EffectKind) -> Door {
    match kind {
        EffectKind::Order | EffectKind::Policy | EffectKind::Claim => Door::Webhook,
        EffectKind::Subscription => Door::Callback,
    }
}
