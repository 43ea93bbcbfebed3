//! Many deliveries: what they need, how they are sent together or at a pace, and how the platform
//! delivers again what was put off.

use std::{sync::Arc, time::Duration};

use cucumber::{given, then, when};
use futures::{StreamExt as _, future::join_all, stream::FuturesUnordered};

use super::{
    compose::{Composed, right},
    expect::millis,
    stop::Stop,
    world::Example,
};
use crate::{
    actors::{
        deliverer::message::Delivered,
        fixtures::{Needed, Prepared},
    },
    checks::{acknowledgement::is_success, check::Check, effect::Target},
    config::subject::Subject,
    transcript::{
        exchange::{Fate, Form, Intent, Role},
        observation::{EffectKind, Moment},
        record,
    },
    wire::{
        event::{Event, EventType},
        money::Money,
        tampering::Writing,
    },
};

/// Attempts after the first one that the platform makes before such a case gives an event up.
const REDELIVERIES: usize = 4;
/// Answers up to this time are never called slow.
const TREND_FLOOR: u64 = 100;

impl Example {
    /// Signs an event for a delivery with that role.
    pub(super) fn compose(
        &mut self,
        role: Role,
        event: &Event,
        reference: &str,
    ) -> Result<(Intent, Composed), Stop> {
        let composed = self.sign(|signing, random| right(signing, event, Writing::Plain, random))?;
        Ok((
            self.intent(role, Form::Right(Writing::Plain), event, reference),
            composed,
        ))
    }

    /// Sends all of them at once, as far as the limits of the partner let them go.
    pub(super) async fn send_all(
        &mut self,
        messages: Vec<(Intent, Composed)>,
    ) -> Result<Vec<Delivered>, Stop> {
        let context = Arc::clone(&self.context);
        let scope = self.scope.clone();
        let mut sending = Vec::new();
        for (intent, composed) in messages {
            let (message, _) = self.message(composed)?;
            sending.push(context.deliverer.deliver(&scope, intent, message));
        }
        Ok(join_all(sending).await)
    }

    /// Delivers events again that were not taken, all of them after each of the platform's pauses, until
    /// they are taken or marked failed.
    pub(super) async fn deliver_again(&mut self, mut open: Vec<(Event, String)>) -> Result<(), Stop> {
        let pauses = self.context.profile.retry_pauses();
        let mut attempts = 1;
        for pause in pauses.into_iter().take(REDELIVERIES) {
            if open.is_empty() {
                return Ok(());
            }
            self.pause(pause).await;
            attempts += 1;
            let mut messages = Vec::new();
            for (event, reference) in &open {
                messages.push(self.compose(Role::Stimulus, event, reference)?);
            }
            let sent = self.send_all(messages).await?;
            let mut left = Vec::new();
            for ((event, reference), delivered) in open.into_iter().zip(sent) {
                if is_success(delivered.delivery().status()) {
                    self.settled(&event.id, attempts, true);
                } else {
                    left.push((event, reference));
                }
            }
            open = left;
        }
        for (event, _) in open {
            self.settled(&event.id, attempts, false);
        }
        Ok(())
    }

    fn settled(&self, id: &str, attempts: u32, kept: bool) {
        let id = id.to_owned();
        self.context.recorder.record(
            Some(&self.scope),
            record::Event::Settled(Fate { id, attempts, kept }),
        );
    }

    /// Prepares orders one after the other, so that preparing them is no load.
    pub(super) async fn prepare_many(&mut self, count: u32) -> Result<(), Stop> {
        for _ in 0..count {
            let prepared = self
                .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
                .await?;
            self.many.push(prepared);
        }
        Ok(())
    }

    /// Reads every prepared order right before the stimulus.
    pub(super) async fn snapshot_many(&mut self) {
        for target in order_targets(&self.many) {
            self.look(&target, Moment::Before).await;
        }
    }

    /// Stops where the partner's own limits forbid what the case is about. Nothing was sent then.
    pub(super) fn within_limits(&self, together: u32, per_second: u32, what: &str) -> Result<(), Stop> {
        let limits = &self.context.limits;
        let too_low = |key: &str, declared: u32, needed: u32| {
            Stop::Inconclusive(format!(
                "{what} needs {key} = {needed}, and [limits] allows {declared}; raise it if your sandbox bears it"
            ))
        };
        if limits.in_flight < together {
            return Err(too_low("in_flight", limits.in_flight, together));
        }
        if limits.per_second < per_second {
            return Err(too_low("per_second", limits.per_second, per_second));
        }
        Ok(())
    }
}

/// What a payment of each of the orders touches.
pub(super) fn order_targets(orders: &[Prepared]) -> Vec<Target> {
    let target = |prepared: &Prepared| Target {
        kind: EffectKind::Order,
        reference: prepared.references.order.clone(),
    };
    orders.iter().map(target).collect()
}

fn kinds_in_scope(example: &Example) -> Vec<EventType> {
    EventType::ALL
        .into_iter()
        .filter(|kind| example.context.in_scope.contains(kind))
        .collect()
}

/// How many deliveries the steady traffic has.
fn sustained_count(example: &Example) -> u32 {
    let profile = &example.context.profile;
    let seconds = u32::try_from(profile.burst_sustained_for().as_secs()).unwrap_or(u32::MAX);
    seconds.saturating_mul(*profile.burst_sustained_rate())
}

#[given("a pending order for each round of steady traffic")]
async fn orders_for_steady_traffic(example: &mut Example) -> Result<(), Stop> {
    let kinds = u32::try_from(kinds_in_scope(example).len()).unwrap_or(1).max(1);
    let count = sustained_count(example).div_ceil(kinds);
    example.prepare_many(count).await
}

#[when("events of all types in scope are delivered at a steady pace")]
async fn steady_traffic(example: &mut Example) -> Result<(), Stop> {
    let rate = *example.context.profile.burst_sustained_rate();
    example.within_limits(rate, rate, "steady traffic")?;
    let kinds = kinds_in_scope(example);
    let gap = Duration::from_secs(1) / rate.max(1);
    // The probes and starts before it must not take from its pace.
    example.pause(Duration::from_secs(1)).await;
    let context = Arc::clone(&example.context);
    let scope = example.scope.clone();
    let mut under_way = FuturesUnordered::new();
    let mut tick = tokio::time::interval(gap);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for number in 0..sustained_count(example) as usize {
        // The clock decides when the next one leaves, not the partner's answers.
        loop {
            tokio::select! {
                biased;
                _ = tick.tick() => break,
                Some(_) = under_way.next(), if !under_way.is_empty() => {}
            }
        }
        let Some(prepared) = example.many.get(number / kinds.len()).cloned() else {
            break;
        };
        let event = example.event(kinds[number % kinds.len()], &prepared);
        let (intent, composed) = example.compose(Role::Stimulus, &event, &prepared.references.order)?;
        let (message, _) = example.message(composed)?;
        let (context, scope) = (Arc::clone(&context), scope.clone());
        under_way.push(async move { context.deliverer.deliver(&scope, intent, message).await });
    }
    while under_way.next().await.is_some() {}
    Ok(())
}

#[then("at least 99 of 100 are acknowledged")]
fn steadily_acknowledged(example: &mut Example) {
    example.check(Check::SteadilyAcknowledged);
}

#[then("95 of 100 are acknowledged within 2 seconds")]
fn steadily_quick(example: &mut Example) {
    let within = millis(example.context.profile.sustained_limit());
    example.check(Check::SteadilyQuick { within });
}

#[then("the answers do not get slower while it lasts")]
fn not_slowing(example: &mut Example) {
    let time = millis(example.context.profile.burst_sustained_for());
    let floor = TREND_FLOOR;
    example.check(Check::NotSlowing { time, floor });
}
