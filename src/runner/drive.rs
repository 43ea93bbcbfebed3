//! The order of things: lane by lane, in each as the plan says.

use std::{collections::BTreeMap, rc::Rc};

use cucumber::event;

use super::{
    attempt::{Shared, attempt},
    lanes::Lanes,
    notice::Notice,
    recheck::recheck,
};
use crate::{
    actors::sandbox::options::Base,
    checks::attempt::{Kind, another},
    contract::{id::ExampleId, lane::Lane},
    steps::{context::Context, stage::Presence, world::Example},
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
    let context = &shared.context;
    // At a fixed address one example at a time owns it, also among those that close the run.
    let one_address = context
        .sandbox
        .as_ref()
        .is_some_and(|sandbox| sandbox.base() == Base::Fixed);
    let mut lanes = Lanes::new(&context.stage, &context.slots);
    for lane in [Lane::Together, Lane::Quiet, Lane::Disruptive, Lane::Closing] {
        if lane == Lane::Closing {
            lanes.over().await;
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
        for id in examples {
            let Some(planned) = scenarios.remove(id) else {
                continue;
            };
            let perform = |presence| example(&shared, id, planned, &events, presence);
            match lane {
                Lane::Closing if one_address => Box::pin(lanes.alone(id, perform)).await,
                Lane::Together | Lane::Closing => lanes.together(perform).await,
                Lane::Quiet | Lane::Disruptive => Box::pin(lanes.alone(id, perform)).await,
            }
        }
    }
    lanes.over().await;
    // Once more, for what the closing examples asked for.
    recheck(&shared).await;
    if *shared.interrupt.borrow() {
        shared.context.recorder.record(None, Event::Interrupted);
        (shared.listener)(Notice::Interrupted);
    }
}

async fn example(shared: &Shared, id: &ExampleId, planned: Planned, events: &Events, presence: Presence) {
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
    let alone = presence.place.is_none();
    let mut first = Some(presence);
    while another(&kinds) && (kinds.is_empty() || !*shared.interrupt.borrow()) {
        let number = u8::try_from(kinds.len() + 1).unwrap_or(u8::MAX);
        let scope = Scope {
            example: id.clone(),
            attempt: number,
        };
        let presence = match first.take() {
            Some(presence) => presence,
            None => present(&shared.context, alone).await,
        };
        let mut tell = |event| send(event);
        // An attempt holds all that its example knows, too much for every future around it.
        let ended = Box::pin(attempt(shared, &scope, &planned.scenario, presence, &mut tell)).await;
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

/// What another attempt needs to be at work.
async fn present(context: &Context, alone: bool) -> Presence {
    let place = if alone {
        None
    } else {
        Some(context.stage.together().await)
    };
    let slot = context.slots.take().await;
    Presence { place, slot }
}
