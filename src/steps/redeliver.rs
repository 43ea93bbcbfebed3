//! The platform's own retries: growing pauses, few attempts, then the event is marked failed.

use std::time::Duration;

use cucumber::when;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    checks::acknowledgement::is_success,
    transcript::{
        exchange::{Fate, Form, Role},
        record,
    },
    wire::{event::Event, tampering::Writing},
};

/// An event that was delivered, and how that went so far.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) event: Event,
    pub(super) attempts: u32,
    pub(super) kept: bool,
}

impl Example {
    /// One attempt at an event, signed anew; whether the partner took it.
    async fn attempt(&mut self, role: Role, event: &Event, reference: &str) -> Result<bool, Stop> {
        let composed = self.sign(|signing, random| right(signing, event, Writing::Plain, random))?;
        let intent = self.intent(role, Form::Right(Writing::Plain), event, reference);
        let delivered = self.send(intent, composed).await?;
        Ok(is_success(delivered.delivery().status()))
    }

    /// The first attempt at an event.
    pub(super) async fn tell(&mut self, role: Role, event: &Event, reference: &str) -> Result<Told, Stop> {
        let kept = self.attempt(role, event, reference).await?;
        Ok(Told {
            event: event.clone(),
            attempts: 1,
            kept,
        })
    }

    /// Records that the platform is done with an event.
    fn settle_fate(&self, told: &Told) {
        let fate = Fate {
            id: told.event.id.clone(),
            attempts: told.attempts,
            kept: told.kept,
        };
        self.context
            .recorder
            .record(Some(&self.scope), record::Event::Settled(fate));
    }

    /// Delivers events again that were not taken, after each of the pauses and in the order in which
    /// they were first sent, until all are taken or the pauses are used up. Then those left are marked
    /// failed. An event that needs another one first gets its chance once that one has come.
    pub(super) async fn redeliver_refused(
        &mut self,
        role: Role,
        mut told: Vec<Told>,
        reference: &str,
        pauses: &[Duration],
    ) -> Result<(), Stop> {
        for pause in pauses {
            if told.iter().all(|event| event.kept) {
                break;
            }
            self.pause(*pause).await;
            for again in told.iter_mut().filter(|event| !event.kept) {
                again.kept = self.attempt(role, &again.event, reference).await?;
                again.attempts += 1;
            }
        }
        for event in &told {
            self.settle_fate(event);
        }
        Ok(())
    }

    /// Delivers an event until it is answered with 2xx, after the pauses given and signed anew each
    /// time. When the last attempt fails too, the event is marked failed. Every attempt is a record
    /// with the role given; returns whether the partner took it.
    pub(super) async fn deliver_until_kept(
        &mut self,
        role: Role,
        event: &Event,
        reference: &str,
        pauses: &[Duration],
    ) -> Result<bool, Stop> {
        let mut told = self.tell(role, event, reference).await?;
        for pause in pauses {
            if told.kept {
                break;
            }
            self.pause(*pause).await;
            told.kept = self.attempt(role, event, reference).await?;
            told.attempts += 1;
        }
        self.settle_fate(&told);
        Ok(told.kept)
    }
}

#[when(regex = r"^what was refused is delivered again, up to (\d+) attempts each$")]
async fn again(example: &mut Example, attempts: usize) -> Result<(), Stop> {
    let reference = example.target()?.reference;
    let told = std::mem::take(&mut example.told);
    let pauses = example.context.profile.retry_pauses();
    let used = pauses.get(..attempts.saturating_sub(1)).unwrap_or(&pauses);
    example
        .redeliver_refused(Role::Stimulus, told, &reference, used)
        .await
}
