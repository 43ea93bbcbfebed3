//! The endpoint stopped and back again: events sent meanwhile, and events sent again after a restart.

use std::sync::Arc;

use cucumber::{given, then, when};
use futures::future::join_all;
use tokio::sync::watch;

use super::{
    compose::right,
    deliver::event_type,
    operations::{Repair, act, back},
    stop::Stop,
    world::Example,
};
use crate::{
    actors::{
        effect::Expected,
        fixtures::{Needed, Prepared},
        nobody::Nobody,
    },
    checks::{
        acknowledgement::is_success,
        check::Check,
        effect::Target,
        outage::Obstacle,
        view::{View, Which},
    },
    config::subject::Subject,
    transcript::{
        exchange::{Fate, Form, Role},
        observation::{EffectKind, Moment},
        record,
    },
    wire::{
        event::{Event, EventType},
        money::Money,
        tampering::Writing,
    },
};

/// An event on its way, with the attempts made so far.
struct Underway {
    event: Event,
    reference: String,
    attempts: u32,
}

impl Example {
    /// Remembers orders whose events are all to arrive, and reads them before anything is sent.
    pub(super) async fn expect_all(&mut self, orders: &[Prepared]) {
        self.trial.events.clear();
        for order in orders {
            let target = Target {
                kind: EffectKind::Order,
                reference: order.references.order.clone(),
            };
            self.look(&target, Moment::Before).await;
            self.trial.events.push(target);
        }
    }

    /// Sends every event on the delivery schedule until the partner takes it. The last attempt is made
    /// only when the endpoint is back. As long as it is not, attempts go to `lost` where there is one.
    async fn send_on_schedule(
        &mut self,
        mut underway: Vec<Underway>,
        lost: Option<&Nobody>,
        mut up: watch::Receiver<bool>,
    ) -> Result<(), Stop> {
        let pauses = self.context.profile.retry_pauses();
        for number in 0..=pauses.len() {
            if let Some(pause) = number.checked_sub(1).and_then(|before| pauses.get(before)) {
                self.pause(*pause).await;
            }
            if number == pauses.len() {
                // An error means that nobody works on the return any more, so there is nothing to wait for.
                let _ = self.idle(up.wait_for(|up| *up)).await;
            }
            let lost = lost.filter(|_| !*up.borrow());
            let mut sends = Vec::new();
            for each in &mut underway {
                each.attempts += 1;
                let composed =
                    self.sign(|signing, random| right(signing, &each.event, Writing::Plain, random))?;
                let form = Form::Right(Writing::Plain);
                let intent = self.intent(Role::Stimulus, form, &each.event, &each.reference);
                let (mut message, _) = self.message(composed)?;
                if let Some(nobody) = lost {
                    message.url = nobody.instead_of(&message.url);
                }
                let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
                sends.push(async move { context.deliverer.deliver(&scope, intent, message).await });
            }
            let answers = join_all(sends).await;
            let given_up = number == pauses.len();
            let mut left = Vec::new();
            for (each, delivered) in underway.into_iter().zip(answers) {
                let kept = is_success(delivered.delivery().status());
                if kept || given_up {
                    let fate = Fate {
                        id: each.event.id,
                        attempts: each.attempts,
                        kept,
                    };
                    self.context
                        .recorder
                        .record(Some(&self.scope), record::Event::Settled(fate));
                } else {
                    left.push(each);
                }
            }
            underway = left;
            if underway.is_empty() {
                break;
            }
        }
        Ok(())
    }
}

impl Example {
    /// Waits at the same time for the effects of all events that the partner took; those that it did not take
    /// are not worth a wait.
    async fn settle_taken(&mut self) {
        let records = self.context.recorder.of(&self.scope);
        let sent = View::new(&records).deliveries(Which::STIMULUS);
        let taken = |target: &Target| {
            sent.iter()
                .filter(|sent| sent.delivery.intent.reference == target.reference)
                .any(|sent| is_success(sent.delivery.status()))
        };
        let targets: Vec<Target> = self
            .trial
            .events
            .iter()
            .filter(|target| taken(target))
            .cloned()
            .collect();
        let window = self.context.profile.settle();
        let expected = Expected {
            baseline: 0,
            at_least: 1,
            window,
            measured: false,
        };
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        self.idle(async move {
            let settles = targets.iter().map(|target| {
                context
                    .effects
                    .settle(&scope, target.kind, &target.reference, expected)
            });
            join_all(settles).await;
        })
        .await;
    }
}

#[given(regex = r"^(\d+) pending orders of (\d+\.\d\d) ([A-Z]{3})$")]
async fn pending_orders(
    example: &mut Example,
    count: usize,
    text: String,
    currency: String,
) -> Result<(), Stop> {
    let amount = Money::parse(&text, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    for _ in 0..count {
        let order = example.fresh(Needed::new(Subject::Order, amount.clone())).await?;
        example.trial.orders.push(order);
    }
    Ok(())
}

#[when(
    "a payment.success for each of them is sent while the endpoint is down, and again on the delivery schedule"
)]
async fn through_an_outage(example: &mut Example) -> Result<(), Stop> {
    let orders = example.trial.orders.clone();
    example.expect_all(&orders).await;
    let controlled = ["stop", "start"]
        .iter()
        .all(|action| example.context.control.offers(action));
    let lost = if controlled {
        example.act("stop", Some(Repair::Start)).await?;
        example.trial.obstacle = Obstacle::Stopped;
        None
    } else {
        example.note(
            "outage simulated on the sender's side: [control.stop] and [control.start] are not both declared, so the \
             first attempts were made at an address of ours where nobody listens",
        );
        example.trial.obstacle = Obstacle::SenderLost;
        Some(Nobody::take().map_err(Stop::Harness)?)
    };
    let underway = orders
        .iter()
        .map(|order| Underway {
            event: example.event(EventType::PaymentSuccess, order),
            reference: order.references.order.clone(),
            attempts: 0,
        })
        .collect();
    let (raise, up) = watch::channel(false);
    let (context, scope) = (Arc::clone(&example.context), example.scope.clone());
    let way_back = async move {
        tokio::time::sleep(context.profile.outage()).await;
        if controlled {
            act(&context, &scope, Repair::Start.action()).await?;
            back(&context, &scope).await?;
        }
        // Nobody listens any more when every event was taken.
        let _ = raise.send(true);
        Ok::<_, Stop>(())
    };
    let (returned, sent) = tokio::join!(way_back, example.send_on_schedule(underway, lost.as_ref(), up));
    returned?;
    example.repaired(Repair::Start);
    sent
}

#[then("each of them is acknowledged in the end and acted on exactly once")]
async fn all_arrived(example: &mut Example) {
    example.settle_taken().await;
    for target in example.trial.events.clone() {
        example.look(&target, Moment::After).await;
        // Instead of a wait for a second effect: the end of the run shows whether one came.
        example.recheck(&target, "duplicate-effect");
    }
    let events = example.trial.events.clone();
    let obstacle = example.trial.obstacle;
    example.check(Check::Arrived { events, obstacle });
}

#[when(regex = r"^the same ([a-z.]+) is delivered before and after a restart of the endpoint$")]
async fn around_a_restart(example: &mut Example, kind: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let target = example.target()?;
    if !example.context.control.offers("restart") {
        example.must_offer(&["stop", "start"])?;
    }
    let event = example.event(event_type(&kind)?, &prepared);
    example.snapshot().await?;
    example.carry(&event, &prepared, Writing::Plain);
    for number in 0..2 {
        if number > 0 {
            example.settle(&target, 1).await;
            example.restart().await?;
        }
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(
            Role::Stimulus,
            Form::Right(Writing::Plain),
            &event,
            &target.reference,
        );
        example.send(intent, composed).await?;
    }
    Ok(())
}
