//! What there is before the stimulus.

use cucumber::given;

use super::{stop::Stop, world::Example};
use crate::{
    actors::fixtures::{Needed, Prepared, names},
    checks::effect::Target,
    config::subject::Subject,
    transcript::{
        observation::{self, EffectKind},
        record::Event,
    },
    wire::{event::EventType, money::Money},
};

impl Example {
    pub(super) async fn fresh(&mut self, needed: Needed) -> Result<Prepared, Stop> {
        let (context, scope) = (std::sync::Arc::clone(&self.context), self.scope.clone());
        let kind = effect_kind(needed.subject);
        let amount = needed.amount.amount();
        let prepared = self
            .idle(Box::pin(
                async move { context.fixtures.fresh(&scope, &needed).await },
            ))
            .await
            .map_err(|error| Stop::Inconclusive(error.to_string()))?;
        let event = Event::Prepared(observation::Prepared {
            kind,
            amount,
            reference: prepared.own.clone(),
        });
        self.context.recorder.record(Some(&self.scope), event);
        Ok(prepared)
    }

    pub(super) fn pending(&mut self, kind: EffectKind, prepared: Prepared) {
        let reference = match kind {
            EffectKind::Order | EffectKind::Subscription => prepared.references.order.clone(),
            EffectKind::Policy => prepared.references.policy.clone(),
            EffectKind::Claim => prepared.references.claim.clone(),
        };
        self.target = Some(Target { kind, reference });
        self.prepared = Some(prepared);
    }
}

pub(super) fn effect_kind(subject: Subject) -> EffectKind {
    match subject {
        Subject::Order => EffectKind::Order,
        Subject::Policy => EffectKind::Policy,
        Subject::Claim => EffectKind::Claim,
        Subject::Subscription => EffectKind::Subscription,
    }
}

fn amount(text: &str, currency: &str) -> Result<Money, Stop> {
    Money::parse(text, currency).map_err(|error| Stop::Harness(error.to_string()))
}

#[given(regex = r"^a pending order of (\d+\.\d\d) ([A-Z]{3})$")]
async fn pending_order(example: &mut Example, text: String, currency: String) -> Result<(), Stop> {
    let prepared = example
        .fresh(Needed::new(Subject::Order, amount(&text, &currency)?))
        .await?;
    example.pending(EffectKind::Order, prepared);
    Ok(())
}

#[given(regex = r"^a second pending order of (\d+\.\d\d) ([A-Z]{3})$")]
async fn second_order(example: &mut Example, text: String, currency: String) -> Result<(), Stop> {
    example.other = Some(
        example
            .fresh(Needed::new(Subject::Order, amount(&text, &currency)?))
            .await?,
    );
    Ok(())
}

#[given("a requested policy")]
async fn requested_policy(example: &mut Example) -> Result<(), Stop> {
    let prepared = example
        .fresh(Needed::new(Subject::Policy, Money::sen(10_000)))
        .await?;
    example.pending(EffectKind::Policy, prepared);
    Ok(())
}

#[given(regex = r"^a pending subscription of (\d+\.\d\d) ([A-Z]{3})$")]
async fn pending_subscription(example: &mut Example, text: String, currency: String) -> Result<(), Stop> {
    let prepared = example
        .fresh(Needed::new(Subject::Subscription, amount(&text, &currency)?))
        .await?;
    example.pending(EffectKind::Subscription, prepared);
    Ok(())
}

#[given(regex = r"^an? (order|policy|subscription) that the partner never created$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn unknown_reference(example: &mut Example, what: String) {
    let place = format!("{} {} unknown", example.scope.example, example.scope.attempt);
    let references = names(example.context.seed, &place);
    let own = references.order.clone();
    let prepared = Prepared {
        references,
        own,
        amount: Money::sen(10_000),
        exists: false,
    };
    let kind = match what.as_str() {
        "policy" => EffectKind::Policy,
        "subscription" => EffectKind::Subscription,
        _ => EffectKind::Order,
    };
    example.pending(kind, prepared);
    example.unknown = true;
}

#[given(regex = r"^everything that an? ([a-z.]+) refers to$")]
async fn everything_for(example: &mut Example, event: String) -> Result<(), Stop> {
    let event: EventType = event.parse().map_err(|error| Stop::Harness(format!("{error}")))?;
    let prepared = example
        .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
        .await?;
    let kind = match event {
        EventType::PaymentSuccess | EventType::PaymentFailed | EventType::RefundProcessed => {
            EffectKind::Order
        }
        EventType::PolicyIssued | EventType::PolicyCancelled => EffectKind::Policy,
        EventType::ClaimSubmitted | EventType::ClaimUpdated => EffectKind::Claim,
    };
    example.pending(kind, prepared);
    example.history_for(event).await
}
