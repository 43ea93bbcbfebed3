//! The order of things: lane by lane, in each as the plan says.

use std::{collections::BTreeMap, pin::pin, rc::Rc};

use cucumber::event;
use futures::{StreamExt as _, stream::FuturesUnordered};

use super::{
    attempt::{Shared, attempt},
    notice::Notice,
    recheck::recheck,
};
use crate::{
    checks::attempt::{Kind, another},
    contract::{id::ExampleId, lane::Lane},
    steps::{
        slots::{Slot, Slots},
        world::Example,
    },
    transcript::record::{Event, Scope},
};

/// A scenario of the run with the feature it belongs to.
pub struct Planned {
    /// The feature.
    pub feature: event::Source<gherkin::Feature>,
    /// The scenario.
    pub scenario: event::Source<gherkin::Scenario>,
}

/// Where the engine's events go.
pub type Events = futures::channel::mpsc::UnboundedSender<event::Cucumber<Example>>;

/// Runs every lane. `order` is the plan's: examples of one lane stand together.
pub async fn drive(
    shared: Rc<Shared>,
    order: Vec<(ExampleId, Lane)>,
    mut scenarios: BTreeMap<ExampleId, Planned>,
    events: Events,
) {
    for lane in [Lane::Together, Lane::Quiet, Lane::Disruptive, Lane::Closing] {
        if lane == Lane::Closing {
            recheck(&shared).await;
        }
        let examples: Vec<_> = order
            .iter()
            .filter(|(_, its)| *its == lane)
            .map(|(id, _)| id)
            .collect();
        if examples.is_empty() {
            continue;
        }
        (shared.listener)(Notice::Lane(lane, examples.len()));
        let together = matches!(lane, Lane::Together | Lane::Closing);
        let mut running = FuturesUnordered::new();
        for id in examples {
            let Some(planned) = scenarios.remove(id) else {
                continue;
            };
            let slot = slot_beside(&shared.context.slots, &mut running).await;
            running.push(example(&shared, id, planned, &events, slot));
            if !together {
                running.next().await;
            }
        }
        while running.next().await.is_some() {}
    }
    // Once more, for what the closing examples asked for.
    recheck(&shared).await;
    if *shared.interrupt.borrow() {
        shared.context.recorder.record(None, Event::Interrupted);
        (shared.listener)(Notice::Interrupted);
    }
}

/// Takes the slot of the next example while others run. One example at a time waits to begin, so those
/// under way get their slots back before it, and are over before all of them have begun.
async fn slot_beside<F: Future<Output = ()>>(slots: &Slots, running: &mut FuturesUnordered<F>) -> Slot {
    let mut slot = pin!(slots.take());
    loop {
        tokio::select! {
            biased;
            slot = &mut slot => return slot,
            Some(()) = running.next() => {}
        }
    }
}

async fn example(shared: &Shared, id: &ExampleId, planned: Planned, events: &Events, slot: Slot) {
    let send = |event: event::Scenario<Example>| {
        let event = event::RetryableScenario { event, retries: None };
        let event = event::Cucumber::scenario(
            planned.feature.clone(),
            None::<event::Source<gherkin::Rule>>,
            planned.scenario.clone(),
            event,
        );
        // Nobody listens any more when the run is given up; the record does not depend on it.
        let _ = events.unbounded_send(event);
    };
    if *shared.interrupt.borrow() {
        return;
    }
    send(event::Scenario::Started);
    let mut kinds = Vec::new();
    let mut first_slot = slot;
    while another(&kinds) && (kinds.is_empty() || !*shared.interrupt.borrow()) {
        let number = u8::try_from(kinds.len() + 1).unwrap_or(u8::MAX);
        let scope = Scope {
            example: id.clone(),
            attempt: number,
        };
        let slot = match first_slot.take() {
            None => shared.context.slots.take().await,
            held => held,
        };
        let ended = attempt(shared, &scope, &planned.scenario, slot, &mut |event| send(event)).await;
        kinds.push(ended.kind);
        // The file keeps the records; nothing reads them from memory any more.
        drop(shared.context.recorder.take(&scope));
        if !another(&kinds) {
            ended
                .rechecks
                .into_iter()
                .for_each(|recheck| shared.context.recheck(recheck));
        }
    }
    send(event::Scenario::Finished);
    let kind = kinds.last().copied().unwrap_or(Kind::Undecided);
    (shared.listener)(Notice::Finished(id.clone(), kind));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn an_example_under_way_gets_its_slot_back_before_the_next_begins() {
        let slots = Slots::new(2);
        let (open, most) = (Cell::new(0), Cell::new(0));
        let mut running = FuturesUnordered::new();
        for _ in 0..400 {
            let mut slot = slot_beside(&slots, &mut running).await;
            let (slots, open, most) = (&slots, &open, &most);
            running.push(async move {
                open.set(open.get() + 1);
                most.set(most.get().max(open.get()));
                for _ in 0..3 {
                    drop(slot);
                    tokio::task::yield_now().await;
                    slot = slots.take().await;
                }
                open.set(open.get() - 1);
                drop(slot);
            });
        }
        while running.next().await.is_some() {}
        assert!(most.get() <= 40, "{} were open at once", most.get());
    }
}
