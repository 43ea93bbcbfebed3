//! Applies an event to the books: memory of the delivery and effect in one transaction.

use rusqlite::Transaction;

use super::arrival;
use super::event::{Event, Kind};
use super::naive;
use crate::reference::checkout::{self, twice};
use crate::reference::defect::{Defect, Defects};
use crate::reference::store::books::{self, Uniqueness};
use crate::reference::store::database::StoreError;
use crate::reference::store::events::{self, Memory};
use crate::reference::store::fading::{self, Fading};
use crate::reference::store::orders::{self, Change, Money, NewOrder};
use crate::reference::store::{claims, jobs, policies, policyholders};

/// How a delivery is applied.
#[derive(Clone, Debug)]
pub struct Application {
    /// What repeats are recognised by.
    pub key: String,
    /// Digest of the body.
    pub content: String,
    /// Whether facts are held unique.
    pub uniqueness: Uniqueness,
    /// Whether the key is remembered at all.
    pub remembers: bool,
    /// How the memory fades, if it does.
    pub fading: Option<Fading>,
    /// Switches.
    pub defects: Defects,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The books tell about this event now.
    Done(Change),
    /// The payment stands in the queue of those to be confirmed with the platform.
    Deferred,
    /// The delivery was seen before; `true` if it said something else then.
    Repeat {
        /// Other content under the same id.
        changed: bool,
    },
}

/// Remembers the delivery and applies the event.
pub fn apply(books: &Transaction<'_>, how: &Application, event: &Event) -> Result<Applied, StoreError> {
    let event = &of_its_order(books, event)?;
    if let Some(fading) = how.fading
        && fading::fade(books, fading, &how.key)?
    {
        return again(books, how, event);
    }
    if how.remembers && !arrival::ignores_memory(books, how.defects, event)? {
        match events::remember(books, &how.key, &how.content)? {
            Memory::New => {}
            Memory::Repeat => return Ok(Applied::Repeat { changed: false }),
            Memory::Changed if how.defects.has(Defect::UpsertByEventId) => {
                events::overwrite(books, &how.key, &how.content)?;
                if let (Some(order), Some(sum)) = (&event.order, &event.sum) {
                    orders::overwrite_price(books, order, sum)?;
                }
                return again(books, how, event);
            }
            Memory::Changed => return Ok(Applied::Repeat { changed: true }),
        }
    }
    if awaits_confirmation(books, how, event)? {
        return Ok(Applied::Deferred);
    }
    let change = arrival::apply(books, how, event, effect)?;
    if change == Change::Unknown {
        if how.defects.has(Defect::NullOrderCrash) {
            return Err(StoreError::MissingRow);
        }
        if how.defects.has(Defect::PhantomOrder) && create_phantom(books, event)? {
            return effect(books, how, event).map(Applied::Done);
        }
        events::forget(books, &how.key)?;
    }
    Ok(Applied::Done(change))
}

/// The event about the order itself, where it names an attempt at paying for it.
fn of_its_order(books: &Transaction<'_>, event: &Event) -> Result<Event, StoreError> {
    let order = event.order.as_deref();
    let order = order.map(|order| checkout::order_of(books, order)).transpose()?;
    Ok(Event {
        order,
        ..event.clone()
    })
}

/// Performs an event as if it had never been heard of, its fact included.
fn again(books: &Transaction<'_>, how: &Application, event: &Event) -> Result<Applied, StoreError> {
    let anew = Application {
        uniqueness: Uniqueness::Absent,
        ..how.clone()
    };
    events::remember(books, &how.key, &how.content)?;
    effect(books, &anew, event).map(Applied::Done)
}

/// Whether the delivery or its fact is on file already: the look before the leap of
/// [`Defect::CheckThenInsert`].
pub fn on_file(books: &Transaction<'_>, key: &str, event: &Event) -> Result<bool, StoreError> {
    let done = match event.kind {
        Kind::PaymentSuccess => {
            books::count(
                books,
                books::Kind::Payment,
                event.order.as_deref().unwrap_or_default(),
            )? > 0
        }
        Kind::PolicyIssued => {
            books::count(
                books,
                books::Kind::Issuance,
                event.policy.as_deref().unwrap_or_default(),
            )? > 0
        }
        Kind::ClaimSubmitted
        | Kind::ClaimUpdated
        | Kind::PaymentFailed
        | Kind::PolicyCancelled
        | Kind::RefundProcessed => true,
    };
    Ok(done || events::knows(books, key)?)
}

fn effect(books: &Transaction<'_>, how: &Application, event: &Event) -> Result<Change, StoreError> {
    let order = event.order.clone().unwrap_or_default();
    let policy = event.policy.as_deref().unwrap_or_default();
    let money = Money {
        order: order.clone(),
        transaction_id: event.transaction.clone().unwrap_or_default(),
        sum: event
            .sum
            .clone()
            .filter(|_| !how.defects.has(Defect::AmountBlind)),
        at: Some(event.at),
        name: naive::name(how.defects, event.name.as_deref()),
    };
    match event.kind {
        Kind::PaymentSuccess if how.defects.has(Defect::SqlConcat) => {
            let nameless = Money { name: None, ..money };
            let change = orders::pay(books, how.uniqueness, &nameless)?;
            naive::keep_name(books, &order, event.name.as_deref())?;
            Ok(change)
        }
        Kind::PaymentSuccess => {
            let uniqueness = twice::uniqueness(books, how.defects, how.uniqueness, &money)?;
            let change = orders::pay(books, uniqueness, &money)?;
            twice::flag(books, change, &money)?;
            Ok(change)
        }
        Kind::PaymentFailed if how.defects.has(Defect::AnyEventIsSuccess) => {
            orders::pay(books, how.uniqueness, &money)
        }
        Kind::PaymentFailed => orders::fail(books, &money),
        Kind::PolicyIssued => policies::issue(
            books,
            how.uniqueness,
            policy,
            event.order.as_deref(),
            event.number.as_deref(),
        ),
        Kind::PolicyCancelled => {
            let change = policies::cancel(books, policy)?;
            if how.defects.has(Defect::CancelByCustomer) {
                policyholders::cancel_all(books, policy)?;
            }
            Ok(change)
        }
        Kind::RefundProcessed => {
            let Some((amount, currency)) = &event.sum else {
                return Ok(Change::Stale);
            };
            let refund = event.refund.as_deref().unwrap_or_default();
            let mut amount = *amount;
            if how.defects.has(Defect::PartialRefundAsFull) {
                let whole = orders::find(books, &order)?.and_then(|found| found.amount);
                amount = whole.unwrap_or(amount);
            }
            orders::refund(books, how.uniqueness, refund, &order, amount, Some(currency))
        }
        Kind::ClaimSubmitted | Kind::ClaimUpdated => {
            let claim = event.claim.as_deref().unwrap_or_default();
            let uniqueness = if how.defects.has(Defect::ClaimPerEvent) {
                Uniqueness::Absent
            } else {
                how.uniqueness
            };
            claims::report(books, uniqueness, claim, policy, &event.status, event.at)
        }
    }
}

/// Puts an announced payment into the queue if it is first to be confirmed with the platform: that of an
/// order made through its API, which is not paid yet and not for another sum.
fn awaits_confirmation(
    books: &Transaction<'_>,
    how: &Application,
    event: &Event,
) -> Result<bool, StoreError> {
    let (Kind::PaymentSuccess, Some(reference), Some(transaction)) =
        (event.kind, &event.order, &event.transaction)
    else {
        return Ok(false);
    };
    if how.defects.has(Defect::WebhookOnly) {
        return Ok(false);
    }
    let Some(order) = orders::find(books, reference)? else {
        return Ok(false);
    };
    let open = matches!(order.state.as_str(), "pending" | "failed")
        || how.defects.has(Defect::TwoPathsTwoIssues) && order.state == "paid";
    if !open || !orders::sum_matches(&order, event.sum.as_ref()) || jobs::api_of(books, reference)?.is_none()
    {
        return Ok(false);
    }
    jobs::enqueue(books, reference, transaction)?;
    Ok(true)
}

fn create_phantom(books: &Transaction<'_>, event: &Event) -> Result<bool, StoreError> {
    match (event.kind, &event.order, &event.policy) {
        (Kind::PaymentSuccess, Some(order), _) => orders::create(
            books,
            &NewOrder {
                reference: order.clone(),
                recurring_id: None,
                amount: None,
                currency: None,
                name: event.name.clone(),
                policy: None,
            },
        ),
        (Kind::PolicyIssued, _, Some(policy)) => {
            policies::request(books, policy, None)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
