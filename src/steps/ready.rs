//! What must have happened before the stimulus, and waiting for more than a count.

use std::sync::Arc;

use cucumber::then;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    actors::fixtures::Prepared,
    checks::{acknowledgement::is_success, check::Check, effect::Target},
    transcript::{
        exchange::{Form, Role},
        observation::{Moment, Read, Reading},
    },
    wire::{event::EventType, tampering::Writing},
};

impl Example {
    /// Waits until a reading of the target is as wished, or the settling time is over.
    pub(super) async fn wait_until(
        &mut self,
        target: &Target,
        wished: impl Fn(&Reading) -> bool + Sync,
    ) -> Read {
        let (context, scope, target) = (Arc::clone(&self.context), self.scope.clone(), target.clone());
        let window = context.profile.settle();
        self.idle(async move {
            context
                .effects
                .until(&scope, target.kind, &target.reference, window, false, &wished)
                .await
                .read
        })
        .await
    }

    /// Brings something about by a genuine event, before the stimulus: a paid order, an issued policy. An
    /// event type that is out of the partner's scope is left out. If it brings nothing about, the stimulus
    /// cannot be given as described.
    pub(super) async fn bring_about(
        &mut self,
        kind: EventType,
        prepared: &Prepared,
        target: &Target,
    ) -> Result<(), Stop> {
        if !self.context.in_scope.contains(&kind) {
            return Ok(());
        }
        let before = match self.look(target, Moment::Before).await {
            Read::Got(reading) => reading.count,
            Read::Unreadable(_) | Read::NoChannel => 0,
        };
        let event = self.event(kind, prepared);
        let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = self.intent(
            Role::Probe,
            Form::Right(Writing::Plain),
            &event,
            &target.reference,
        );
        let delivered = self.send(intent, composed).await?;
        let answered = is_success(delivered.delivery().status());
        let came = match self.wait_until(target, |reading| reading.count > before).await {
            Read::Got(reading) => reading.count > before,
            // Without a channel the answer is all there is; the checks will ask for the channel.
            Read::NoChannel => true,
            Read::Unreadable(_) => false,
        };
        if answered && came {
            return Ok(());
        }
        Err(Stop::Inconclusive(format!(
            "the {kind} that had to come first {} on {} {}; see the case of that event",
            if answered {
                "had no effect"
            } else {
                "was not acknowledged and had no effect"
            },
            target.kind.name(),
            target.reference
        )))
    }
}

#[then("each of them is acknowledged in time")]
fn each_acknowledged(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::Acknowledged { within });
}
