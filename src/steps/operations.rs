//! Acting on the partner's test system, and putting it right again whatever happens.

use std::{sync::Arc, time::Duration};

use super::{context::Context, stop::Stop, world::Example};
use crate::{
    actors::reach,
    transcript::{
        observation::{WaitKind, Waited},
        record::{Event, Scope},
    },
};

/// Pause between two tries to reach the endpoint.
const LOOK: Duration = Duration::from_millis(50);

/// An action that has to be undone before the next example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    /// The endpoint is stopped.
    Start,
    /// Its database or queue is away.
    RestoreDependency,
}

impl Repair {
    pub(super) fn action(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::RestoreDependency => "restore-dependency",
        }
    }
}

/// Takes an action; what goes wrong makes the example inconclusive.
pub(super) async fn act(context: &Context, scope: &Scope, action: &str) -> Result<(), Stop> {
    let controlled = context.control.act(scope, action).await;
    match controlled.failed {
        None => Ok(()),
        Some(why) => Err(Stop::Inconclusive(format!(
            "the action [control.{action}] failed: {why}"
        ))),
    }
}

/// Waits until somebody listens at the endpoint again.
pub(super) async fn back(context: &Context, scope: &Scope) -> Result<(), Stop> {
    let Some(endpoint) = &context.webhook else {
        return Ok(());
    };
    let from = context.clock().now();
    let window = context.profile.return_window();
    let tries = async {
        while reach::connect(&endpoint.url).await.is_err() {
            tokio::time::sleep(LOOK).await;
        }
    };
    let satisfied = tokio::time::timeout(window, tries).await.is_ok();
    let waited = Waited {
        kind: WaitKind::Settle,
        from,
        to: context.clock().now(),
        satisfied,
    };
    context.recorder.record(Some(scope), Event::Waited(waited));
    if satisfied {
        return Ok(());
    }
    Err(Stop::Inconclusive(format!(
        "nobody listened at the endpoint {} s after it was started",
        window.as_secs()
    )))
}

impl Example {
    /// Stops unless all the actions are declared.
    pub(super) fn must_offer(&self, actions: &[&str]) -> Result<(), Stop> {
        let missing: Vec<String> = actions
            .iter()
            .filter(|action| !self.context.control.offers(action))
            .map(|action| format!("[control.{action}]"))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Stop::Inconclusive(format!(
            "{} not declared; add it with a command or a prompt to a person, so that this can be tried",
            match missing.as_slice() {
                [one] => format!("{one} is"),
                more => format!("{} are", more.join(" and ")),
            }
        )))
    }

    /// Takes an action. `repair` is owed from before it is taken, because a failed action may have
    /// done half its work.
    pub(super) async fn act(&mut self, action: &str, repair: Option<Repair>) -> Result<(), Stop> {
        self.repairs.extend(repair);
        let (context, scope, action) = (Arc::clone(&self.context), self.scope.clone(), action.to_owned());
        self.idle(async move { act(&context, &scope, &action).await })
            .await
    }

    /// Undoes an action and waits until the endpoint is there.
    pub(super) async fn repair(&mut self, repair: Repair) -> Result<(), Stop> {
        self.act(repair.action(), None).await?;
        self.repaired(repair);
        self.until_back().await
    }

    /// Something was undone.
    pub(super) fn repaired(&mut self, repair: Repair) {
        self.repairs.retain(|owed| *owed != repair);
    }

    /// Waits until the endpoint is there.
    pub(super) async fn until_back(&mut self) -> Result<(), Stop> {
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        self.idle(async move { back(&context, &scope).await }).await
    }

    /// Restarts the endpoint: by its own action, or by stopping and starting it.
    pub(super) async fn restart(&mut self) -> Result<(), Stop> {
        if self.context.control.offers("restart") {
            self.act("restart", None).await?;
            return self.until_back().await;
        }
        self.must_offer(&["stop", "start"])?;
        self.act("stop", Some(Repair::Start)).await?;
        self.repair(Repair::Start).await
    }

    /// Undoes what is still broken; at the end of an attempt, however it ended.
    pub(super) async fn repair_all(&mut self) {
        for repair in std::mem::take(&mut self.repairs) {
            let done = act(&self.context, &self.scope, repair.action()).await;
            if done.is_ok() {
                let _ = back(&self.context, &self.scope).await;
            } else {
                self.note(format!(
                    "the partner's system could not be put right again: {} failed; later examples suffer from it",
                    repair.action()
                ));
            }
        }
    }
}
