//! One event id that comes again: much later, or with other content.

use cucumber::{then, when};

use super::{compose::right, deliver::event_type, expect::millis, stop::Stop, vary::varied, world::Example};
use crate::{
    checks::{acknowledgement::is_success, check::Check, effect::Field},
    contract::rest::Rest,
    transcript::{
        exchange::{Form, Role},
        observation::Moment,
    },
    wire::{event::Event, tampering::Writing, variation::Variation},
};

impl Example {
    /// Delivers the event as a stimulus, signed at this moment; whether it was acknowledged.
    pub(super) async fn deliver_event(&mut self, event: &Event, form: Form) -> Result<bool, Stop> {
        let reference = self.target()?.reference;
        let composed = self.sign(|signing, random| right(signing, event, Writing::Plain, random))?;
        let intent = self.intent(Role::Stimulus, form, event, &reference);
        let delivered = self.send(intent, composed).await?;
        Ok(is_success(delivered.delivery().status()))
    }

    /// Delivers a new event for the prepared references and waits until it took effect, or should have.
    async fn processed(&mut self, kind: &str) -> Result<(Event, bool), Stop> {
        let prepared = self.prepared()?.clone();
        let event = self.event(event_type(kind)?, &prepared);
        self.snapshot().await?;
        self.carry(&event, &prepared, Writing::Plain);
        let kept = self.deliver_event(&event, Form::Right(Writing::Plain)).await?;
        let target = self.target()?;
        self.settle(&target, 1).await;
        Ok((event, kept))
    }
}

#[when(regex = r"^an? ([a-z.]+) is processed, and delivered once more after (.+)$")]
async fn much_later(example: &mut Example, kind: String, phrase: String) -> Result<(), Stop> {
    let rest: Rest = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    let length = rest.length(&example.context.profile);
    example.rested_for = length;
    let (event, kept) = example.processed(&kind).await?;
    if kept {
        example.rest(length).await;
    } else {
        // What was not taken is not remembered either; the copy is sent for the record alone.
        let gap = example.context.profile.redelivery_gap();
        example.pause(gap).await;
    }
    example
        .deliver_event(&event, Form::Right(Writing::Plain))
        .await
        .map(drop)
}

#[when(regex = r"^an? ([a-z.]+) is processed, and its event id comes again with (.+)$")]
async fn other_content(example: &mut Example, kind: String, phrase: String) -> Result<(), Stop> {
    let variation: Variation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    let (event, _) = example.processed(&kind).await?;
    let amount = example.prepared()?.amount.clone();
    let changed = varied(event, variation, &amount);
    let gap = example.context.profile.redelivery_gap();
    example.pause(gap).await;
    example
        .deliver_event(&changed, Form::Varied(variation))
        .await
        .map(drop)
}

#[then("the order has been acted on exactly once in all that time")]
async fn remembered(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.silence().await;
    example.look(&target, Moment::After).await;
    let pause = millis(example.rested_for);
    let horizon = millis(example.context.profile.retry_horizon());
    example.check(Check::Remembered {
        target: target.clone(),
        pause,
        horizon,
    });
    example.recheck(&target, "duplicate-effect");
    Ok(())
}

#[then(regex = r"^the recorded (amount|transaction id) is still the first$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn first_stands(example: &mut Example, what: String) -> Result<(), Stop> {
    let target = example.target()?;
    let carried = &example.carried;
    let (field, value) = if what == "amount" {
        let amount = carried.amount.as_ref();
        (Field::Amount, amount.map(crate::wire::money::Money::amount))
    } else {
        (Field::Transaction, Some(carried.transaction.clone()))
    };
    example.check(Check::Recorded {
        target,
        field,
        value: value.unwrap_or_default(),
    });
    Ok(())
}
