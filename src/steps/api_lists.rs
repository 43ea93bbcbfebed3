//! Reading the sandbox's books: the status of one thing, and lists with more than one page.

use cucumber::{given, then, when};

use super::{stop::Stop, world::Example};
use crate::{
    actors::sandbox::api::Steering,
    checks::{effect::Target, flow_check::FlowCheck},
    transcript::observation::{EffectKind, Moment},
    wire::money::Money,
};

/// Payments on the list.
const PAYMENTS: i64 = 5;
/// Items on a page of it.
const PAGE: usize = 2;
/// Pages that this makes.
const PAGES: usize = 3;

#[given("a sandbox at which a purchase was just made")]
async fn bought(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())?;
    example.operate_with("buy", &[]).await?;
    example.purchase().map(drop)
}

#[given("a sandbox with five payments, in pages of two, of which no webhook told")]
async fn listed(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())?;
    example.mount()?.steer(Steering {
        page_size: PAGE,
        ..Steering::default()
    });
    for number in 0..PAYMENTS {
        let prepared = example.order_at_sandbox(Money::sen(10_000 + number)).await?;
        let target = Target {
            kind: EffectKind::Order,
            reference: prepared.references.order,
        };
        example.look(&target, Moment::Before).await;
        example.asked.listed.push(target);
    }
    Ok(())
}

#[given("a sandbox without a single payment")]
fn empty(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())
}

#[when("the partner asks for the status of what was bought")]
async fn asks(example: &mut Example) -> Result<(), Stop> {
    let (payment, prepared) = example.purchase()?;
    let policy = prepared.references.policy;
    example.target = Some(Target {
        kind: EffectKind::Policy,
        reference: policy.clone(),
    });
    example
        .operate_with(
            "status",
            &[
                ("policy", &policy),
                ("transaction", &payment.id),
                ("reference", &payment.order_id),
                ("order", &payment.order_id),
            ],
        )
        .await
}

#[when("the partner reads the list of transactions")]
async fn reads(example: &mut Example) -> Result<(), Stop> {
    let trigger = &example.context.trigger;
    let name = if trigger.offers("reconcile") {
        "reconcile"
    } else {
        "report"
    };
    example.operate_with(name, &[]).await
}

#[then("it has asked for the right policy or payment, and its state is that of the sandbox")]
async fn as_sandbox(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle_after_fault(&target, 1).await;
    example.check_flow(FlowCheck::StatusRead { target });
    Ok(())
}

#[then("each page was fetched once, nothing after the last, and each payment is booked once")]
async fn whole_list(example: &mut Example) {
    let targets = example.asked.listed.clone();
    if let Some(last) = targets.last() {
        example.settle_after_fault(last, 1).await;
    }
    for target in &targets {
        example.look(target, Moment::After).await;
    }
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::PagesReadOnce { least: PAGES });
    example.check_flow(FlowCheck::ListBooked { targets });
}

#[then("the list was fetched once, without an error")]
async fn empty_list(example: &mut Example) {
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::PagesReadOnce { least: 1 });
}
