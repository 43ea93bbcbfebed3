//! Correctly signed events whose payload is out of the ordinary.

use cucumber::when;
use serde_json::json;

use super::{compose::right, deliver::event_type, stop::Stop, world::Example};
use crate::{
    transcript::exchange::{Form, Role},
    wire::{
        event::{Event, EventType},
        money::Money,
        tampering::Writing,
        variation::Variation,
    },
};

fn put(event: &mut Event, member: &str, value: &str) {
    event.data.insert(member.to_owned(), json!(value));
}

/// The event with the variation carried out, as far as it changes values.
fn varied(mut event: Event, variation: Variation, amount: &Money) -> Event {
    match variation {
        Variation::HundredthOfTheAmount => {
            let hundredth = Money::sen(amount.minor / 100);
            event.data.insert("amount".to_owned(), json!(hundredth.amount()));
        }
        Variation::TenfoldAmount => {
            let tenfold = Money::sen(amount.minor.saturating_mul(10));
            event.data.insert("amount".to_owned(), json!(tenfold.amount()));
        }
        Variation::OtherCurrency => put(&mut event, "currency", "IDR"),
        Variation::StatusProcessing => put(&mut event, "status", "processing"),
        Variation::StatusReview => put(&mut event, "status", "review"),
        Variation::StatusCompletedWithNotes => put(&mut event, "status", "completed_with_notes"),
        _ => {}
    }
    event
}

impl Example {
    /// The stimulus: a correctly signed event with an unusual payload.
    pub(super) async fn deliver_varied(&mut self, kind: EventType, variation: Variation) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let reference = self.target()?.reference;
        self.snapshot().await?;
        let event = varied(self.event(kind, &prepared), variation, &prepared.amount);
        self.carry(&event, &prepared, Writing::Plain);
        let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = self.intent(Role::Stimulus, Form::Varied(variation), &event, &reference);
        self.send(intent, composed).await.map(drop)
    }
}

#[when(regex = r"^a correctly signed ([a-z.]+) with (.+) is delivered$")]
async fn unusual_payload(example: &mut Example, kind: String, phrase: String) -> Result<(), Stop> {
    let variation: Variation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    example.deliver_varied(event_type(&kind)?, variation).await
}
