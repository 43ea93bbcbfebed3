//! Refunds and cancellations that the partner asks for, and the webhook that ends them.

use std::time::Duration;

use cucumber::{given, then, when};
use serde_json::json;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{acknowledgement::is_success, effect::Target, flow_check::FlowCheck},
    transcript::{
        exchange::Role,
        observation::{EffectKind, Moment, Reading},
    },
    wire::{event::EventType, fault::ApiCall},
};

/// The platform's pauses before it sends an event again that was not taken.
const REDELIVERIES: usize = 3;

#[given("a purchase made through the API")]
async fn bought(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())?;
    example.operate_with("buy", &[]).await?;
    let (_, prepared) = example.purchase()?;
    let order = example.settle_purchase().await;
    example.prepared = Some(prepared);
    example.target = Some(order);
    Ok(())
}

#[when(
    regex = r"^the partner asks for (a refund|a cancellation), and the webhook follows (\d+) seconds after it was accepted$"
)]
async fn asks_for(example: &mut Example, what: String, seconds: u64) -> Result<(), Stop> {
    let mut prepared = example.prepared()?.clone();
    let references = prepared.references.clone();
    let amount = prepared.amount.amount();
    let (name, call, kind, target) = if what == "a refund" {
        let order = example.target()?;
        ("refund", ApiCall::Refund, EventType::RefundProcessed, order)
    } else {
        let policy = Target {
            kind: EffectKind::Policy,
            reference: references.policy.clone(),
        };
        (
            "cancel",
            ApiCall::Cancellation,
            EventType::PolicyCancelled,
            policy,
        )
    };
    example.target = Some(target.clone());
    example.asked.reversal = Some((target.clone(), call));
    let values = [
        ("reference", references.order.as_str()),
        ("order", &references.order),
        ("policy", &references.policy),
        ("transaction", &references.transaction),
        ("amount", &amount),
    ];
    example.operate_with(name, &values).await?;
    let Some(accepted) = example
        .last_request(call)
        .filter(|request| is_success(request.status))
    else {
        example.note("the sandbox accepted no such request, so it sends no webhook");
        return Ok(());
    };
    example.pause(Duration::from_secs(seconds)).await;
    example.look(&target, Moment::Before).await;
    if call == ApiCall::Refund {
        let answer: serde_json::Value = accepted
            .answer
            .and_then(|answer| serde_json::from_slice(&answer.bytes()).ok())
            .unwrap_or_default();
        let refund = answer["refund_id"].as_str().unwrap_or_default();
        refund.clone_into(&mut prepared.references.refund);
    }
    let mut event = example.event(kind, &prepared);
    if call == ApiCall::Refund {
        event
            .data
            .insert("refund_id".to_owned(), json!(prepared.references.refund));
    }
    let mut pauses = example.context.profile.retry_pauses();
    pauses.truncate(REDELIVERIES);
    example
        .deliver_until_kept(Role::Stimulus, &event, &target.reference, &pauses)
        .await?;
    Ok(())
}

#[then("it was asked for once, and is final only after the webhook")]
async fn once_and_final(example: &mut Example) -> Result<(), Stop> {
    let (target, call) = example
        .asked
        .reversal
        .clone()
        .ok_or_else(|| Stop::Harness("the feature asks for no refund and no cancellation".to_owned()))?;
    let done = |reading: &Reading| {
        reading
            .state
            .as_deref()
            .is_none_or(|state| matches!(state, "refunded" | "cancelled"))
    };
    example.wait_until(&target, done).await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::AskedOnce { call });
    example.check_flow(FlowCheck::NotFinalBefore {
        target: target.clone(),
        call,
    });
    example.check_flow(FlowCheck::FinalAfter { target, call });
    Ok(())
}
