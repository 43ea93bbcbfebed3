//! Deliveries whose connection breaks: within the body, or before the answer.

use cucumber::{then, when};

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    actors::deliverer::raw::Shape,
    checks::check::Check,
    transcript::exchange::{Form, Role},
    wire::{event::EventType, tampering::Writing},
};

#[when(
    regex = r"^a payment\.success is broken off (\d+) times (within its body|after its body and before the answer), and then delivered whole$"
)]
async fn broken_off(example: &mut Example, times: u32, place: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    let event = example.event(EventType::PaymentSuccess, &prepared);
    example.snapshot().await?;
    example.carry(&event, &prepared, Writing::Plain);
    let form = Form::Right(Writing::Plain);
    for number in 0..times {
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(Role::Stimulus, form.clone(), &event, &reference);
        let (message, _) = example.message(composed)?;
        let whole = message.body.len();
        let shape = if place.starts_with("within") {
            // From half of the body to nearly all of it: what is there to act on grows from one to the next.
            let tenths = 5 + (number as usize * 4) / (times.saturating_sub(1).max(1) as usize);
            Shape::BrokenOff {
                after: whole * tenths / 10,
                pause: example.context.profile.broken_off_pause(),
            }
        } else {
            Shape::BrokenOff {
                after: whole,
                pause: std::time::Duration::ZERO,
            }
        };
        let raw = example.context.deliverer.raw();
        raw.deliver(&example.scope, intent, message, shape).await;
    }
    example.trial.broken_off = times;
    // What was complete may still be under way inside the partner.
    let gap = example.context.profile.redelivery_gap();
    example.pause(gap).await;
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let intent = example.intent(Role::Stimulus, form, &event, &reference);
    example.send(intent, composed).await.map(drop)
}

#[then("the whole delivery is acknowledged in time")]
fn whole_acknowledged(example: &mut Example) {
    let (after, within) = (example.trial.broken_off, example.ack_millis());
    example.check(Check::LastAcknowledged { after, within });
}
