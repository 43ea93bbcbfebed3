//! The partner's database or queue taken away for a while.

use cucumber::{then, when};

use super::{compose::right, operations::Repair, stop::Stop, world::Example};
use crate::{
    checks::{acknowledgement::is_success, check::Check},
    transcript::exchange::{Form, Role},
    wire::{event::EventType, tampering::Writing},
};

/// The two actions of an outage.
pub(super) const ACTIONS: [&str; 2] = ["break-dependency", "restore-dependency"];

#[when(
    "a payment.success is delivered while its database or queue is away, and again afterwards unless it was acknowledged"
)]
async fn without_its_database(example: &mut Example) -> Result<(), Stop> {
    example.must_offer(&ACTIONS)?;
    let prepared = example.prepared()?.clone();
    let target = example.target()?;
    let event = example.event(EventType::PaymentSuccess, &prepared);
    example.snapshot().await?;
    example.carry(&event, &prepared, Writing::Plain);
    example
        .act("break-dependency", Some(Repair::RestoreDependency))
        .await?;
    let form = Form::Right(Writing::Plain);
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let intent = example.intent(Role::Stimulus, form.clone(), &event, &target.reference);
    let during = example.send(intent, composed).await?;
    let status = during.delivery().status();
    example.repair(Repair::RestoreDependency).await?;
    if !is_success(status) {
        if let Some(status) = status.filter(|status| *status != 503) {
            example.note(format!(
                "what could not be stored was answered with {status}; 503 tells the sender best what is going on"
            ));
        }
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(Role::Stimulus, form, &event, &target.reference);
        example.send(intent, composed).await?;
    }
    Ok(())
}

#[then("it was acknowledged only as it could be kept, and is acted on exactly once")]
async fn kept_or_refused(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle(&target, 1).await;
    // Instead of a wait for a second effect: the end of the run shows whether one came.
    example.recheck(&target, "duplicate-effect");
    example.check(Check::KeptOrRefused { target });
    Ok(())
}
