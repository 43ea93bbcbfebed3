//! Confirming inside the webhook handler, as two defects do.

use super::confirm;
use crate::reference::defect::Defect;
use crate::reference::partner::Partner;
use crate::reference::store::database::StoreError;
use crate::reference::store::events::{self, Memory};
use crate::reference::store::jobs::{self, Job};
use crate::reference::store::orders::Change;
use crate::reference::webhook::apply::Applied;
use crate::reference::webhook::event::{Event, Kind};

/// Handles an announced payment of an online order before the acknowledgement, where a defect says so;
/// `None` where it is handled like any other event. `key` and `content` are what the event is remembered by.
pub async fn handle(
    partner: &Partner,
    key: &str,
    content: &str,
    event: &Event,
) -> Option<Result<Applied, StoreError>> {
    let marks_first = partner.has(Defect::MarkBeforeProcess);
    if event.kind != Kind::PaymentSuccess || !(marks_first || partner.has(Defect::InlineFetch)) {
        return None;
    }
    let (order, transaction) = (event.order.clone()?, event.transaction.clone()?);
    let asked = order.clone();
    let api = partner
        .database
        .transaction(move |books| jobs::api_of(books, &asked))
        .await;
    let job = Job {
        order,
        transaction,
        api: api.ok()??,
        tries: 0,
    };
    Some(run(partner, key.to_owned(), content.to_owned(), job, marks_first).await)
}

async fn run(
    partner: &Partner,
    key: String,
    content: String,
    job: Job,
    marks_first: bool,
) -> Result<Applied, StoreError> {
    let remember = |key: String, content: String| {
        partner
            .database
            .transaction(move |books| events::remember(books, &key, &content))
    };
    if marks_first && remember(key.clone(), content.clone()).await? != Memory::New {
        return Ok(Applied::Repeat { changed: false });
    }
    let confirmed = confirm::confirm(partner, &job).await;
    confirmed.map_err(|_| StoreError::Unconfirmed)?;
    if !marks_first && remember(key, content).await? != Memory::New {
        return Ok(Applied::Repeat { changed: false });
    }
    Ok(Applied::Done(Change::Applied))
}
