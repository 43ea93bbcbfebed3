//! A burst: many events within a second, as after an outage.

use std::{sync::Arc, time::Duration};

use cucumber::{given, then, when};
use rand::seq::SliceRandom as _;

use super::{forge::tampered, load::order_targets, stop::Stop, world::Example};
use crate::{
    actors::{
        effect::Expected,
        fixtures::{Needed, Prepared},
    },
    checks::{acknowledgement::is_success, check::Check, effect::Target},
    config::subject::Subject,
    transcript::{
        exchange::{Form, Intent, Role},
        observation::{EffectKind, Moment},
    },
    wire::{event::EventType, money::Money, tampering::Tampering},
};

/// In ten of a burst, so many events come twice and so many forgeries come on top.
const TWICE: u32 = 3;
const FORGED: u32 = 2;
const A_SECOND: Duration = Duration::from_secs(1);

/// What a burst consists of.
struct Mix {
    twice: u32,
    forged: u32,
}

impl Example {
    /// A forged payment for the prepared order.
    pub(super) fn forged_payment(
        &mut self,
        victim: &Prepared,
    ) -> Result<(Intent, super::compose::Composed), Stop> {
        let event = self.event(EventType::PaymentSuccess, victim);
        let tampering = Tampering::RandomKey;
        let composed = self
            .sign(|signing, random| tampered(signing, &event, tampering, &victim.references, None, random))?;
        let reference = victim.references.order.clone();
        let intent = self.intent(Role::Probe, Form::Tampered(tampering), &event, &reference);
        Ok((intent, composed))
    }

    /// Prepares the order that forgeries name, as the target of this example.
    pub(super) async fn prepare_victim(&mut self) -> Result<(), Stop> {
        let victim = self
            .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
            .await?;
        self.target = Some(Target {
            kind: EffectKind::Order,
            reference: victim.references.order.clone(),
        });
        self.prepared = Some(victim);
        Ok(())
    }

    async fn burst(&mut self, mix: &Mix) -> Result<(), Stop> {
        let size = u32::try_from(self.many.len()).unwrap_or(u32::MAX);
        let deliveries = size + mix.twice + mix.forged;
        self.within_limits(1, deliveries, "the burst")?;
        self.snapshot_many().await;
        let victim = if mix.forged == 0 {
            None
        } else {
            self.prepare_victim().await?;
            self.snapshot().await?;
            Some(self.prepared()?.clone())
        };
        // The probes before it must not take from its pace.
        self.pause(A_SECOND).await;
        let mut events = Vec::new();
        for prepared in self.many.clone() {
            let event = self.event(EventType::PaymentSuccess, &prepared);
            events.push((event, prepared.references.order));
        }
        let mut messages = Vec::new();
        for (event, order) in events.iter().chain(events.iter().take(mix.twice as usize)) {
            messages.push(self.compose(Role::Stimulus, event, order)?);
        }
        if let Some(victim) = victim {
            for _ in 0..mix.forged {
                messages.push(self.forged_payment(&victim)?);
            }
        }
        messages.shuffle(&mut self.random);
        let sent = self.send_all(messages).await?;
        let refused = |id: &str| {
            sent.iter().any(|one| {
                let delivery = one.delivery();
                delivery.intent.id == id && !is_success(delivery.status())
            })
        };
        events.retain(|(event, _)| refused(&event.id));
        self.deliver_again(events).await
    }

    /// Waits until all targets took effect, or the time for a burst is over.
    async fn settle_many(&mut self, targets: &[Target]) {
        let context = Arc::clone(&self.context);
        let from = context.clock().now();
        let scope = self.scope.clone();
        let targets = targets.to_vec();
        self.idle(async move {
            for target in targets {
                let expected = Expected {
                    baseline: 0,
                    at_least: 1,
                    window: context
                        .profile
                        .burst_settle()
                        .saturating_sub(Duration::from_millis(context.clock().now().millis_since(from))),
                    measured: true,
                };
                context
                    .effects
                    .settle(&scope, target.kind, &target.reference, expected)
                    .await;
            }
        })
        .await;
    }
}

#[given("a pending order for each event of a burst")]
async fn orders_for_a_burst(example: &mut Example) -> Result<(), Stop> {
    let count = *example.context.profile.burst_size();
    example.prepare_many(count).await
}

#[when(
    regex = r"^a payment\.success for each of them is delivered within one second(, 3 in 10 twice, 2 in 10 forgeries on top)?$"
)]
async fn a_burst(example: &mut Example, mixed: String) -> Result<(), Stop> {
    let size = *example.context.profile.burst_size();
    let share = |tenths: u32| if mixed.is_empty() { 0 } else { size * tenths / 10 };
    let mix = Mix {
        twice: share(TWICE),
        forged: share(FORGED),
    };
    example.burst(&mix).await
}

#[then("the burst left within a second")]
fn left_within_a_second(example: &mut Example) {
    let size = *example.context.profile.burst_size();
    example.check(Check::SentWithin {
        deliveries: size,
        within: 1_000,
    });
}

#[then("only 429 and 503 put a delivery off, and what was put off is taken when it comes again")]
fn absorbed(example: &mut Example) {
    example.check(Check::Absorbed { any_heals: false });
}

#[then("each order is fulfilled exactly once, and none for a forgery")]
async fn each_once(example: &mut Example) -> Result<(), Stop> {
    let targets = order_targets(&example.many);
    example.settle_many(&targets).await;
    example.silence().await;
    for target in &targets {
        example.look(target, Moment::After).await;
    }
    example.check(Check::EachOnce { targets });
    if let Some(victim) = example.target.clone() {
        example
            .nothing_happens_to(&[victim], false, "effect-followed")
            .await;
    }
    Ok(())
}
