//! Correctly signed events whose payload is out of the ordinary.

use cucumber::when;
use serde_json::{Value, json};

use super::{compose::right, deliver::event_type, payload, stop::Stop, world::Example};
use crate::{
    transcript::exchange::{Form, Role},
    wire::{
        digest::sha256_hex,
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
pub fn varied(mut event: Event, variation: Variation, amount: &Money) -> Event {
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
        Variation::AnotherAmount => {
            let more = Money::sen(amount.minor + 2_000);
            event.data.insert("amount".to_owned(), json!(more.amount()));
        }
        Variation::AnotherTransaction => {
            let before = event.data.get("transaction_id").and_then(Value::as_str);
            let digits = sha256_hex(before.unwrap_or_default().as_bytes());
            let another = format!("txn_{}", digits.get(..12).unwrap_or_default());
            event.data.insert("transaction_id".to_owned(), json!(another));
        }
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
        let mut event = varied(self.event(kind, &prepared), variation, &prepared.amount);
        let material = self.payload_material();
        payload::change(&mut event, variation, &material);
        self.carry(&event, &prepared, Writing::Plain);
        self.carried.name = payload::name(variation, &material);
        let composed = self.sign(|signing, random| {
            payload::written(&event, variation).map_or_else(
                || right(signing, &event, Writing::Plain, random),
                |body| signing.plainly(&event.id, body),
            )
        })?;
        let intent = self.intent(Role::Stimulus, Form::Varied(variation), &event, &reference);
        let (composed, shape) = payload::dressed(composed, variation);
        self.send_shaped(intent, composed, shape).await
    }
}

#[when(regex = r"^a correctly signed ([a-z.]+) with (.+) is delivered$")]
async fn unusual_payload(example: &mut Example, kind: String, phrase: String) -> Result<(), Stop> {
    let variation: Variation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    example.deliver_varied(event_type(&kind)?, variation).await
}
