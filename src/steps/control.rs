//! Signs of life: good deliveries before and after a stimulus, on references of their own.

use cucumber::{given, then};

use super::{compose::right, deliver::event_type, stop::Stop, world::Example};
use crate::{
    actors::fixtures::Needed,
    checks::{
        acknowledgement::is_success,
        check::Check,
        effect::Target,
        view::{View, Which},
        words::answer,
    },
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment},
    },
    wire::{event::EventType, money::Money, tampering::Writing},
};

impl Example {
    /// A good delivery of that type; returns what it should have touched.
    pub(super) async fn good_delivery(&mut self, role: Role, kind: EventType) -> Result<Target, Stop> {
        let amount = Money::sen(10_000);
        let (needed, effect) = match kind {
            EventType::PolicyIssued => (Needed::new(Subject::Policy, amount), EffectKind::Policy),
            _ => (Needed::new(Subject::Order, amount), EffectKind::Order),
        };
        let prepared = self.fresh(needed).await?;
        let reference = match effect {
            EffectKind::Policy => prepared.references.policy.clone(),
            _ => prepared.references.order.clone(),
        };
        let target = Target {
            kind: effect,
            reference,
        };
        self.look(&target, Moment::Before).await;
        let event = self.event(kind, &prepared);
        let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = self.intent(role, Form::Right(Writing::Plain), &event, &target.reference);
        let delivered = self.send(intent, composed).await?;
        if is_success(delivered.delivery().status()) {
            self.settle(&target, 1).await;
        } else {
            self.look(&target, Moment::After).await;
        }
        Ok(target)
    }

    /// Remembers the control before the stimulus. Without that sign of life nothing that follows
    /// could be judged, so nothing more is sent.
    pub(super) fn must_live(&mut self, target: Target) -> Result<(), Stop> {
        let records = self.context.recorder.of(&self.scope);
        let view = View::new(&records);
        let control = view.deliveries(Which {
            role: Role::ControlBefore,
            index: None,
        });
        self.control_before = Some(target);
        match control.last() {
            Some(sent) if !is_success(sent.delivery.status()) => Err(Stop::Inconclusive(format!(
                "the endpoint showed no sign of life: a good delivery got {}",
                answer(sent.delivery)
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn alive(&mut self, after: Target) -> Result<(), Stop> {
        let before = self
            .control_before
            .clone()
            .ok_or_else(|| Stop::Harness("the feature has no sign of life before the stimulus".to_owned()))?;
        self.check(Check::Alive { before, after });
        Ok(())
    }
}

#[given(regex = r"^the endpoint has just processed a good ([a-z.]+)$")]
async fn alive_before(example: &mut Example, kind: String) -> Result<(), Stop> {
    let target = example
        .good_delivery(Role::ControlBefore, event_type(&kind)?)
        .await?;
    example.must_live(target)
}

#[then(regex = r"^the endpoint still processes a good ([a-z.]+)$")]
async fn alive_after(example: &mut Example, kind: String) -> Result<(), Stop> {
    let target = example
        .good_delivery(Role::ControlAfter, event_type(&kind)?)
        .await?;
    example.alive(target)
}

#[given("the callback endpoint has just booked a good payment")]
async fn callbacks_alive_before(example: &mut Example) -> Result<(), Stop> {
    let target = example.good_callback(Role::ControlBefore).await?;
    example.must_live(target)
}

#[then("the callback endpoint still books a good payment")]
async fn callbacks_alive_after(example: &mut Example) -> Result<(), Stop> {
    let target = example.good_callback(Role::ControlAfter).await?;
    example.alive(target)
}
