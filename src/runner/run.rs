//! The runner as the engine sees it, and the one call that runs a plan.

use std::{collections::BTreeMap, rc::Rc};

use cucumber::{Cucumber, Event, Runner, Writer, cli, event, parser};
use futures::{StreamExt as _, channel::mpsc, future, stream, stream::LocalBoxStream};
use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

use super::{
    attempt::Shared,
    console_hook::QuietStops,
    drive::{Planned, drive},
};
use crate::{
    contract::id::ExampleId, contract::lane::Lane, plan::select::Plan, steps::world::Example,
    suite::example::example_id, wire::digest::sha256,
};

/// Runs planned examples; see the module's head.
pub struct LaneRunner {
    shared: Rc<Shared>,
    order: Vec<(ExampleId, Lane)>,
}

impl Runner<Example> for LaneRunner {
    type Cli = cli::Empty;
    type EventStream = LocalBoxStream<'static, parser::Result<Event<event::Cucumber<Example>>>>;

    fn run<S>(self, features: S, _: cli::Empty) -> Self::EventStream
    where
        S: futures::Stream<Item = parser::Result<gherkin::Feature>> + 'static,
    {
        let (sender, receiver) = mpsc::unbounded();
        let work = async move {
            let mut scenarios = BTreeMap::new();
            let mut features = Box::pin(features);
            while let Some(feature) = features.next().await {
                // The plan's own parser yields no errors: the suite was read and linted before.
                let Ok(mut feature) = feature else { continue };
                let of_feature = std::mem::take(&mut feature.scenarios);
                let feature = event::Source::new(feature);
                for scenario in of_feature {
                    let Some(id) = example_id(&scenario) else { continue };
                    let scenario = event::Source::new(scenario);
                    scenarios.insert(
                        id,
                        Planned {
                            feature: feature.clone(),
                            scenario,
                        },
                    );
                }
            }
            Box::pin(drive(self.shared, self.order, scenarios, sender)).await;
        };
        let events = receiver.map(|event| Ok(Event::new(event)));
        let started = stream::once(future::ready(Ok(Event::new(event::Cucumber::Started))));
        let finished = stream::once(future::ready(Ok(Event::new(event::Cucumber::Finished))));
        let work = stream::once(work).filter_map(|()| future::ready(None));
        started
            .chain(stream::select(events, work))
            .chain(finished)
            .boxed_local()
    }
}

/// A writer that writes nothing: the record is kept by the recorder, news goes to the listener.
struct NoWriter;

impl cucumber::writer::Normalized for NoWriter {}

impl Writer<Example> for NoWriter {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, _: parser::Result<Event<event::Cucumber<Example>>>, _: &cli::Empty) {}
}

/// Runs a plan to its end, or until it is interrupted. Everything about it is in the transcript.
pub async fn run(plan: &Plan, shared: Shared) {
    let _quiet = QuietStops::install();
    let mut order: Vec<_> = plan
        .order()
        .into_iter()
        .map(|entry| (entry.example.clone(), entry.lane))
        .collect();
    if let Some(seed) = shared.shuffle {
        let planned: Vec<ExampleId> = order.iter().map(|(id, _)| id.clone()).collect();
        order.shuffle(&mut StdRng::from_seed(sha256(
            format!("order of {seed}").as_bytes(),
        )));
        // What changes the partner, such as the end of a key, keeps its place among its like.
        order.sort_by_key(|(id, lane)| {
            let place = (*lane == Lane::Disruptive).then(|| planned.iter().position(|one| one == id));
            (*lane, place)
        });
    }
    let runner = LaneRunner {
        shared: Rc::new(shared),
        order,
    };
    // The engine reads the process's arguments unless it is given its own (engine 0.23), and a
    // filter there would replace ours.
    Cucumber::<_, _, _, _, _, cli::Empty>::custom(plan.parser(), runner, NoWriter)
        .with_cli(cli::Opts::<cli::Empty, cli::Empty, cli::Empty, cli::Empty> {
            re_filter: None,
            tags_filter: None,
            parser: cli::Empty,
            runner: cli::Empty,
            writer: cli::Empty,
            custom: cli::Empty,
        })
        .run(())
        .await;
}
