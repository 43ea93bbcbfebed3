//! The same event more than once, and many events in a row.

use std::sync::Arc;

use cucumber::when;

use super::{
    compose::{Composed, right},
    deliver::event_type,
    stop::Stop,
    world::Example,
};
use crate::{
    actors::fixtures::Needed,
    checks::acknowledgement::is_success,
    config::subject::Subject,
    transcript::exchange::{Form, Role},
    wire::{
        event::{Event, EventType},
        money::Money,
        tampering::Writing,
    },
};

impl Example {
    async fn copy(&mut self, event: &Event, composed: Composed) -> Result<(), Stop> {
        let reference = self.target()?.reference;
        let intent = self.intent(Role::Stimulus, Form::Right(Writing::Plain), event, &reference);
        self.send(intent, composed).await.map(drop)
    }

    async fn begin_copies(&mut self, kind: &str) -> Result<Event, Stop> {
        let prepared = self.prepared()?.clone();
        let event = self.event(event_type(kind)?, &prepared);
        self.snapshot().await?;
        self.carry(&event, &prepared, Writing::Plain);
        Ok(event)
    }

    /// The events that must have come before one of this type makes sense, and the target of it.
    pub(super) async fn history_for(&mut self, kind: EventType) -> Result<(), Stop> {
        use EventType::{
            ClaimSubmitted, ClaimUpdated, PaymentSuccess, PolicyCancelled, PolicyIssued, RefundProcessed,
        };
        let earlier: &[EventType] = match kind {
            RefundProcessed => &[PaymentSuccess],
            PolicyCancelled | ClaimSubmitted => &[PaymentSuccess, PolicyIssued],
            ClaimUpdated => &[PaymentSuccess, PolicyIssued, ClaimSubmitted],
            _ => &[],
        };
        let prepared = self.prepared()?.clone();
        for kind in earlier
            .iter()
            .filter(|kind| self.context.in_scope.contains(*kind))
            .copied()
            .collect::<Vec<_>>()
        {
            let event = self.event(kind, &prepared);
            let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
            let intent = self.intent(
                Role::Probe,
                Form::Right(Writing::Plain),
                &event,
                &prepared.references.order,
            );
            self.send(intent, composed).await?;
        }
        Ok(())
    }
}

#[when(regex = r"^the same ([a-z.]+) is delivered 3 times$")]
async fn three_times(example: &mut Example, kind: String) -> Result<(), Stop> {
    let event = example.begin_copies(&kind).await?;
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let gap = example.context.profile.redelivery_gap();
    for number in 0..3 {
        if number > 0 {
            example.pause(gap).await;
        }
        example.copy(&event, composed.clone()).await?;
    }
    Ok(())
}

#[when(regex = r"^the same ([a-z.]+) is delivered (\d+) times, signed anew each time$")]
async fn signed_anew(example: &mut Example, kind: String, count: u32) -> Result<(), Stop> {
    let event = example.begin_copies(&kind).await?;
    let gap = example.context.profile.redelivery_span() / count.saturating_sub(1).max(1);
    for number in 0..count {
        if number > 0 {
            example.pause(gap).await;
        }
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        example.copy(&event, composed).await?;
    }
    Ok(())
}

#[when(regex = r"^the same ([a-z.]+) is delivered on (\d+) connections at once, and once more afterwards$")]
async fn at_once(example: &mut Example, kind: String, count: u32) -> Result<(), Stop> {
    let event = example.begin_copies(&kind).await?;
    let reference = example.target()?.reference;
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let intents = (0..count)
        .map(|_| example.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference))
        .collect();
    let (message, _) = example.message(composed)?;
    let raw = example.context.deliverer.raw();
    let burst = raw.burst(&example.scope, intents, message).await;
    example.note(format!(
        "{count} copies were completed within {} microseconds",
        burst.spread.0
    ));
    let target = example.target()?;
    example.settle(&target, 1).await;
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    example.copy(&event, composed).await
}

#[when(regex = r"^(\d+) correctly signed deliveries of all event types in scope follow one another$")]
async fn a_mixed_row(example: &mut Example, count: u32) -> Result<(), Stop> {
    let context = Arc::clone(&example.context);
    let within = context.profile.ack_deadline() + context.profile.ack_allowance();
    let kinds: Vec<EventType> = EventType::ALL
        .into_iter()
        .filter(|kind| context.in_scope.contains(kind))
        .collect();
    let mut latencies = Vec::new();
    let mut prepared = None;
    for (kind, number) in kinds.iter().cycle().zip(0..count) {
        // A new order for each round, so that every event finds its references in a sensible state.
        if prepared.is_none() || (number as usize).is_multiple_of(kinds.len()) {
            prepared = Some(
                example
                    .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
                    .await?,
            );
        }
        let Some(now) = prepared.clone() else { continue };
        let event = example.event(*kind, &now);
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(
            Role::Stimulus,
            Form::Right(Writing::Plain),
            &event,
            &now.references.order,
        );
        let delivered = example.send(intent, composed).await?;
        let latency = delivered.delivery().latency_millis();
        latencies.push(latency);
        // One late or failed answer decides the attempt; the rest would only cost time.
        if u128::from(latency) > within.as_millis() || !is_success(delivered.delivery().status()) {
            return Ok(());
        }
    }
    latencies.sort_unstable();
    let slow = latencies
        .get(latencies.len() * 95 / 100)
        .copied()
        .unwrap_or_default();
    if u128::from(slow) > context.profile.ack_note().as_millis() {
        example.note(format!(
            "the 95th percentile of the acknowledgement time is {slow} ms"
        ));
    }
    Ok(())
}
