//! Attacks that must not lock the platform out: a stream of forgeries, and connections that never get on.

use std::{pin::pin, sync::Arc, time::Duration};

use super::{stop::Stop, world::Example};
use crate::{
    actors::deliverer::raw::Shape,
    transcript::exchange::Role,
    wire::{event::EventType, moment::Micros},
};
use cucumber::{given, then, when};
use futures::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};

/// Time between the beginning of an attack and the first good delivery.
const HEAD_START: Duration = Duration::from_millis(300);
/// How much longer than a good delivery may take the slow connections stay, so that they cannot be
/// waited out.
const LINGER: Duration = Duration::from_millis(700);
const A_SECOND: Duration = Duration::from_secs(1);

type UnderWay = FuturesUnordered<BoxFuture<'static, ()>>;

/// Good deliveries of an attack: one a second.
fn good_count(example: &Example) -> u32 {
    u32::try_from(example.context.profile.attack_for().as_secs())
        .unwrap_or(u32::MAX)
        .max(1)
}

impl Example {
    /// Waits until so much time has passed since `from`, while what is under way goes on.
    async fn meanwhile(&self, under_way: &mut UnderWay, from: Micros, passed: Duration) {
        let already = Duration::from_micros(self.context.clock().now().0.saturating_sub(from.0));
        let mut rest = pin!(tokio::time::sleep(passed.saturating_sub(already)));
        loop {
            tokio::select! {
                biased;
                () = rest.as_mut() => return,
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
            }
        }
    }

    /// Sends the good delivery with this number without waiting for its answer.
    fn begin_good(&mut self, number: usize, under_way: &UnderWay) -> Result<(), Stop> {
        let Some(prepared) = self.many.get(number).cloned() else {
            return Ok(());
        };
        let event = self.event(EventType::PaymentSuccess, &prepared);
        let (intent, composed) = self.compose(Role::Stimulus, &event, &prepared.references.order)?;
        let (message, _) = self.message(composed)?;
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        under_way.push(Box::pin(async move {
            context.deliverer.deliver(&scope, intent, message).await;
        }));
        Ok(())
    }

    fn begin_forged(&mut self, under_way: &UnderWay) -> Result<(), Stop> {
        let victim = self.prepared()?.clone();
        let (intent, composed) = self.forged_payment(&victim)?;
        let (message, _) = self.message(composed)?;
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        under_way.push(Box::pin(async move {
            context.deliverer.deliver(&scope, intent, message).await;
        }));
        Ok(())
    }

    fn begin_slow(&mut self, lasting: Duration, under_way: &UnderWay) -> Result<(), Stop> {
        let victim = self.prepared()?.clone();
        let event = self.event(EventType::PaymentSuccess, &victim);
        let (intent, composed) = self.compose(Role::Probe, &event, &victim.references.order)?;
        let (mut message, _) = self.message(composed)?;
        message.timeout = Some(lasting);
        let shape = Shape::Pieces {
            bytes: 1,
            pause: A_SECOND,
        };
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        under_way.push(Box::pin(async move {
            context
                .deliverer
                .raw()
                .deliver(&scope, intent, message, shape)
                .await;
        }));
        Ok(())
    }
}

#[given("an order that the attack names, and a pending order for each good delivery")]
async fn orders_for_an_attack(example: &mut Example) -> Result<(), Stop> {
    example.prepare_victim().await?;
    let count = good_count(example);
    example.prepare_many(count).await
}

#[when("forged deliveries come in a stream, and one good payment.success a second between them")]
async fn forgeries(example: &mut Example) -> Result<(), Stop> {
    let rate = *example.context.profile.attack_rate();
    example.within_limits(2, rate + 1, "the stream of forgeries")?;
    example.snapshot().await?;
    example.pause(A_SECOND).await;
    let mut under_way = UnderWay::new();
    let begin = example.context.clock().now();
    for second in 0..good_count(example) {
        for part in 0..rate {
            let passed = A_SECOND * second + A_SECOND * part / rate.max(1);
            example.meanwhile(&mut under_way, begin, passed).await;
            // In the middle of each second, so that the attack is under way.
            if part == rate / 2 {
                example.begin_good(second as usize, &under_way)?;
            }
            example.begin_forged(&under_way)?;
        }
    }
    while under_way.next().await.is_some() {}
    Ok(())
}

#[when("many connections send one byte a second, and one good payment.success a second comes beside them")]
async fn slow_connections(example: &mut Example) -> Result<(), Stop> {
    let count = *example.context.profile.attack_connections();
    // One place more than needed for good deliveries: an answer may take longer than the second to the next.
    example.within_limits(count + 2, count, "the attack with slow connections")?;
    example.snapshot().await?;
    example.pause(A_SECOND).await;
    let profile = &example.context.profile;
    let lasting = profile.attack_for() + profile.ack_deadline() + LINGER;
    let mut under_way = UnderWay::new();
    for _ in 0..count {
        example.begin_slow(lasting, &under_way)?;
    }
    let begin = example.context.clock().now();
    for second in 0..good_count(example) {
        example
            .meanwhile(&mut under_way, begin, HEAD_START + A_SECOND * second)
            .await;
        example.begin_good(second as usize, &under_way)?;
    }
    while under_way.next().await.is_some() {}
    Ok(())
}

#[then("every good delivery is acknowledged in time")]
fn good_ones(example: &mut Example) {
    let within = example.ack_millis();
    example.check(crate::checks::check::Check::Acknowledged { within });
}

#[then("nothing happens to the order that the attack names")]
async fn no_effect(example: &mut Example) -> Result<(), Stop> {
    let victim = example.target()?;
    example
        .nothing_happens_to(&[victim], false, "effect-followed")
        .await;
    Ok(())
}
