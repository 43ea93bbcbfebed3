//! Writes that are done and whose answers are lost.

use cucumber::{then, when};

use super::{stop::Stop, world::Example};
use crate::{
    actors::fixtures::Prepared,
    checks::{check::Check, effect::Target, view::View},
    transcript::observation::{EffectKind, Moment, OperationEnd},
    wire::{
        event::{EventType, References},
        fault::ApiCall,
    },
};

impl Example {
    /// The payment that was made last, as what the example is about.
    fn payment_made(&mut self) -> Result<Prepared, Stop> {
        let payment = self.mount()?.payments().pop().ok_or_else(|| {
            Stop::Inconclusive(
                "the operation made no payment at {api_base_url}, so no outcome of one could be unknown; see \
                 [start.buy]"
                    .to_owned(),
            )
        })?;
        Ok(Prepared {
            own: payment.order_id.clone(),
            references: References {
                order: payment.order_id,
                policy: payment.policy_id.unwrap_or_default(),
                transaction: payment.id,
                refund: String::new(),
                claim: String::new(),
            },
            amount: payment.amount,
            exists: true,
        })
    }

    /// Whether the last operation said that it is done.
    fn succeeded(&self) -> bool {
        let records = self.context.recorder.of(&self.scope);
        let operation = View::new(&records).operation();
        operation.is_some_and(|(_, operation)| {
            matches!(&operation.end, OperationEnd::Finished { outcome, .. } if outcome == "success")
        })
    }
}

#[when(
    regex = r"^the partner buys twice and, once the write is done, (.+): first for a policy, then for a payment$"
)]
async fn answers_are_lost(example: &mut Example, how: String) -> Result<(), Stop> {
    for call in [ApiCall::Policy, ApiCall::Payment] {
        example.lose_answer(call, &how)?;
        example.operate("buy").await?;
        example.sandbox_settled().await;
    }
    let prepared = example.payment_made()?;
    example.pending(EffectKind::Order, prepared.clone());
    // The platform tells of what it did, whether or not its answer arrived.
    if !example.succeeded()
        && example.context.webhook.is_some()
        && example.context.in_scope.contains(&EventType::PaymentSuccess)
    {
        example.tell_of_payment(&prepared).await?;
    }
    Ok(())
}

#[then("there is one policy and one payment for each order, at the sandbox and in the partner's books")]
async fn once_each(example: &mut Example) -> Result<(), Stop> {
    let target: Target = example.target()?;
    example.settle_after_fault(&target, 1).await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.sandbox_settled().await;
    example.check(Check::SettledOnce { target });
    Ok(())
}
