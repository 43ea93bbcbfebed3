//! What must follow an event whose payload is out of the ordinary.

use cucumber::{given, then};
use rand::Rng as _;

use super::{compose::Composed, expect::EFFECT, payload::Material, stop::Stop, world::Example};
use crate::{
    actors::deliverer::raw::Shape,
    checks::{
        check::Check,
        effect::{Allowed, Field},
    },
    transcript::{
        exchange::{Intent, Role},
        observation::{Moment, Read, WaitKind},
        record::Event,
    },
    wire::money::Money,
};

/// The first whole number that a binary double cannot hold.
const BEYOND_DOUBLE: u64 = (1 << 53) + 1;

impl Example {
    /// What this example's unusual payloads are made of.
    pub(super) fn payload_material(&mut self) -> Material {
        let number = BEYOND_DOUBLE + 2 * u64::from(self.random.random::<u32>());
        Material {
            number: number.to_string(),
            other: self.other.as_ref().map(|other| other.references.order.clone()),
            canary: self
                .canary
                .as_ref()
                .map(|canary| [canary.over_https(), canary.on_internal_host(), canary.plain()]),
        }
    }

    /// Sends a message in the shape given, or the ordinary way.
    pub(super) async fn send_shaped(
        &mut self,
        intent: Intent,
        composed: Composed,
        shape: Option<Shape>,
    ) -> Result<(), Stop> {
        let Some(shape) = shape else {
            return self.send(intent, composed).await.map(drop);
        };
        let (message, _) = self.message(composed)?;
        let raw = self.context.deliverer.raw();
        raw.deliver(&self.scope, intent, message, shape).await;
        Ok(())
    }

    /// Waits until silence has lasted since the stimulus, unless a step before has done so.
    pub(super) async fn silence_once(&mut self) {
        let records = self.context.recorder.of(&self.scope);
        let silent = records.iter().rev().find_map(|record| match &record.event {
            Event::Waited(waited) if waited.kind == WaitKind::Negative => Some(true),
            Event::Delivered(delivery) if delivery.intent.role == Role::Stimulus => Some(false),
            _ => None,
        });
        if silent != Some(true) {
            self.silence().await;
        }
    }

    /// Waits long enough for an effect, whether or not one may follow.
    async fn settle_either_way(&mut self) -> Result<(), Stop> {
        let target = self.target()?;
        self.silence_once().await;
        self.look(&target, Moment::After).await;
        Ok(())
    }

    async fn taken_right_or_refused(&mut self, field: Field, value: String) -> Result<(), Stop> {
        self.settle_either_way().await?;
        let (target, within) = (self.target()?, self.ack_millis());
        self.check(Check::TakenRightOrRefused {
            target,
            field,
            value,
            within,
        });
        Ok(())
    }

    fn amount_sent(&self) -> String {
        self.carried
            .amount
            .as_ref()
            .map(Money::amount)
            .unwrap_or_default()
    }
}

#[given(regex = r"^the order is over exactly (\d+\.\d\d) ([A-Z]{3})$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn over_exactly(example: &mut Example, text: String, currency: String) -> Result<(), Stop> {
    let wanted = Money::parse(&text, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    let prepared = &example.prepared()?.amount;
    if *prepared == wanted {
        return Ok(());
    }
    Err(Stop::Inconclusive(format!(
        "the prepared order is over {prepared}; add one over {wanted} to the list of order references"
    )))
}

#[then("the amount is taken exactly as sent, or the delivery refused with 4xx")]
async fn amount_or_refusal(example: &mut Example) -> Result<(), Stop> {
    let value = example.amount_sent();
    example.taken_right_or_refused(Field::Amount, value).await
}

#[then("the name is kept exactly as sent, or the delivery refused with 4xx")]
async fn name_or_refusal(example: &mut Example) -> Result<(), Stop> {
    let value = example.carried.name.clone().unwrap_or_default();
    example.taken_right_or_refused(Field::Name, value).await
}

#[then("nothing happens to the order, or the one right effect")]
async fn nothing_or_right(example: &mut Example) -> Result<(), Stop> {
    example.settle_either_way().await?;
    let (target, within) = (example.target()?, example.ack_millis());
    let (amount, transaction) = (example.amount_sent(), example.carried.transaction.clone());
    example.check(Check::HarmlessOrRight {
        target,
        amount,
        transaction,
        within,
    });
    Ok(())
}

#[then("nothing happens to the second order")]
async fn nothing_to_the_other(example: &mut Example) -> Result<(), Stop> {
    let other = example
        .other_target()
        .ok_or_else(|| Stop::Harness("the feature prepares no second order".to_owned()))?;
    example.silence_once().await;
    if example.look(&other, Moment::After).await == Read::NoChannel {
        example.note("no channel shows effects, so nothing is said about the second order");
        return Ok(());
    }
    let allowed = Allowed {
        state_may_change: false,
        status_suffices: true,
    };
    example.check(Check::NoEffect {
        target: other.clone(),
        allowed,
        code: EFFECT.to_owned(),
    });
    example.recheck(&other, EFFECT);
    Ok(())
}

#[then("its size is taken or refused in time")]
fn size_answered(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::SizeAnswered { within });
}
