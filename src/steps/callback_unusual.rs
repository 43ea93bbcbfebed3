//! Callbacks that are right, and written or filled in a way that not every parser expects.

use cucumber::{then, when};
use serde_json::json;

use super::{
    parameters::Parcel,
    stop::Stop,
    world::{Carried, Example},
};
use crate::{
    checks::check::Check,
    transcript::exchange::{Form, Role},
    wire::{
        callback_variation::CallbackVariation,
        header::Headers,
        next_payment,
        parameters::{Carriage, Parameters},
        recurring::PaymentPlan,
        unusual_callback,
    },
};

#[when(regex = r"^a payment is called back with (.+)$")]
async fn unusual(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let variation: CallbackVariation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    let prepared = example.prepared()?.clone();
    let (reference, endpoint) = (example.target()?.reference, example.callback_endpoint()?);
    example.snapshot().await?;
    let now = example.context.clock().unix_millis() / 1000;
    let plain = example.callback(&prepared, PaymentPlan::Subscription);
    let callback = unusual_callback::with_values(plain, variation, now);
    example.carried = Carried {
        transaction: callback.transaction_id.clone(),
        amount: Some(callback.amount.clone()),
        next_payment: Some(callback.next_payment_date),
        ..Carried::default()
    };
    let hash = Example::right_hash(&endpoint, &callback);
    let mut parameters = Parameters::of(&callback, Some(json!(hash)));
    unusual_callback::write(&mut parameters, &callback, variation);
    let parcel = Parcel {
        role: Role::Stimulus,
        form: Form::VariedCallback(variation),
        id: &callback.transaction_id,
        reference: &reference,
        carriage: Carriage::Json,
        headers: Headers::new(),
    };
    let delivered = example
        .send_parameters(parcel, &endpoint.url, &parameters)
        .await?;
    example.context.hearing.note(&delivered.delivery().ending);
    Ok(())
}

#[then("the next payment is recorded on its calendar day in Malaysia")]
fn next_day(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let day = example.carried.next_payment.and_then(next_payment::day);
    if day.is_none() {
        return Err(Stop::Harness("the callback names no next payment".to_owned()));
    }
    example.check(Check::NextPayment { target, day });
    Ok(())
}

#[then("no next payment is recorded")]
fn no_next_day(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.check(Check::NextPayment { target, day: None });
    Ok(())
}
