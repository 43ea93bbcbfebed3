//! The platform's own retries: growing pauses, few attempts, then the event is marked failed.

use std::time::Duration;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    checks::acknowledgement::is_success,
    transcript::{
        exchange::{Fate, Form, Role},
        record,
    },
    wire::{event::Event, tampering::Writing},
};

impl Example {
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
        let (mut attempts, mut kept) = (0, false);
        for number in 0..=pauses.len() {
            if let Some(pause) = number.checked_sub(1).and_then(|before| pauses.get(before)) {
                self.pause(*pause).await;
            }
            let composed = self.sign(|signing, random| right(signing, event, Writing::Plain, random))?;
            let intent = self.intent(role, Form::Right(Writing::Plain), event, reference);
            let delivered = self.send(intent, composed).await?;
            attempts += 1;
            kept = is_success(delivered.delivery().status());
            if kept {
                break;
            }
        }
        let fate = Fate {
            id: event.id.clone(),
            attempts,
            kept,
        };
        self.context
            .recorder
            .record(Some(&self.scope), record::Event::Settled(fate));
        Ok(kept)
    }
}
