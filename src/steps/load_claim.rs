//! Many updates of one claim at the same moment.

use std::time::Duration;

use cucumber::{then, when};
use serde_json::json;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{
        acknowledgement::is_success,
        check::Check,
        effect::{Allowed, Target},
    },
    config::host::rfc3339,
    transcript::{
        exchange::Role,
        observation::{Moment, Read},
    },
    wire::event::{Event, EventType},
};

/// The state that only the newest update tells.
const NEWEST: &str = "paid";
/// The states of all others.
const EARLIER: [&str; 4] = ["under_review", "more_information_needed", "approved", "rejected"];
/// Time between two updates as their payloads tell it.
const APART_MILLIS: i64 = 10;

impl Example {
    /// Updates with distinct ids and times, the newest first: whoever lets the last writer win ends with
    /// an old state.
    fn updates(&mut self, count: u32) -> Result<Vec<Event>, Stop> {
        let prepared = self.prepared()?.clone();
        let now = self.context.clock().unix_millis();
        let mut updates = Vec::new();
        for age in 0..i64::from(count) {
            let mut event = self.event(EventType::ClaimUpdated, &prepared);
            event.created_at = rfc3339(now - age * APART_MILLIS);
            let state = match usize::try_from(age).ok().and_then(|age| age.checked_sub(1)) {
                Some(earlier) => EARLIER[earlier % EARLIER.len()],
                None => NEWEST,
            };
            event.data.insert("status".to_owned(), json!(state));
            updates.push(event);
        }
        Ok(updates)
    }

    /// Looks with growing pauses until the target is in a state, or the settling time is over.
    async fn settle_state(&mut self, target: &Target, state: &str) {
        let settle = self.context.profile.settle();
        let mut pause = self.context.profile.settle_poll();
        let mut waited = Duration::ZERO;
        while waited < settle {
            let read = self.look(target, Moment::After).await;
            if matches!(&read, Read::Got(reading) if reading.state.as_deref().is_none_or(|found| found == state))
            {
                return;
            }
            self.pause(pause.min(settle.saturating_sub(waited))).await;
            waited += pause;
            pause *= 2;
        }
    }
}

#[when("many updates of the claim are delivered within 100 milliseconds, the newest first")]
async fn updates_at_once(example: &mut Example) -> Result<(), Stop> {
    let count = *example.context.profile.update_count();
    example.within_limits(count, count, "the burst of updates")?;
    let target = example.target()?;
    example.settle(&target, 1).await;
    // All updates are younger than the claim, and nothing before them takes from their pace.
    example.pause(Duration::from_secs(1)).await;
    example.snapshot().await?;
    let updates = example.updates(count)?;
    let mut messages = Vec::new();
    for event in &updates {
        let (intent, composed) = example.compose(Role::Stimulus, event, &target.reference)?;
        messages.push((intent, example.message(composed)?.0));
    }
    let raw = example.context.deliverer.raw();
    let burst = raw.burst_of(&example.scope, messages).await;
    let refused = updates
        .into_iter()
        .zip(&burst.deliveries)
        .filter(|(_, delivered)| !is_success(delivered.delivery().status()))
        .map(|(event, _)| (event, target.reference.clone()))
        .collect();
    example.deliver_again(refused).await
}

#[then("the updates were written within 100 milliseconds of each other")]
fn written_together(example: &mut Example) {
    let copies = *example.context.profile.update_count();
    example.check(Check::Simultaneous { copies, within: 100 });
}

#[then("an update that was answered with an error is taken when it comes again")]
fn healed(example: &mut Example) {
    example.check(Check::Absorbed { any_heals: true });
}

#[then("the claim has the status of the newest update, and is one claim")]
async fn newest_wins(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle_state(&target, NEWEST).await;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.check(Check::StateIs {
        target: target.clone(),
        one_of: vec![NEWEST.to_owned()],
    });
    example.check(Check::NoEffect {
        target,
        allowed: Allowed {
            state_may_change: true,
            status_suffices: false,
        },
        code: "duplicate-effect".to_owned(),
    });
    Ok(())
}
