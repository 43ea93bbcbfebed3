//! Long pauses: the example steps aside, so that others need not wait for it.

use std::{sync::Arc, time::Duration};

use super::world::Example;
use crate::{
    contract::id::ExampleId,
    transcript::{
        observation::{WaitKind, Waited},
        record::Event,
    },
};

/// Pauses up to this length are not worth leaving the stage for.
const SHORT: Duration = Duration::from_secs(20);

impl Example {
    /// Waits between two deliveries, for minutes or days. Meanwhile examples that run alone may take the
    /// stage, and no deadline runs. It may last longer than asked for, until the stage is free again.
    pub(super) async fn rest(&mut self, length: Duration) {
        if length <= SHORT {
            return self.pause(length).await;
        }
        let context = Arc::clone(&self.context);
        let from = context.clock().now();
        let (stage, place) = (context.stage.clone(), self.place.take());
        let asleep = tokio::time::sleep(length);
        self.resting.send_replace(true);
        let rest = async move {
            if let Some(place) = place {
                let (place, meanwhile) = stage.rest(place, asleep).await;
                return (Some(place), meanwhile);
            }
            // One that runs alone stays alone.
            asleep.await;
            (None, Vec::new())
        };
        let (place, meanwhile) = self.idle(rest).await;
        self.place = place;
        self.resting.send_replace(false);
        let waited = Waited {
            kind: WaitKind::Gap,
            from,
            to: context.clock().now(),
            satisfied: false,
        };
        context.recorder.record(Some(&self.scope), Event::Waited(waited));
        if !meanwhile.is_empty() {
            let names: Vec<&str> = meanwhile.iter().map(ExampleId::as_str).collect();
            self.note(format!("while it rested, these ran alone: {}", names.join(", ")));
        }
    }
}
