//! The look before the first example: whether the effect channels read what the partner's file says they do.
//!
//! A reference that nobody made must count 0, and one good delivery must move the count from 0 to 1. A
//! channel that answers something else would turn right partners red and wrong ones green.

use std::sync::Arc;

use super::{compose::right, context::Context, given::effect_kind, stage::Presence, world::Example};
use crate::{
    actors::{
        effect::Trouble,
        fixtures::{Needed, names},
    },
    checks::acknowledgement::is_success,
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment, Reading},
        record::Scope,
    },
    wire::{event::EventType, money::Money, tampering::Writing},
};

/// What the look found out about the partner's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The declaration does not fit what the channel answers. No run could mean anything.
    Wrong(String),
    /// Something to look at; the partner itself may be the reason.
    Remark(String),
}

/// Reads a reference of each kind that nobody made.
pub async fn unknown_references(context: &Context, scope: &Scope) -> Vec<Found> {
    let unknown = names(context.seed, "before the first example: unknown");
    let looks = context.effects.unattended().into_iter().map(|kind| {
        let reference = match kind {
            EffectKind::Order | EffectKind::Subscription => &unknown.order,
            EffectKind::Policy => &unknown.policy,
            EffectKind::Claim => &unknown.claim,
        };
        async move {
            let read = context
                .effects
                .try_read(scope, kind, reference, Moment::Before)
                .await?;
            judge_unknown(kind, reference, &read)
        }
    });
    futures::future::join_all(looks)
        .await
        .into_iter()
        .flatten()
        .collect()
}

fn judge_unknown(kind: EffectKind, reference: &str, read: &Result<Reading, Trouble>) -> Option<Found> {
    let section = format!("[effects.{}]", kind.name());
    match read {
        Ok(Reading { count: 0, .. }) => None,
        Ok(Reading { count, .. }) => Some(Found::Wrong(format!(
            "{section} count: gives {count} for {reference}, which nobody made, instead of 0; let count point to a \
             number of this reference alone, and check that the address or command uses {{reference}}"
        ))),
        Err(Trouble::Mapping(why)) => Some(Found::Wrong(format!(
            "{section}: cannot be read for {reference}, which nobody made: {why}; let the keys of the section fit \
             the answer, and list the status for absent objects in absent_status"
        ))),
        Err(Trouble::Silent(why)) => Some(Found::Remark(format!(
            "{section}: no reading of {reference}, which nobody made: {why}; it should give 0. If the answer means \
             that there is no such object, list its status in absent_status"
        ))),
    }
}

/// Delivers one good event and looks whether its count goes from 0 to 1.
pub async fn control_delivery(context: Arc<Context>, scope: Scope) -> Vec<Found> {
    let readable = context.effects.unattended();
    let (kind, subject) = if context.in_scope.contains(&EventType::PaymentSuccess) {
        (EventType::PaymentSuccess, Subject::Order)
    } else if context.in_scope.contains(&EventType::PolicyIssued) {
        (EventType::PolicyIssued, Subject::Policy)
    } else {
        return Vec::new();
    };
    if context.webhook.is_none() || !readable.contains(&effect_kind(subject)) {
        return Vec::new();
    }
    let example = Example::begin(
        context,
        scope,
        Presence {
            place: None,
            slot: None,
        },
    );
    // A partner that cannot be prepared or does not take the delivery shows in every example.
    Box::pin(moves(example, kind, subject)).await.unwrap_or_default()
}

async fn moves(
    mut example: Example,
    kind: EventType,
    subject: Subject,
) -> Result<Vec<Found>, super::stop::Stop> {
    let effect = effect_kind(subject);
    let section = format!("[effects.{}]", effect.name());
    let prepared = example.fresh(Needed::new(subject, Money::sen(10_000))).await?;
    let reference = prepared.own.clone();
    let context = Arc::clone(&example.context);
    let scope = example.scope.clone();
    let read = |moment| context.effects.try_read(&scope, effect, &reference, moment);
    match read(Moment::Before).await {
        Some(Ok(Reading { count: 0, .. })) => {}
        Some(Ok(Reading { count, .. })) => {
            return Ok(vec![Found::Wrong(format!(
                "{section} count: gives {count} for {reference} before anything was delivered for it; let count point \
                 to what a delivery brings about, not to the object itself"
            ))]);
        }
        Some(Err(Trouble::Mapping(why))) => return Ok(vec![unreadable(&section, &reference, &why)]),
        _ => return Ok(Vec::new()),
    }
    let event = example.event(kind, &prepared);
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let intent = example.intent(Role::Probe, Form::Right(Writing::Plain), &event, &reference);
    let delivered = example.send(intent, composed).await?;
    if !is_success(delivered.delivery().status()) {
        return Ok(Vec::new());
    }
    let from = context.clock().now();
    loop {
        match read(Moment::After).await {
            Some(Ok(reading)) if reading.count == 1 => {
                return Ok(incomplete(&context, effect, &section, &reading));
            }
            Some(Ok(Reading { count: 0, .. })) => {}
            Some(Ok(Reading { count, .. })) => {
                return Ok(vec![Found::Remark(format!(
                    "{section} count: went from 0 to {count} with one good delivery for {reference}; if the partner \
                     did this once, let count point to a number that one delivery raises by one"
                ))]);
            }
            Some(Err(Trouble::Mapping(why))) => return Ok(vec![unreadable(&section, &reference, &why)]),
            _ => return Ok(Vec::new()),
        }
        let waited = context.clock().now().millis_since(from);
        let settle = context.profile.settle();
        if u128::from(waited) >= settle.as_millis() {
            break;
        }
        tokio::time::sleep(context.profile.settle_poll() * 4).await;
    }
    let logged = match &context.log {
        None => false,
        Some(log) => {
            let seen = log
                .lines_with(&scope, &event.id, context.profile.settle_poll())
                .await;
            seen.lines.iter().any(|line| {
                let result = line.result.as_deref();
                result.is_some_and(|result| context.processed_words.iter().any(|word| word == result))
            })
        }
    };
    let log = if logged {
        ", although the log says that it was processed"
    } else {
        ""
    };
    Ok(vec![Found::Remark(format!(
        "{section} count: stayed 0 after a good {kind} for {reference} was answered with 2xx{log}; if your system did \
         act on it, let count point to the number that changed; if not, the examples will show it"
    ))])
}

fn unreadable(section: &str, reference: &str, why: &str) -> Found {
    Found::Wrong(format!(
        "{section}: cannot be read for {reference}: {why}; let the keys of the section fit the answer"
    ))
}

fn incomplete(context: &Context, kind: EffectKind, section: &str, reading: &Reading) -> Vec<Found> {
    let lacking = context.effects.lacking(kind, reading);
    lacking
        .into_iter()
        .map(|key| {
            Found::Remark(format!(
                "{section} {key}: the answer for a paid object has no value there; correct the place or leave the \
                 key out"
            ))
        })
        .collect()
}
