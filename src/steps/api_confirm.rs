//! Payments that succeed, stay pending or are declined, with and without a webhook.

use std::time::Duration;

use cucumber::{then, when};

use super::{expect::millis, stop::Stop, world::Example};
use crate::{
    actors::sandbox::{api::Steering, state::PaymentStatus},
    checks::flow_check::FlowCheck,
    transcript::observation::Moment,
};

/// Code of an order that counts as paid too soon.
const TOO_SOON: &str = "paid-while-pending";
/// Code of an order that counts as paid although nobody paid.
const DECLINED: &str = "paid-though-declined";

#[when("the partner buys, and no webhook follows")]
async fn without_webhook(example: &mut Example) -> Result<(), Stop> {
    example.operate_with("buy", &[]).await
}

#[when(regex = r"^the partner buys, and payment\.success follows (\d+) seconds after the answer$")]
async fn webhook_follows(example: &mut Example, seconds: u64) -> Result<(), Stop> {
    example.start_beside("buy")?;
    let (payment, prepared) = example.payment_beside().await?;
    example.payment_answered().await?;
    example.pause(Duration::from_secs(seconds)).await;
    example.snapshot().await?;
    example
        .sandbox()?
        .settle_payment(&payment.id, PaymentStatus::Successful);
    example.tell_of_payment(&prepared).await?;
    example.end_beside().await;
    Ok(())
}

#[when("the partner buys, and nothing ever follows")]
async fn nothing_follows(example: &mut Example) -> Result<(), Stop> {
    example.start_beside("buy")?;
    example.payment_beside().await?;
    example.payment_answered().await?;
    let window = example.context.profile.attempts_window();
    example.pause(window).await;
    example.sandbox_settled().await;
    Ok(())
}

#[then("the order is paid exactly once, by the answer alone")]
async fn by_answer(example: &mut Example) {
    let target = example.settle_purchase().await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.check_flow(FlowCheck::PaidOnce { target });
}

#[then("the order is paid once by the webhook, and not before it")]
async fn by_webhook(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle_after_fault(&target, 1).await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.check_flow(FlowCheck::PaidByWebhook { target });
    Ok(())
}

#[then("the order is never paid, and the sandbox is asked no more often than the profile allows")]
async fn never(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.look(&target, Moment::After).await;
    example.check_flow(FlowCheck::NotPaid {
        target,
        code: TOO_SOON.to_owned(),
    });
    let profile = &example.context.profile;
    let what = FlowCheck::PolledCalmly {
        grace: millis(profile.poll_grace()),
        floor: millis(profile.poll_floor()),
        until: millis(profile.attempts_window()),
    };
    example.check_flow(what);
    Ok(())
}

#[then("the order is not paid, and the customer can try again under a new reference")]
async fn again(example: &mut Example) -> Result<(), Stop> {
    let first = example.bought_order();
    example.silence().await;
    example.look(&first, Moment::After).await;
    example.check_flow(FlowCheck::NotPaid {
        target: first.clone(),
        code: DECLINED.to_owned(),
    });
    example.mount()?.steer(Steering::default());
    example.operate_with("buy", &[]).await?;
    let second = example.settle_purchase().await;
    example.check_flow(FlowCheck::TriedAgain { first, second });
    Ok(())
}
