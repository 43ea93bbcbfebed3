//! Refunds: whole, in part, and in parts.

use cucumber::{given, then, when};
use serde_json::json;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    actors::fixtures::Needed,
    checks::{
        check::Check,
        effect::{Field, Target},
    },
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment},
    },
    wire::{
        event::EventType,
        money::{Money, parse_minor},
        tampering::Writing,
    },
};

#[given(regex = r"^a paid order of (\d+\.\d\d) ([A-Z]{3})$")]
async fn paid_order(example: &mut Example, amount: String, currency: String) -> Result<(), Stop> {
    let amount = Money::parse(&amount, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    let prepared = example.fresh(Needed::new(Subject::Order, amount)).await?;
    let target = Target {
        kind: EffectKind::Order,
        reference: prepared.references.order.clone(),
    };
    example
        .bring_about(EventType::PaymentSuccess, &prepared, &target)
        .await?;
    example.prepared = Some(prepared);
    example.target = Some(target);
    Ok(())
}

#[when(regex = r"^refunds of (\d+\.\d\d(?: and \d+\.\d\d)*) are processed, one signed event each$")]
async fn refunds(example: &mut Example, amounts: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    example.snapshot().await?;
    for amount in amounts.split(" and ") {
        let mut event = example.event(EventType::RefundProcessed, &prepared);
        let refund = format!("rfd_{}", example.letters(12));
        event.data.insert("refund_id".to_owned(), json!(refund));
        event.data.insert("amount".to_owned(), json!(amount));
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference);
        example.send(intent, composed).await?;
    }
    Ok(())
}

#[then(regex = r"^the refunded total is (\d+\.\d\d), and stays so$")]
async fn refunded_total(example: &mut Example, total: String) -> Result<(), Stop> {
    let target = example.target()?;
    let due = parse_minor(&total).map_err(|error| Stop::Harness(error.to_string()))?;
    example
        .wait_until(&target, |reading| {
            // A channel without the sum will not show it later either.
            let shown = reading.refunded.as_deref();
            shown.is_none_or(|shown| parse_minor(shown).is_ok_and(|shown| shown >= due))
        })
        .await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.check(Check::Recorded {
        target,
        field: Field::Refunded,
        value: total,
    });
    Ok(())
}

#[then(regex = r"^the order is not shown as (partially|fully) refunded$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn not_shown_as(example: &mut Example, how: String) -> Result<(), Stop> {
    let target = example.target()?;
    let state = if how == "fully" {
        "refunded"
    } else {
        "partially_refunded"
    };
    example.check(Check::NotInState {
        target,
        none_of: vec![state.to_owned()],
    });
    Ok(())
}
