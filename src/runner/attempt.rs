//! One attempt at an example: its steps one after the other, each of which must end, and each Then
//! of which must make a check.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use cucumber::event;
use futures::FutureExt as _;
use tokio::sync::watch;

use super::{
    console_hook::panic_text,
    notice::{Listener, Notice},
    table::{Matched, StepTable},
};
use crate::{
    checks::attempt::{Kind, kind},
    steps::{
        context::{Context, Recheck},
        stage::Presence,
        stop::Stop,
        world::Example,
    },
    transcript::record::{Event, Scope, Stopped},
};

/// What all attempts of a run share.
pub struct Shared {
    /// Actors and facts.
    pub context: Arc<Context>,
    /// Step definitions.
    pub table: Arc<StepTable>,
    /// Turns true when the run is interrupted.
    pub interrupt: watch::Receiver<bool>,
    /// Most time for one attempt, or from one of its rests to the next.
    pub deadline: Duration,
    /// Seed from which the order inside each lane is drawn; none for the order of the plan.
    pub shuffle: Option<u64>,
    /// Where news goes.
    pub listener: Listener,
}

/// How an attempt ended.
pub struct Ended {
    /// What it amounts to.
    pub kind: Kind,
    /// Looks to be taken once more.
    pub rechecks: Vec<Recheck>,
}

/// Runs one attempt, which begins with everything it needs to be at work, and records everything about it.
pub async fn attempt(
    shared: &Shared,
    scope: &Scope,
    scenario: &gherkin::Scenario,
    presence: Presence,
    events: &mut dyn FnMut(event::Scenario<Example>),
) -> Ended {
    let recorder = &shared.context.recorder;
    let mut world = Example::begin(Arc::clone(&shared.context), scope.clone(), presence);
    recorder.record(Some(scope), Event::ExampleStarted);
    (shared.listener)(Notice::Started(scope.example.clone(), scope.attempt));
    let mut interrupt = shared.interrupt.clone();
    let overdue = overdue(shared.deadline, world.resting());
    let outcome = {
        let steps = steps(shared, &mut world, scenario, events);
        tokio::select! {
            biased;
            outcome = steps => outcome,
            () = overdue => {
                let reason = format!("it was not over after {} s", shared.deadline.as_secs());
                Some(Stopped::Harness { reason })
            }
            _ = interrupt.wait_for(|interrupted| *interrupted) => {
                Some(Stopped::Interrupted { reason: "the run was interrupted".to_owned() })
            }
        }
    };
    let stopped = outcome.is_some();
    if let Some(outcome) = outcome {
        recorder.record(Some(scope), Event::Stopped(outcome));
    }
    let kind = kind(
        world.checks().iter().map(|(check, outcome)| (check, outcome)),
        stopped,
    );
    let rechecks = world.take_rechecks();
    world.close().await;
    drop(world);
    recorder.record(Some(scope), Event::ExampleFinished);
    Ended { kind, rechecks }
}

/// Over when an example has been awake for so long without a break. What it rests is declared and no delay.
async fn overdue(limit: Duration, mut resting: watch::Receiver<bool>) {
    loop {
        match tokio::time::timeout(limit, resting.wait_for(|resting| *resting)).await {
            Err(_) => return,
            Ok(Err(_)) => break,
            Ok(Ok(_)) => {}
        }
        if resting.wait_for(|resting| !*resting).await.is_err() {
            break;
        }
    }
    // The example is gone, so it cannot be late any more.
    std::future::pending::<()>().await;
}

async fn steps(
    shared: &Shared,
    world: &mut Example,
    scenario: &gherkin::Scenario,
    events: &mut dyn FnMut(event::Scenario<Example>),
) -> Option<Stopped> {
    for step in &scenario.steps {
        if let Some(reason) = shared.context.hearing.deaf() {
            return Some(Stopped::Inconclusive { reason });
        }
        let source = event::Source::new(step.clone());
        let Matched {
            function,
            context,
            captures,
            location,
        } = match shared.table.find(step) {
            Ok(Some(matched)) => matched,
            Ok(None) => return Some(harness(format!("the step {:?} is not defined", step.value))),
            Err(_) => {
                return Some(harness(format!(
                    "the step {:?} is defined more than once",
                    step.value
                )));
            }
        };
        (shared.listener)(Notice::Step(world.scope().example.clone(), step.value.clone()));
        events(event::Scenario::Step(source.clone(), event::Step::Started));
        let before = world.checks().len();
        // A remark of an earlier step is no excuse for this one.
        world.noted();
        let result = AssertUnwindSafe(function(world, context)).catch_unwind().await;
        if let Err(payload) = result {
            let stop = Stop::from_panic(&panic_text(payload.as_ref()));
            let error = event::StepError::Panic(Arc::from(payload));
            events(event::Scenario::Step(
                source,
                event::Step::Failed(Some(captures), location, None, error),
            ));
            return Some(stop.into());
        }
        events(event::Scenario::Step(
            source,
            event::Step::Passed(captures, location),
        ));
        if step.ty == gherkin::StepType::Then && world.checks().len() == before && !world.noted() {
            return Some(harness(format!("the step {:?} made no check", step.value)));
        }
    }
    None
}

fn harness(reason: String) -> Stopped {
    Stopped::Harness { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(300);

    async fn over_within(seconds: u64, overdue: &mut std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
        tokio::time::timeout(Duration::from_secs(seconds), overdue)
            .await
            .is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn rest_does_not_count_against_the_deadline() {
        let (sender, receiver) = watch::channel(false);
        let mut overdue = std::pin::pin!(overdue(LIMIT, receiver));
        assert!(!over_within(299, &mut overdue).await);
        sender.send_replace(true);
        assert!(!over_within(80 * 3600, &mut overdue).await, "it rests");
        sender.send_replace(false);
        assert!(!over_within(299, &mut overdue).await);
        assert!(over_within(2, &mut overdue).await, "it is awake and late");
    }
}
