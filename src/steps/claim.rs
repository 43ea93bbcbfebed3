//! One claim, told by many events.

use cucumber::{given, then, when};
use serde_json::json;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    checks::{check::Check, effect::Target},
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment, Reading},
    },
    wire::{event::EventType, tampering::Writing},
};

#[given("an issued policy on which a claim is made")]
async fn claimed_on(example: &mut Example) -> Result<(), Stop> {
    let (prepared, _) = example.issued_policy().await?;
    example.target = Some(Target {
        kind: EffectKind::Claim,
        reference: prepared.references.claim.clone(),
    });
    example.prepared = Some(prepared);
    Ok(())
}

#[when(regex = r"^signed events tell one after another that the claim is (.+)$")]
async fn goes_through(example: &mut Example, course: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let target = example.target()?;
    example.snapshot().await?;
    let baseline = example.baseline(&target);
    example.course = course.split(", ").map(|word| word.replace(' ', "_")).collect();
    for state in example.course.clone() {
        let kind = if state == EventType::ClaimSubmitted.status() {
            EventType::ClaimSubmitted
        } else {
            EventType::ClaimUpdated
        };
        let mut event = example.event(kind, &prepared);
        event.data.insert("status".to_owned(), json!(state));
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(
            Role::Stimulus,
            Form::Right(Writing::Plain),
            &event,
            &target.reference,
        );
        example.send(intent, composed).await?;
        let shows = |reading: &Reading| match &reading.state {
            Some(shown) => reading.count > baseline && *shown == state,
            // No state will come later either; whether the count suffices is for the check to say.
            None => reading.count > baseline,
        };
        example.wait_until(&target, shows).await;
    }
    Ok(())
}

#[then("after each of them there is one claim, in the state just told")]
async fn one_claim(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    // A second claim may come late, from a worker.
    example.silence().await;
    example.look(&target, Moment::After).await;
    let states = example.course.clone();
    example.check(Check::OneClaimThroughout { target, states });
    Ok(())
}
