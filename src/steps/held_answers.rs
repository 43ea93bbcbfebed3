//! Deliveries while the sandbox holds or refuses its answers.

use std::sync::Arc;

use cucumber::{given, then, when};

use super::{
    compose::right, counterpart::always, deliver::event_type, expect::millis, stop::Stop, world::Example,
};
use crate::{
    checks::{
        acknowledgement::is_success,
        check::Check,
        effect::Target,
        outcome::Outcome,
        view::{View, Which},
    },
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment},
    },
    wire::{
        event::Event,
        fault::{ApiCall, ErrorStatus, Fault, Script},
        header::Headers,
        money::Money,
        tampering::Writing,
    },
};

/// Redeliveries at most.
const REDELIVERIES: usize = 5;

impl Example {
    /// One more delivery of the stimulus; returns whether it was answered with success.
    async fn deliver_once(&mut self, event: &Event) -> Result<bool, Stop> {
        let reference = self.target()?.reference;
        let composed = self.sign(|signing, random| right(signing, event, Writing::Plain, random))?;
        let intent = self.intent(Role::Stimulus, Form::Right(Writing::Plain), event, &reference);
        let delivered = self.send(intent, composed).await?;
        Ok(is_success(delivered.delivery().status()))
    }

    /// The event of the stimulus, kept for further deliveries.
    async fn begin_event(&mut self, kind: &str) -> Result<Event, Stop> {
        let prepared = self.prepared()?.clone();
        let event = self.event(event_type(kind)?, &prepared);
        self.snapshot().await?;
        self.carry(&event, &prepared, Writing::Plain);
        self.begun = Some(event.clone());
        Ok(event)
    }

    /// Whether the last delivery of the stimulus was answered with success.
    fn kept_at_once(&self) -> bool {
        let records = self.context.recorder.of(&self.scope);
        let deliveries = View::new(&records).deliveries(Which::STIMULUS);
        deliveries
            .last()
            .is_some_and(|sent| is_success(sent.delivery.status()))
    }

    fn begun_event(&self) -> Result<Event, Stop> {
        self.begun
            .clone()
            .ok_or_else(|| Stop::Harness("the feature delivers nothing that could be sent again".to_owned()))
    }
}

#[given("a sandbox that knows the payments that are announced")]
fn knowing(example: &mut Example) -> Result<(), Stop> {
    example.open_counterpart(Script::default())
}

#[given(regex = r"^a pending order of (\d+\.\d\d) ([A-Z]{3}) that is paid at the sandbox$")]
async fn paid_at_sandbox(example: &mut Example, amount: String, currency: String) -> Result<(), Stop> {
    let amount = Money::parse(&amount, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    let prepared = example.order_at_sandbox(amount).await?;
    example.pending(EffectKind::Order, prepared);
    Ok(())
}

#[given(regex = r"^a good ([a-z.]+) for another such order makes the partner ask the sandbox$")]
async fn control_asks(example: &mut Example, kind: String) -> Result<(), Stop> {
    let prepared = example.order_at_sandbox(Money::sen(10_000)).await?;
    let target = Target {
        kind: EffectKind::Order,
        reference: prepared.references.order.clone(),
    };
    example.look(&target, Moment::Before).await;
    let before = example.arrived();
    let event = example.event(event_type(&kind)?, &prepared);
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let intent = example.intent(
        Role::ControlBefore,
        Form::Right(Writing::Plain),
        &event,
        &target.reference,
    );
    example.send(intent, composed).await?;
    example.must_live(target.clone())?;
    example.settle(&target, 1).await;
    if example.arrived() <= before {
        // The effect was there without a question; one may still come.
        example.silence().await;
    }
    example.sandbox_settled().await;
    if let Outcome::NotApplicable { reason } = example.check(Check::CausedRequests) {
        return Err(Stop::NotApplicable(reason.clone()));
    }
    Ok(())
}

#[given(regex = r"^the sandbox answers every call with status (\d{3})$")]
fn refusing_everything(example: &mut Example, status: u16) -> Result<(), Stop> {
    let status = ErrorStatus::try_from(status).map_err(|error| Stop::Harness(error.to_string()))?;
    let fault = Fault::Refuse {
        status,
        headers: Headers::new(),
        body: None,
    };
    example.rescript(&[always(None, fault)]);
    Ok(())
}

#[when(regex = r"^the sandbox holds every answer and a correctly signed ([a-z.]+) is delivered$")]
async fn delivered_while_held(example: &mut Example, kind: String) -> Result<(), Stop> {
    let event = example.begin_event(&kind).await?;
    let hold = example.context.profile.api_hold();
    let fault = Fault::Hold { millis: millis(hold) };
    example.rescript(&[always(Some(ApiCall::Token), fault.clone()), always(None, fault)]);
    let before = example.arrived();
    let begun = example.context.clock().now();
    let reference = example.target()?.reference;
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let intent = example.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference);
    let (message, _) = example.message(composed)?;
    let context = Arc::clone(&example.context);
    let scope = example.scope.clone();
    let mut delivery = Box::pin(context.deliverer.deliver(&scope, intent, message));
    let in_time = tokio::select! {
        _ = &mut delivery => true,
        () = tokio::time::sleep(hold) => false,
    };
    if in_time {
        // Released as soon as the question stands that belongs to the event: it is the one to be held.
        let spent = example.context.clock().now().millis_since(begun);
        let left = hold.saturating_sub(std::time::Duration::from_millis(spent));
        example.request_beyond(before, left).await;
        example.release();
    } else {
        example.release();
        delivery.await;
    }
    example.sandbox_settled().await;
    Ok(())
}

#[then("it is acknowledged in time, although the sandbox holds its answers")]
fn acknowledged_meanwhile(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::AcknowledgedMeanwhile { within });
}

#[then("the order is fulfilled exactly once, now that the sandbox answers")]
async fn once_released(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle(&target, 1).await;
    example.sandbox_settled().await;
    example.check(Check::OnceByAnyPath { target });
    Ok(())
}

#[when(regex = r"^a correctly signed ([a-z.]+) is delivered and the sandbox recovers$")]
async fn failing_first(example: &mut Example, kind: String) -> Result<(), Stop> {
    let event = example.begin_event(&kind).await?;
    example.deliver_once(&event).await?;
    let begun = example.context.clock().now();
    let longest = millis(example.context.profile.settle());
    // A request for a token may come first; it is the question behind it that must be refused.
    while !example.has_refused() && example.context.clock().now().millis_since(begun) < longest {
        example.idle(tokio::time::sleep(super::counterpart::LOOK)).await;
    }
    example.sandbox_settled().await;
    example.release();
    Ok(())
}

#[then("its processing had failed")]
fn had_failed(example: &mut Example) -> Result<(), Stop> {
    if let Outcome::Inconclusive { reason } = example.check(Check::ProcessingFailed) {
        return Err(Stop::Inconclusive(reason.clone()));
    }
    Ok(())
}

#[then(
    "the order is fulfilled exactly once: by itself after an acknowledgement, by a redelivery without one"
)]
async fn recovered(example: &mut Example) -> Result<(), Stop> {
    let (event, target) = (example.begun_event()?, example.target()?);
    let mut pauses = example
        .context
        .profile
        .retry_pauses()
        .into_iter()
        .take(REDELIVERIES);
    let mut kept = example.kept_at_once();
    while !kept && let Some(pause) = pauses.next() {
        example.pause(pause).await;
        kept = example.deliver_once(&event).await?;
    }
    example.settle_after_fault(&target, 1).await;
    example.sandbox_settled().await;
    example.check(Check::Recovered { target });
    Ok(())
}

#[then("one more delivery of the event changes nothing")]
async fn one_more(example: &mut Example) -> Result<(), Stop> {
    let (event, target) = (example.begun_event()?, example.target()?);
    let lost = |(check, outcome): &(Check, Outcome)| {
        matches!((check, outcome), (Check::Recovered { .. }, Outcome::Failed(_)))
    };
    if example.checks().iter().any(lost) {
        example
            .note("the event is not processed as it should be, so one more delivery would show nothing new");
        return Ok(());
    }
    example.deliver_once(&event).await?;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.sandbox_settled().await;
    example.check(Check::OnceByAnyPath { target });
    Ok(())
}
