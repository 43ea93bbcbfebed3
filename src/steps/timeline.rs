//! Events whose own time and whose arrival are two things: late ones, early ones, and the past of what
//! they are about.

use cucumber::{given, when};

use super::{deliver::event_type, stop::Stop, world::Example};
use crate::{
    actors::fixtures::{Needed, Prepared},
    checks::effect::Target,
    config::{host::rfc3339, subject::Subject},
    transcript::{exchange::Role, observation::EffectKind},
    wire::{
        event::{Event, EventType},
        money::Money,
        tampering::Writing,
    },
};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// How long ago the earlier and the later of two facts happened. Like the past of them, it lies within
/// any window against replays, so that a partner that confuses the two times fails one case and not all.
const EARLIER: i64 = 120 * SECOND;
const LATER: i64 = 60 * SECOND;

/// Retries of an event that only prepares the stimulus.
const RETRIES_OF_THE_PAST: usize = 4;

impl Example {
    /// An event that happened some time ago, in milliseconds.
    fn event_ago(&mut self, kind: EventType, prepared: &Prepared, ago: i64) -> Event {
        let mut event = self.event(kind, prepared);
        event.created_at = rfc3339(self.context.clock().unix_millis().saturating_sub(ago));
        event
    }

    /// The same references under another transaction: another attempt to pay.
    fn another_payment(&mut self, prepared: &Prepared) -> Prepared {
        let mut other = prepared.clone();
        other.references.transaction = format!("txn_{}", self.letters(12));
        other
    }

    /// Delivers events as the stimulus, one after the other. The silence between two of them lets a
    /// partner that works behind its answer finish the first, so that arrival is the order of work.
    pub(super) async fn arrive(&mut self, events: Vec<Event>) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let reference = self.target()?.reference;
        self.snapshot().await?;
        for (number, event) in events.into_iter().enumerate() {
            if number > 0 {
                self.silence().await;
            }
            self.carry(&event, &prepared, Writing::Plain);
            let told = self.tell(Role::Stimulus, &event, &reference).await?;
            self.told.push(told);
        }
        Ok(())
    }

    /// What must have happened before the stimulus means anything: events with their ages, oldest first,
    /// as far as they are in the partner's scope.
    async fn past(
        &mut self,
        target: Target,
        prepared: Prepared,
        events: &[(EventType, i64)],
    ) -> Result<(), Stop> {
        let reference = target.reference.clone();
        self.target = Some(target);
        self.prepared = Some(prepared.clone());
        let pauses = self.context.profile.retry_pauses();
        let pauses = pauses.get(..RETRIES_OF_THE_PAST).unwrap_or(&pauses);
        let gap = self.context.profile.redelivery_gap();
        for (kind, ago) in events {
            if !self.context.in_scope.contains(kind) {
                continue;
            }
            if !self.history.is_empty() {
                self.pause(gap).await;
            }
            let event = self.event_ago(*kind, &prepared, *ago);
            let kept = self
                .deliver_until_kept(Role::Probe, &event, &reference, pauses)
                .await?;
            if !kept {
                return Err(Stop::Inconclusive(format!(
                    "the past cannot be told: {} {} for {reference} was never answered with 2xx and is \
                     marked failed after {} attempts",
                    event.kind,
                    event.id,
                    pauses.len() + 1
                )));
            }
            self.history.push(event);
        }
        self.silence().await;
        Ok(())
    }

    async fn fresh_order(&mut self) -> Result<Prepared, Stop> {
        self.fresh(Needed::new(Subject::Order, Money::sen(10_000))).await
    }
}

#[when(regex = r"^a payment\.success that happened (\d+) (hours|days) ago is delivered$")]
async fn long_ago(example: &mut Example, count: i64, unit: String) -> Result<(), Stop> {
    let unit = if unit == "days" { DAY } else { HOUR };
    let prepared = example.prepared()?.clone();
    let event = example.event_ago(EventType::PaymentSuccess, &prepared, count.saturating_mul(unit));
    example.arrive(vec![event]).await
}

#[when(regex = r"^an? ([a-z.]+) arrives before the ([a-z.]+) that it follows$")]
async fn later_first(example: &mut Example, later: String, earlier: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let later = example.event_ago(event_type(&later)?, &prepared, LATER);
    let earlier = example.event_ago(event_type(&earlier)?, &prepared, EARLIER);
    example.arrive(vec![later, earlier]).await
}

#[when("a payment.success is followed by the payment.failed of an earlier attempt to pay")]
async fn late_failure(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let first_attempt = example.another_payment(&prepared);
    let success = example.event_ago(EventType::PaymentSuccess, &prepared, LATER);
    let failure = example.event_ago(EventType::PaymentFailed, &first_attempt, EARLIER);
    example.arrive(vec![success, failure]).await
}

#[when("a payment.failed is followed by the payment.success of a later attempt to pay")]
async fn second_attempt(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let first_attempt = example.another_payment(&prepared);
    let failure = example.event_ago(EventType::PaymentFailed, &first_attempt, EARLIER);
    let success = example.event_ago(EventType::PaymentSuccess, &prepared, LATER);
    example.arrive(vec![failure, success]).await
}

#[given(regex = r"^a policy in force(, and a claim on it)?$")]
async fn policy_in_force(example: &mut Example, claim: String) -> Result<(), Stop> {
    let prepared = example.fresh_order().await?;
    let target = Target {
        kind: EffectKind::Claim,
        reference: prepared.references.claim.clone(),
    };
    let mut events = vec![
        (EventType::PaymentSuccess, 220 * SECOND),
        (EventType::PolicyIssued, 200 * SECOND),
    ];
    if !claim.is_empty() {
        events.push((EventType::ClaimSubmitted, 180 * SECOND));
    }
    example.past(target, prepared, &events).await
}

#[when("three updates of the claim arrive, the last of them first")]
async fn shuffled_updates(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let mut update = |status: &str, ago| {
        let mut event = example.event_ago(EventType::ClaimUpdated, &prepared, ago);
        event.data.insert("status".to_owned(), status.into());
        event
    };
    let first = update("under_review", 150 * SECOND);
    let second = update("more_information_needed", EARLIER);
    let third = update("approved", LATER);
    example.arrive(vec![third, first, second]).await
}

#[given(regex = r"^an? (order|policy) that was (?:paid and then refunded|issued and then cancelled)$")]
async fn closed(example: &mut Example, what: String) -> Result<(), Stop> {
    let prepared = example.fresh_order().await?;
    let (kind, reference, events) = if what == "policy" {
        let events = [
            (EventType::PolicyIssued, 200 * SECOND),
            (EventType::PolicyCancelled, 180 * SECOND),
        ];
        (EffectKind::Policy, prepared.references.policy.clone(), events)
    } else {
        let events = [
            (EventType::PaymentSuccess, 200 * SECOND),
            (EventType::RefundProcessed, 180 * SECOND),
        ];
        (EffectKind::Order, prepared.references.order.clone(), events)
    };
    example.past(Target { kind, reference }, prepared, &events).await
}

#[when(regex = r"^the earlier ([a-z.]+) comes again (with its own id|under a new id)$")]
async fn comes_again(example: &mut Example, kind: String, id: String) -> Result<(), Stop> {
    let mut event = example
        .history
        .iter()
        .find(|event| event.kind == kind)
        .cloned()
        .ok_or_else(|| Stop::Harness(format!("the past has no {kind}")))?;
    if id == "under a new id" {
        event.id = example.event_id();
    }
    example.arrive(vec![event]).await
}
