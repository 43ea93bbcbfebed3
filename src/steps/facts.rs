//! Two event ids: for one and the same fact, or for two facts that look alike.

use cucumber::{given, then, when};

use super::{compose::right, deliver::event_type, stop::Stop, world::Example};
use crate::{
    actors::fixtures::{Needed, Prepared},
    checks::{
        check::Check,
        effect::Field,
        view::{View, Which},
    },
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment, Read},
    },
    wire::{
        event::{Event, EventType},
        money::Money,
        tampering::Writing,
    },
};

/// Characters of a long event id, and how many of them two such ids share.
const LONG: usize = 200;
const SHARED: usize = 190;

impl Example {
    async fn gap(&mut self) {
        let gap = self.context.profile.redelivery_gap();
        self.pause(gap).await;
    }

    /// A new event for references, as one of several stimuli.
    async fn announce(&mut self, kind: EventType, prepared: &Prepared) -> Result<(), Stop> {
        let event = self.event(kind, prepared);
        self.carry(&event, prepared, Writing::Plain);
        self.deliver_event(&event, Form::Right(Writing::Plain))
            .await
            .map(drop)
    }

    /// Waits until what was announced last has happened, and a moment more.
    async fn taken_in(&mut self) -> Result<(), Stop> {
        let target = self.target()?;
        self.settle(&target, 1).await;
        self.gap().await;
        Ok(())
    }

    /// Looks into the log for every stimulus.
    async fn search_log_for_stimuli(&mut self) -> Result<(), Stop> {
        let records = self.context.recorder.of(&self.scope);
        let deliveries = View::new(&records).deliveries(Which::STIMULUS);
        let ids: Vec<String> = deliveries
            .iter()
            .map(|sent| sent.delivery.intent.id.clone())
            .collect();
        let log = self.log()?;
        let (scope, window) = (self.scope.clone(), self.context.profile.log_window());
        self.idle(async move {
            for id in ids {
                log.lines_with(&scope, &id, window).await;
            }
        })
        .await;
        Ok(())
    }

    /// Pays the two orders, each under one of the event ids.
    async fn pay_both(&mut self, ids: [String; 2]) -> Result<(), Stop> {
        let first = self.prepared()?.clone();
        let second = self
            .other
            .clone()
            .ok_or_else(|| Stop::Harness("the feature prepares no second order".to_owned()))?;
        let [one, other] = ids;
        self.snapshot().await?;
        self.pay(&first, one).await?;
        self.taken_in().await?;
        self.pay(&second, other).await
    }

    async fn pay(&mut self, prepared: &Prepared, id: String) -> Result<(), Stop> {
        let event = Event {
            id,
            ..self.event(EventType::PaymentSuccess, prepared)
        };
        let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let form = Form::Right(Writing::Plain);
        let intent = self.intent(Role::Stimulus, form, &event, &prepared.references.order);
        self.send(intent, composed).await.map(drop)
    }
}

#[given(regex = r"^two pending orders of (\d+\.\d\d) ([A-Z]{3})$")]
async fn two_orders(example: &mut Example, amount: String, currency: String) -> Result<(), Stop> {
    let amount = Money::parse(&amount, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    let needed = Needed::new(Subject::Order, amount);
    let first = example.fresh(needed.clone()).await?;
    example.pending(EffectKind::Order, first);
    example.other = Some(example.fresh(needed).await?);
    Ok(())
}

#[when(regex = r"^the same fact is announced by two ([a-z.]+) under different event ids$")]
async fn two_ids(example: &mut Example, kind: String) -> Result<(), Stop> {
    let kind = event_type(&kind)?;
    let prepared = example.prepared()?.clone();
    example.snapshot().await?;
    example.announce(kind, &prepared).await?;
    example.taken_in().await?;
    example.announce(kind, &prepared).await
}

#[when("the same fact is announced by webhook, by recurring callback and by another webhook")]
async fn two_channels(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    example.snapshot().await?;
    example.announce(EventType::PaymentSuccess, &prepared).await?;
    example.taken_in().await?;
    example.report_payment(&prepared).await?;
    example.taken_in().await?;
    example.announce(EventType::PaymentSuccess, &prepared).await
}

#[when(regex = r"^two partial refunds of (\d+\.\d\d) and (\d+\.\d\d) MYR are reported$")]
async fn two_refunds(example: &mut Example, first: String, second: String) -> Result<(), Stop> {
    let mut prepared = example.prepared()?.clone();
    example.snapshot().await?;
    for amount in [first, second] {
        prepared.amount = Money::parse(&amount, "MYR").map_err(|error| Stop::Harness(error.to_string()))?;
        prepared.references.refund = format!("rfd_{}", example.letters(12));
        example.announce(EventType::RefundProcessed, &prepared).await?;
        example.gap().await;
    }
    Ok(())
}

#[when("a failed payment and then a successful one of the same order are reported")]
async fn second_try(example: &mut Example) -> Result<(), Stop> {
    let failed = example.prepared()?.clone();
    let mut paid = failed.clone();
    // The customer tries once more, which is another transaction.
    paid.references.transaction = format!("txn_{}", example.letters(12));
    example.snapshot().await?;
    example.announce(EventType::PaymentFailed, &failed).await?;
    example.gap().await;
    example.announce(EventType::PaymentSuccess, &paid).await
}

#[when("two payments under event ids that differ only in letter case are reported")]
async fn other_case(example: &mut Example) -> Result<(), Stop> {
    let letters = example.letters(20);
    let ids = [
        format!("evt_k{}", letters.to_ascii_lowercase()),
        format!("evt_K{}", letters.to_ascii_uppercase()),
    ];
    example.pay_both(ids).await
}

#[when("two payments under long event ids with the same beginning are reported")]
async fn long_ids(example: &mut Example) -> Result<(), Stop> {
    const PREFIX: &str = "evt_";
    let shared = format!("{PREFIX}{}", example.letters(SHARED - PREFIX.len()));
    let mut id = |last: char| format!("{shared}{}{last}", example.letters(LONG - SHARED - 1));
    let ids = [id('a'), id('b')];
    example.pay_both(ids).await
}

#[then("every announcement is acknowledged")]
fn announcements_acknowledged(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::CopiesAcknowledged { within });
}

#[then("both are acknowledged in time")]
fn both_acknowledged(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::Acknowledged { within });
}

#[then("both orders are fulfilled exactly once")]
async fn both_fulfilled(example: &mut Example) -> Result<(), Stop> {
    let mut targets = vec![example.target()?];
    targets.extend(example.other_target());
    for target in targets {
        example.settle(&target, 1).await;
        example.check(Check::TookEffect {
            target,
            times: 1,
            status_suffices: false,
        });
    }
    Ok(())
}

#[then(regex = r"^the refunds recorded for the order add up to (\d+\.\d\d)$")]
async fn refunds_add_up(example: &mut Example, value: String) -> Result<(), Stop> {
    let target = example.target()?;
    example.silence().await;
    let read = example.look(&target, Moment::After).await;
    let hidden = match &read {
        Read::Got(reading) => reading.refunded.is_none(),
        Read::NoChannel => true,
        Read::Unreadable(_) => false,
    };
    if hidden && example.context.log.is_some() {
        example.search_log_for_stimuli().await?;
        let processed = example.context.processed_words.clone();
        example.check(Check::EachLoggedAsProcessed { processed });
        return Ok(());
    }
    example.check(Check::Recorded {
        target,
        field: Field::Refunded,
        value,
    });
    Ok(())
}
