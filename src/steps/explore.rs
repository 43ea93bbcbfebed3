//! Generated messages, one after the other in one example, each about an order of its own.

use std::time::Duration;

use super::{
    compose::{Composed, Signing},
    stop::Stop,
    world::Example,
};
use crate::{
    actors::fixtures::Needed,
    checks::{
        acknowledgement::is_success, check::Check, effect::Target, gathered::Gathered, outcome::Outcome,
        trial::Expectation, view::View,
    },
    config::subject::Subject,
    transcript::{
        exchange::{Delivery, Form, Role},
        observation::{EffectKind, Moment},
        record::{Event as Recorded, Stopped},
    },
    wire::{
        event::{Event, EventType},
        money::Money,
    },
};

/// How a message is made from a plain event.
pub type Compose<'a> = dyn Fn(Signing<'_>, &Event) -> Composed + 'a;

/// The shortest look back at an order to which nothing may have happened.
const SHORTEST_LOOK: Duration = Duration::from_millis(20);

/// A message that was sent.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What it was about.
    pub target: Target,
    /// The check over it.
    pub check: Check,
    /// What the check says so far.
    pub outcome: Outcome,
    /// The delivery as recorded, secrets masked.
    pub delivery: Delivery,
}

impl Example {
    /// Records that the attempt begins.
    pub fn begin_trials(&self) {
        self.context
            .recorder
            .record(Some(&self.scope), Recorded::ExampleStarted);
    }

    /// Records how the attempt ended.
    pub fn end_trials(&self, stopped: Option<Stopped>) {
        let recorder = &self.context.recorder;
        if let Some(stopped) = stopped {
            recorder.record(Some(&self.scope), Recorded::Stopped(stopped));
        }
        recorder.record(Some(&self.scope), Recorded::ExampleFinished);
        drop(recorder.take(&self.scope));
    }

    /// A sign of life before the first message.
    pub async fn alive_before_trials(&mut self) -> Result<(), Stop> {
        let target = self
            .good_delivery(Role::ControlBefore, EventType::PaymentSuccess)
            .await?;
        self.must_live(target)
    }

    /// A sign of life after the last message, and the check over both.
    pub async fn alive_after_trials(&mut self) -> Result<(), Stop> {
        let target = self
            .good_delivery(Role::ControlAfter, EventType::PaymentSuccess)
            .await?;
        self.alive(target)
    }

    /// Sends one message about a fresh order and looks at what it did, without recording a check.
    pub async fn try_message(
        &mut self,
        expects: Expectation,
        form: Form,
        compose: &Compose<'_>,
    ) -> Result<Tried, Stop> {
        let needed = Needed::new(Subject::Order, Money::sen(10_000));
        let prepared = self.fresh(needed).await?;
        let target = Target {
            kind: EffectKind::Order,
            reference: prepared.references.order.clone(),
        };
        self.look(&target, Moment::Before).await;
        let event = self.event(EventType::PaymentSuccess, &prepared);
        let composed = self.sign(|signing, _| compose(signing, &event))?;
        let intent = self.intent(Role::Stimulus, form, &event, &target.reference);
        let index = intent.index;
        let delivered = self.send(intent, composed).await?;
        if expects == Expectation::Taken && is_success(delivered.delivery().status()) {
            self.settle(&target, 1).await;
        } else {
            // As long as an effect took to show so far; all of them are looked at again at the end.
            self.pause(self.context.patience.slowest().max(SHORTEST_LOOK))
                .await;
            self.look(&target, Moment::After).await;
        }
        let check = Check::Trial {
            index,
            target: target.clone(),
            expects,
            within: self.ack_millis(),
        };
        let records = self.context.recorder.of(&self.scope);
        let outcome = check.evaluate(View::new(&records), &Gathered::default());
        Ok(Tried {
            target,
            check,
            outcome,
            delivery: delivered.delivery().clone(),
        })
    }

    /// Makes the check over a message part of the record.
    pub fn record_trial(&mut self, tried: &Tried) -> Outcome {
        self.check(tried.check.clone()).clone()
    }

    /// Waits out the silence once for all messages that had to do nothing, looks at each order again and
    /// records a check over it. Returns those that did something after all.
    pub async fn look_back(&mut self, quiet: Vec<Tried>) -> Vec<Tried> {
        if quiet.is_empty() {
            return quiet;
        }
        self.silence().await;
        let mut late = Vec::new();
        for mut tried in quiet {
            self.look(&tried.target, Moment::After).await;
            tried.outcome = self.record_trial(&tried);
            if matches!(tried.outcome, Outcome::Failed(_)) {
                late.push(tried);
            }
        }
        late
    }

    /// A remark for the reviewer.
    pub fn remark(&self, text: String) {
        self.note(text);
    }
}
