//! Events about many things at once: none of them may rub off on another.

use std::sync::Arc;

use cucumber::{given, then, when};
use futures::future::join_all;
use serde_json::json;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    actors::fixtures::{Needed, Prepared},
    checks::{check::Check, effect::Target, ownership::End},
    config::{host::rfc3339, subject::Subject},
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment, Reading},
    },
    wire::{event::EventType, money::Money, tampering::Writing},
};

use EventType::{PaymentFailed, PaymentSuccess, PolicyCancelled, PolicyIssued};

/// What is prepared, and how each of them must end: fewest effects, most effects, states.
const THINGS: [(Subject, u64, u64, &[&str]); 5] = [
    (Subject::Order, 1, 1, &["paid"]),
    (Subject::Order, 0, 0, &["failed", "pending"]),
    (Subject::Order, 1, 1, &["paid"]),
    (Subject::Policy, 0, 1, &["cancelled"]),
    (Subject::Policy, 1, 1, &["issued", "active"]),
];

/// The events, each with the place of the thing it is about. Those of a wave are under way together; the
/// next wave follows when all are answered, so that two events about one thing keep their order. Both
/// successes are in one wave with a failure: whatever shared place holds the current order, one of the
/// three must go wrong.
const WAVES: [&[(usize, EventType)]; 3] = [
    &[
        (0, PaymentFailed),
        (3, PolicyIssued),
        (1, PaymentFailed),
        (4, PolicyIssued),
        (2, PaymentFailed),
    ],
    &[
        (2, PaymentSuccess),
        (1, PaymentFailed),
        (3, PolicyCancelled),
        (0, PaymentSuccess),
    ],
    &[(1, PaymentFailed)],
];

fn target(subject: Subject, prepared: &Prepared) -> Target {
    let (kind, reference) = match subject {
        Subject::Policy => (EffectKind::Policy, &prepared.references.policy),
        _ => (EffectKind::Order, &prepared.references.order),
    };
    Target {
        kind,
        reference: reference.clone(),
    }
}

fn ends(several: &[Prepared]) -> Vec<End> {
    THINGS
        .iter()
        .zip(several)
        .map(|((subject, at_least, at_most, states), prepared)| End {
            target: target(*subject, prepared),
            at_least: *at_least,
            at_most: *at_most,
            one_of: states.iter().map(|state| (*state).to_owned()).collect(),
        })
        .collect()
}

fn right_end(end: &End, reading: &Reading) -> bool {
    let state = reading.state.as_ref();
    reading.count >= end.at_least && state.is_none_or(|state| end.one_of.contains(state))
}

#[given(regex = r"^three pending orders of (\d+\.\d\d) ([A-Z]{3}) and two requested policies$")]
async fn five(example: &mut Example, amount: String, currency: String) -> Result<(), Stop> {
    let amount = Money::parse(&amount, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    for (subject, ..) in THINGS {
        let prepared = example.fresh(Needed::new(subject, amount.clone())).await?;
        example.several.push(prepared);
    }
    Ok(())
}

#[when("ten correctly signed events for them are delivered interleaved, without a pause")]
async fn interleaved(example: &mut Example) -> Result<(), Stop> {
    let several = example.several.clone();
    for end in ends(&several) {
        example.look(&end.target, Moment::Before).await;
    }
    let mut newest = 0;
    for wave in WAVES {
        let mut parcels = Vec::new();
        for (place, kind) in wave {
            let (Some(prepared), Some((subject, ..))) = (several.get(*place), THINGS.get(*place)) else {
                return Err(Stop::Harness("the feature prepares too few things".to_owned()));
            };
            let mut event = example.event(*kind, prepared);
            // No two events of the same moment: whoever sorts by time must be able to.
            newest = example.context.clock().unix_millis().max(newest + 1);
            event.created_at = rfc3339(newest);
            if event.data.contains_key("transaction_id") {
                let attempt = format!("txn_{}", example.letters(12));
                event.data.insert("transaction_id".to_owned(), json!(attempt));
            }
            let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
            let reference = target(*subject, prepared).reference;
            let intent = example.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference);
            parcels.push((intent, example.message(composed)?.0));
        }
        let (context, scope) = (&example.context, &example.scope);
        join_all(
            parcels
                .into_iter()
                .map(|(intent, message)| context.deliverer.deliver(scope, intent, message)),
        )
        .await;
    }
    Ok(())
}

#[then("each order and each policy ends as its own last event says, and stays so")]
async fn each_its_own(example: &mut Example) -> Result<(), Stop> {
    let ends = ends(&example.several);
    let (context, scope) = (Arc::clone(&example.context), example.scope.clone());
    let wished = ends.clone();
    example
        .idle(async move {
            let window = context.profile.settle();
            let waits = wished.iter().map(|end| async {
                let (target, ended) = (&end.target, |reading: &Reading| right_end(end, reading));
                context
                    .effects
                    .until(&scope, target.kind, &target.reference, window, false, &ended)
                    .await
            });
            join_all(waits).await;
        })
        .await;
    example.silence().await;
    for end in &ends {
        example.look(&end.target, Moment::After).await;
    }
    example.check(Check::EachItsOwn { ends });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_events_end_as_the_table_says() {
        let events: Vec<_> = WAVES.iter().flat_map(|wave| wave.iter()).collect();
        assert_eq!(events.len(), 10);
        for (place, (subject, _, at_most, states)) in THINGS.iter().enumerate() {
            let own: Vec<_> = events.iter().filter(|(about, _)| *about == place).collect();
            let last = own.last().unwrap().1;
            let state = if last == PaymentSuccess {
                "paid"
            } else {
                last.status()
            };
            assert_eq!(states[0], state);
            let effects = own
                .iter()
                .filter(|(_, kind)| matches!(kind, PaymentSuccess | PolicyIssued));
            assert_eq!(u64::try_from(effects.count()).unwrap(), *at_most);
            let policy = matches!(last, PolicyIssued | PolicyCancelled);
            assert_eq!(*subject == Subject::Policy, policy);
        }
    }

    #[test]
    fn no_wave_has_two_events_about_one_thing() {
        for wave in WAVES {
            let mut places: Vec<_> = wave.iter().map(|(place, _)| place).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), wave.len());
        }
    }
}
