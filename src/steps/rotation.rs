//! Replacing the webhook key: overlap, then the end of the old one. A run rotates its key once; from the
//! end of the overlap on, everything is signed with the new one.

use cucumber::{given, when};

use super::{compose::right, context::Rotation, stop::Stop, world::Example};
use crate::{
    actors::fixtures::Needed,
    config::subject::Subject,
    transcript::exchange::{Form, Role},
    wire::{event::EventType, money::Money, tampering::Writing},
};

impl Example {
    /// Moves the rotation on to a stage, by every action that is still missing.
    async fn rotate_to(&mut self, stage: Rotation) -> Result<(), Stop> {
        let next = self
            .context
            .webhook
            .as_ref()
            .map(|endpoint| endpoint.next.is_some());
        if next != Some(true) {
            return Err(Stop::Inconclusive(
                "no second webhook secret is declared; add next_secret_env to [webhook], and [control.rotate-key] and \
                 [control.retire-key]"
                    .to_owned(),
            ));
        }
        self.must_offer(&["rotate-key", "retire-key"])?;
        if self.context.rotation() == Rotation::Before {
            self.act("rotate-key", None).await?;
            self.context.rotated(Rotation::Overlap);
            self.until_back().await?;
        }
        if stage == Rotation::Over && self.context.rotation() == Rotation::Overlap {
            self.act("retire-key", None).await?;
            self.context.rotated(Rotation::Over);
            self.until_back().await?;
        }
        if self.context.rotation() == stage {
            Ok(())
        } else {
            Err(Stop::Inconclusive(
                "the old key of this run was retired before its overlap could be tried".to_owned(),
            ))
        }
    }
}

#[given(regex = r"^(both webhook keys are|only the new webhook key is) active$")]
async fn keys_active(example: &mut Example, which: String) -> Result<(), Stop> {
    let stage = if which.starts_with("both") {
        Rotation::Overlap
    } else {
        Rotation::Over
    };
    example.rotate_to(stage).await
}

#[when(regex = r"^payments are announced with (the old key, with the new key and with both|the new key)$")]
async fn announced(example: &mut Example, which: String) -> Result<(), Stop> {
    let writings: &[Writing] = if which.starts_with("the old") {
        &[Writing::Plain, Writing::NextKey, Writing::BothKeys]
    } else {
        &[Writing::NextKey]
    };
    let mut orders = Vec::new();
    for _ in writings {
        orders.push(
            example
                .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
                .await?,
        );
    }
    example.expect_all(&orders).await;
    for (writing, order) in writings.iter().zip(&orders) {
        let event = example.event(EventType::PaymentSuccess, order);
        let composed = example.sign(|signing, random| right(signing, &event, *writing, random))?;
        let form = Form::Right(*writing);
        let intent = example.intent(Role::Stimulus, form, &event, &order.references.order);
        example.send(intent, composed).await?;
    }
    Ok(())
}
