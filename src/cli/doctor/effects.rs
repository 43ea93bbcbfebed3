//! Whether effects are read where the file says.

use std::collections::BTreeMap;

use super::{
    bench::Bench,
    reach::{self, Endpoint},
    report::{Section, Standing},
};
use crate::{
    config::{effects::Effect, subject::Subject},
    steps::look::{
        effect::{after, before, section, unknown_reference},
        said::Said,
        trial::Sent,
    },
    transcript::{
        look::{Code, Finding},
        observation::EffectKind,
    },
};

/// What is known of each kind before anything was delivered: whether its count can be watched.
pub type Watched = BTreeMap<EffectKind, bool>;

/// The kind of a subject.
pub fn kind(subject: Subject) -> EffectKind {
    match subject {
        Subject::Order => EffectKind::Order,
        Subject::Policy => EffectKind::Policy,
        Subject::Claim => EffectKind::Claim,
        Subject::Subscription => EffectKind::Subscription,
    }
}

/// Reads a reference of each kind that nobody made.
pub async fn unknown(bench: &Bench, endpoints: &[Endpoint], into: &mut Section) -> Watched {
    let mut watched = Watched::new();
    for (subject, effect) in &bench.config.effects {
        let kind = kind(*subject);
        let place = section(kind);
        if let Some(why) = bench.lacks(&format!("effects.{subject}")) {
            into.not_checked(&place, why);
            continue;
        }
        match effect {
            Effect::Manual { .. } => {
                into.not_checked(&place, "a person is asked");
                continue;
            }
            Effect::Http {
                call, absent_status, ..
            } => {
                absent(&place, absent_status, into);
                if let Some(other) = reach::down(endpoints, &call.target.url) {
                    into.not_checked(&place, format!("the same address as that of {other} is down"));
                    continue;
                }
            }
            Effect::Command { .. } | Effect::Log { .. } => {}
        }
        let finding = unknown_reference(&bench.context, &bench.scope, kind).await;
        if let (Effect::Log { .. }, Some(Code::EffectSilent)) = (effect, finding.as_ref().map(|it| it.code)) {
            into.not_checked(
                &place,
                format!("an unknown {subject}: the log cannot be read yet; it may come with the first line"),
            );
            watched.insert(kind, true);
            continue;
        }
        watched.insert(kind, finding.is_none());
        if let Some(finding) = finding {
            into.finding(Standing::Problem, finding);
        } else {
            into.ok(&place, format!("of an unknown {subject}, 0 is read"));
        }
    }
    if bench.config.effects.is_empty() {
        into.warning(
            "[effects]",
            "nothing is declared, so only answers are seen and no effect",
            "add [effects.order] first; what it unlocks stands below",
        );
    }
    watched
}

/// A refusal for want of credentials says nothing about the object.
fn absent(place: &str, statuses: &[u16], into: &mut Section) {
    let denied: Vec<String> = statuses
        .iter()
        .filter(|status| matches!(status, 401 | 403))
        .map(ToString::to_string)
        .collect();
    if !denied.is_empty() {
        into.warning(
            &format!("{place} absent_status"),
            format!(
                "lists {}: missing credentials would be taken for \"nothing happened\", and every silence would pass",
                denied.join(" and ")
            ),
            format!("take it out, and give the credentials in {place} headers"),
        );
    }
}

/// Whether the count of an object that is about to be delivered can be watched.
pub async fn ready(
    bench: &Bench,
    watched: &Watched,
    kind: EffectKind,
    reference: &str,
    into: &mut Section,
) -> bool {
    if watched.get(&kind) != Some(&true) {
        return false;
    }
    match before(&bench.context, &bench.scope, kind, reference).await {
        Ok(()) => true,
        Err(finding) => {
            if let Some(finding) = finding {
                into.finding(Standing::Problem, finding);
            }
            false
        }
    }
}

/// Whether the count went from 0 to 1 with the delivery that was taken.
pub async fn moved(bench: &Bench, kind: EffectKind, sent: &Sent, said: Said, into: &mut Section) {
    let findings: Vec<Finding> = after(&bench.context, &bench.scope, kind, sent, async { said }).await;
    if findings.is_empty() {
        into.ok(
            &section(kind),
            format!(
                "the good message moved the count of {} from 0 to 1, and every declared place has a value",
                sent.reference
            ),
        );
    }
    for finding in findings {
        into.finding(Standing::Problem, finding);
    }
}
