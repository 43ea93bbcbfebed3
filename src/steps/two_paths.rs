//! Payments of which the platform tells twice, by its answer and by a webhook, or only when it is asked.

use std::time::Duration;

use cucumber::{given, then, when};

use super::{counterpart::LOOK, stop::Stop, world::Example};
use crate::{
    actors::{
        fixtures::Prepared,
        sandbox::{api::Steering, state::PaymentStatus},
    },
    checks::{
        check::Check,
        view::{View, Which},
    },
    transcript::{
        exchange::{Fate, Role},
        observation::Moment,
        record,
    },
    wire::{
        event::EventType,
        fault::{ApiCall, Fault, Script, ScriptLine, Times},
        tampering::Writing,
    },
};

/// The platform's pauses before it sends an event again that came too early.
const REDELIVERIES: usize = 3;

/// How long an answer may be held for a webhook that is not answered.
const LONGEST_HOLD: Duration = Duration::from_secs(2);

fn status(word: &str) -> PaymentStatus {
    match word {
        "pending" => PaymentStatus::Pending,
        "declined" => PaymentStatus::Declined,
        _ => PaymentStatus::Successful,
    }
}

impl Example {
    /// The webhook that the sandbox sends because of a payment made there.
    pub(super) async fn tell_of_payment(&mut self, prepared: &Prepared) -> Result<bool, Stop> {
        let event = self.event(EventType::PaymentSuccess, prepared);
        self.carry(&event, prepared, Writing::Plain);
        let mut pauses = self.context.profile.retry_pauses();
        pauses.truncate(REDELIVERIES);
        let order = prepared.references.order.clone();
        self.deliver_until_kept(Role::Stimulus, &event, &order, &pauses)
            .await
    }

    fn hold_payment(&self, hold: Duration) {
        let millis = super::expect::millis(hold);
        self.rescript(&[ScriptLine {
            call: Some(ApiCall::Payment),
            times: Times::First(1),
            fault: Fault::Hold { millis },
        }]);
    }
}

#[given(regex = r"^a sandbox that answers a payment with (successful|pending|declined)$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn answering(example: &mut Example, word: String) -> Result<(), Stop> {
    example.open_counterpart(Script::default())?;
    let steering = Steering {
        payment: status(&word),
        ..Steering::default()
    };
    example.mount()?.steer(steering);
    Ok(())
}

#[when(regex = r"^the partner buys and payment\.success comes (\d+) seconds after the answer$")]
async fn webhook_later(example: &mut Example, seconds: u64) -> Result<(), Stop> {
    example.start_beside("buy")?;
    let (_, prepared) = example.payment_beside().await?;
    example.payment_answered().await?;
    example.pause(Duration::from_secs(seconds)).await;
    example.tell_of_payment(&prepared).await?;
    example.end_beside().await;
    example.check(Check::CameInOrder { webhook_first: false });
    Ok(())
}

#[when(regex = r"^the partner buys and payment\.success comes (\d+) milliseconds before the answer$")]
async fn webhook_sooner(example: &mut Example, lead: u64) -> Result<(), Stop> {
    example.hold_payment(LONGEST_HOLD);
    example.start_beside("buy")?;
    let (_, prepared) = example.payment_beside().await?;
    let (held, recorder, scope) = (
        example.mount()?.held_answers(),
        example.context.recorder.clone(),
        example.scope.clone(),
    );
    let answer = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(lead)).await;
        // Not before the webhook has really left; the hold ends by itself when nobody answers it.
        while View::new(&recorder.of(&scope))
            .deliveries(Which::STIMULUS)
            .is_empty()
        {
            tokio::time::sleep(LOOK).await;
        }
        held.release();
    });
    example.tell_of_payment(&prepared).await?;
    let _ = answer.await;
    example.end_beside().await;
    example.check(Check::CameInOrder { webhook_first: true });
    Ok(())
}

#[when(
    regex = r"^the partner buys and payment\.success comes at once, while the sandbox holds its answer for (\d+) seconds$"
)]
async fn webhook_overtakes(example: &mut Example, seconds: u64) -> Result<(), Stop> {
    example.hold_payment(Duration::from_secs(seconds));
    example.start_beside("buy")?;
    let (payment, prepared) = example.payment_beside().await?;
    example
        .sandbox()?
        .settle_payment(&payment.id, PaymentStatus::Successful);
    example.tell_of_payment(&prepared).await?;
    example.end_beside().await;
    Ok(())
}

#[then("the webhook overtook the answer")]
fn overtook(example: &mut Example) {
    example.check(Check::CameInOrder { webhook_first: true });
}

#[then("the early webhook is acknowledged, at once or when it is sent again")]
fn early_kept(example: &mut Example) {
    example.check(Check::EarlyEventKept);
}

#[then("the order is paid exactly once, whichever path told of it first")]
async fn paid_once(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle_after_fault(&target, 1).await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.sandbox_settled().await;
    example.check(Check::OnceByAnyPath { target });
    Ok(())
}

#[then("at most one policy was issued for it")]
fn issued_once(example: &mut Example) -> Result<(), Stop> {
    let order = example.target()?.reference;
    example.check(Check::IssuedAtMostOnce { order });
    Ok(())
}

#[when("no webhook arrives, and the partner reconciles its books with the sandbox")]
async fn reconciles(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.snapshot().await?;
    let prepared = example.prepared()?.clone();
    let lost = example.event(EventType::PaymentSuccess, &prepared);
    let fate = Fate {
        id: lost.id,
        attempts: 0,
        kept: false,
    };
    example
        .context
        .recorder
        .record(Some(&example.scope), record::Event::Settled(fate));
    if let Some(watch) = &example.watch {
        // A list is asked for without the name of anything on it.
        watch.also("/v1/transactions");
    }
    if example.context.trigger.offers("reconcile") {
        example.operate("reconcile").await?;
        example.settle_after_fault(&target, 1).await;
    } else {
        example.note("no [start.reconcile] is declared, so the partner's own reconciliation was waited for");
        let window = example.context.profile.reconciliation_window();
        example.settle_within(&target, 1, window, false).await;
    }
    example.sandbox_settled().await;
    Ok(())
}

#[then(
    "it has asked for the transaction or for a list that holds it, and the order is fulfilled exactly once"
)]
fn reconciled(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let transaction = example.prepared()?.references.transaction.clone();
    example.check(Check::Reconciled { target, transaction });
    Ok(())
}
