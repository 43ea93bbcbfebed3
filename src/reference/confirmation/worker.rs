//! The worker: takes what is due, tries it, and puts off what did not work out.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::confirm;
use crate::reference::clock;
use crate::reference::log::{Level, Line, Outcome};
use crate::reference::partner::Partner;
use crate::reference::store::database::StoreError;
use crate::reference::store::jobs::{self, Job};
use crate::reference::store::orders;

/// Jobs under way at once.
const AT_ONCE: usize = 16;
/// Longest time between two looks at the queue.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Works until it is stopped.
pub async fn work(partner: Arc<Partner>) {
    let free = Arc::new(Semaphore::new(AT_ONCE));
    // What was taken before a restart is nobody's now. Without the books there is nothing to do at all.
    let _ = partner.database.transaction(jobs::give_back).await;
    loop {
        let room = free.available_permits();
        let taken = partner.database.transaction(move |books| {
            let taken = jobs::take(books, room, clock::unix_millis())?;
            Ok((taken, jobs::next_due(books)?))
        });
        let Ok((taken, next)) = taken.await else { return };
        for job in taken {
            let Ok(permit) = Arc::clone(&free).try_acquire_owned() else {
                break;
            };
            let partner = Arc::clone(&partner);
            tokio::spawn(async move {
                let _ = run(&partner, &job).await;
                drop(permit);
                partner.bell.notify_one();
            });
        }
        let wait = next.map_or(LOOK_EVERY, |due| {
            let millis = u64::try_from(due - clock::unix_millis()).unwrap_or(0);
            // With every place taken, a finished job rings before the clock does.
            let least = if free.available_permits() == 0 { 1_000 } else { 1 };
            Duration::from_millis(millis.max(least)).min(LOOK_EVERY)
        });
        tokio::select! {
            () = partner.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn run(partner: &Partner, job: &Job) -> Result<(), StoreError> {
    let (result, message, category) = match confirm::confirm(partner, job).await {
        Ok(()) => {
            let done = job.clone();
            let finished = partner
                .database
                .transaction(move |books| jobs::finish(books, &done));
            finished.await?;
            (Outcome::Processed, "payment confirmed".to_owned(), None)
        }
        Err(failure) => (
            Outcome::Failed,
            later(partner, job, &failure.message).await?,
            Some(failure.category.word()),
        ),
    };
    partner.log.write(&Line {
        level: if result == Outcome::Failed {
            Level::Warn
        } else {
            Level::Info
        },
        result: Some(result),
        reference: Some(job.order.clone()),
        message,
        operation: Some("confirm".to_owned()),
        category,
        attempts: Some(job.tries + 1),
        ..Line::default()
    });
    Ok(())
}

/// Puts the job off, or leaves it to a person after the last try; answers what to log.
async fn later(partner: &Partner, job: &Job, why: &str) -> Result<String, StoreError> {
    let job = job.clone();
    let again = partner.database.transaction(move |books| {
        let again = jobs::try_later(books, &job, clock::unix_millis())?;
        if !again {
            orders::flag(books, &job.order, "payment announced, not confirmed")?;
        }
        Ok(again)
    });
    Ok(if again.await? {
        format!("{why}; tried again later")
    } else {
        format!("{why}; given up")
    })
}
