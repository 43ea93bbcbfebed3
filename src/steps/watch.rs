//! Operations that are watched for longer than they last, and many that run at once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt as _, stream};

use super::{counterpart::LOOK, stop::Stop, world::Example};
use crate::{
    checks::{arrivals::since_disturbed, view::View},
    transcript::{
        observation::{WaitKind, Waited},
        record::Event,
    },
    wire::moment::Micros,
};

/// Person and reference of an operation that is the same as another one in all but its reference.
const TWINS: usize = 2;

impl Example {
    /// Starts an operation and watches the sandbox for so long from the first request on to which something
    /// was done. An operation that has not ended by then is given up without a word about its end.
    pub(super) async fn run_watched(&mut self, name: &str, watch: Duration) -> Result<(), Stop> {
        self.start_beside(name)?;
        if let Some(first) = self.first_disturbed().await {
            self.watch_for(first, watch).await;
        }
        self.sandbox_settled().await;
        Ok(())
    }

    /// When the first request was answered to which something was done; none when the operation ended
    /// without one.
    async fn first_disturbed(&mut self) -> Option<Micros> {
        let begun = self.context.clock().now();
        let longest = self.context.profile.attempts_window();
        loop {
            let over = self.beside.is_over();
            let records = self.context.recorder.of(&self.scope);
            if let Some((_, first)) = since_disturbed(View::new(&records)).first() {
                return Some(first.answered);
            }
            let waited = self.context.clock().now().millis_since(begun);
            if over || u128::from(waited) > longest.as_millis() {
                return None;
            }
            self.idle(tokio::time::sleep(LOOK)).await;
        }
    }

    /// Waits until so long after a moment, and records that nothing was done meanwhile.
    pub(super) async fn watch_for(&mut self, from: Micros, watch: Duration) {
        let spent = Duration::from_millis(self.context.clock().now().millis_since(from));
        // A millisecond more, because moments are cut to whole ones.
        let left = watch.saturating_sub(spent) + Duration::from_millis(1);
        self.idle(tokio::time::sleep(left)).await;
        let waited = Waited {
            kind: WaitKind::Negative,
            from,
            to: self.context.clock().now(),
            satisfied: false,
        };
        let event = Event::Waited(waited);
        self.context.recorder.record(Some(&self.scope), event);
    }

    /// Fields for so many operations; the last two of them differ in nothing but their references.
    fn fields_for_many(&mut self, count: u32) -> Result<Vec<BTreeMap<String, String>>, Stop> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(self.operation_fields()?);
        }
        if all.len() >= TWINS {
            let references = ["reference", "policy", "correlation_id"];
            let twin = all.len() - 1;
            let model = all[twin - 1].clone();
            all[twin].extend(
                model
                    .into_iter()
                    .filter(|(name, _)| !references.contains(&name.as_str())),
            );
        }
        Ok(all)
    }

    /// Starts so many operations evenly over a time, as far as the partner's limits let them go, and waits
    /// until all have ended, or that long after the last start. What has not ended then is given up.
    pub(super) async fn run_many(
        &mut self,
        name: &str,
        count: u32,
        spread: Duration,
        patience: Duration,
    ) -> Result<(), Stop> {
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        if context.trigger.needs_person(name) {
            return Err(Stop::Inconclusive(format!(
                "{count} operations cannot be started by hand; give [start.{name}] a command or a request"
            )));
        }
        let fields = self.fields_for_many(count)?;
        let limits = context.limits;
        let apart = (spread / count.max(1)).max(Duration::from_secs(1) / limits.per_second.max(1));
        let together = usize::try_from(limits.in_flight).unwrap_or(1);
        let begun = context.clock().now();
        let operations = stream::iter((0_u32..).zip(fields)).map(|(place, fields)| {
            let (context, scope, name) = (Arc::clone(&context), scope.clone(), name.to_owned());
            async move {
                let spent = Duration::from_millis(context.clock().now().millis_since(begun));
                tokio::time::sleep((apart * place).saturating_sub(spent)).await;
                context.trigger.start(&scope, &name, &fields).await;
            }
        });
        let all = operations
            .buffer_unordered(together.max(1))
            .for_each(|()| async {});
        let longest = apart * count + patience;
        let ended = self.idle(tokio::time::timeout(longest, all)).await.is_ok();
        if !ended {
            self.note(format!(
                "not all of {count} operations had ended {} s after the last start",
                patience.as_secs()
            ));
        }
        self.sandbox_settled().await;
        Ok(())
    }
}
