//! [`Defect::LostUpdate`](crate::reference::Defect::LostUpdate): a claim is read, thought about, and
//! written back as if nobody else could have written it meanwhile.

use std::time::Duration;

use super::apply::{self, Application, Applied};
use super::event::Event;
use crate::reference::store::claims;
use crate::reference::store::database::{Database, StoreError};
use crate::reference::store::events;
use crate::reference::store::orders::Change;

const THINKING: Duration = Duration::from_millis(80);

/// Applies a claim event in two transactions with a pause between them.
pub async fn update_claim(
    database: &Database,
    how: Application,
    event: Event,
) -> Result<Applied, StoreError> {
    let claim = event.claim.clone().unwrap_or_default();
    let looked_for = claim.clone();
    let decided_at = database
        .transaction(move |books| claims::decided_at(books, &looked_for))
        .await?;
    let newer = decided_at.is_some_and(|decided_at| event.at > decided_at);
    if !newer {
        return database
            .transaction(move |books| apply::apply(books, &how, &event))
            .await;
    }
    tokio::time::sleep(THINKING).await;
    database
        .transaction(move |books| {
            if events::remember(books, &how.key, &how.content)? != events::Memory::New {
                return Ok(Applied::Repeat { changed: false });
            }
            claims::overwrite(books, &claim, &event.status, event.at)?;
            Ok(Applied::Done(Change::Applied))
        })
        .await
}
