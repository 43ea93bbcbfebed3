//! `explore`: generated events, valid and damaged, against a live partner; a failure is shrunk to the
//! smallest message. The evidence is a bundle like that of a run, with `exploration.json` beside.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::{runtime::Handle, sync::watch};

use super::{
    args::{ClockChoice, ExploreArguments, Selection},
    assemble,
    bindings::Bound,
    builtin::Factors,
    error::CliError,
    exit::Exit,
    interrupt, output,
    prepare::Profiles,
    run::{self, Done, Order, Whom},
    subject::Partner,
};
use crate::{
    checks::outcome::Outcome,
    config::{
        host::{Host, unforeseen},
        partner::Config,
    },
    evidence::{bundle::Additional, results, summary::summary},
    explore::{
        family::Family,
        hunt::{Effort, Quarry, hunt},
    },
    plan::{entry::Entry, filter::Mode, select::digest_of},
    steps::{context::Context, explore::Tried, stage::Presence, world::Example},
    suite::embedded,
    transcript::{
        format::TRANSCRIPT,
        record::{Event, RunStarted, Scope},
        recorder::Recorder,
    },
    wire::event::EventType,
};

/// Messages of a family for each request a second that the partner allows.
const PER_REQUEST_A_SECOND: u32 = 20;

/// What beside the usual files stands in the bundle.
const EXPLORATION: &str = "exploration.json";

/// One explored family.
type Explored = (Family, Quarry);

/// The command.
pub async fn explore(arguments: &ExploreArguments, host: &Host) -> Result<Exit, CliError> {
    let order = order(arguments, host);
    let seed = order.seed;
    let done = Box::pin(execute(&order, arguments.count, host)).await?;
    if arguments.json {
        output::print(&output::json(&results::results(&done.started, &done.assessment)))?;
    } else {
        let folder = done.released.folder.display().to_string();
        output::print(&summary(
            &done.started,
            &done.assessment,
            &folder,
            host.terminal.colour,
        ))?;
        output::print(&format!(
            "    again         --seed {seed} --count {}; what was tried, and the smallest message that failed, \
             is in {EXPLORATION}\n",
            arguments.count
        ))?;
    }
    Ok(Exit::of(&done.assessment))
}

fn order(arguments: &ExploreArguments, host: &Host) -> Order {
    let (whom, usual) = match &arguments.partner {
        Some(file) => (Whom::File(file.clone()), ClockChoice::Real),
        None => (Whom::Builtin(arguments.defect.clone()), ClockChoice::Compressed),
    };
    Order {
        whom,
        selection: Selection {
            area: Vec::new(),
            case: Vec::new(),
            mode: Mode::Certify,
        },
        out: arguments.out.clone(),
        seed: arguments.seed.unwrap_or_else(|| unforeseen(&host.clock)),
        seed_was_given: arguments.seed.is_some(),
        clock: arguments.clock.unwrap_or(usual),
        profiles: arguments.profile.clone(),
        shuffle: false,
        quiet: true,
        shard: None,
        watched: false,
        bound: Bound::default(),
    }
}

async fn execute(order: &Order, count: u32, host: &Host) -> Result<Done, CliError> {
    let profiles = Profiles::load(&order.profiles, order.clock)?;
    let mut partner = Partner::open(order, Factors::of(&profiles.platform), host).await?;
    let config = &partner.config;
    fits(config, count)?;
    assemble::webhook(config, &profiles)?;
    assemble::authorities(config)?;
    run::reachable(config).await?;

    let plan: Vec<Entry> = Family::ALL.into_iter().filter_map(Family::entry).collect();
    let suite = embedded::digest();
    let planned = digest_of(&suite, order.selection.mode, &plan);
    let mut started = run::facts(order, config, &profiles, (suite, planned), host);
    started.not_certifiable.push("exploration".to_owned());
    let folder = order.out.join(&started.run_id);
    std::fs::create_dir_all(&folder).map_err(|error| CliError::File {
        path: folder.clone(),
        error,
    })?;
    let interrupt = interrupt::interrupt();
    let transcript = folder.join(TRANSCRIPT);
    let recorder = Recorder::create(&transcript, host.clock.clone(), started.clone())?;
    assemble::teach(&recorder, config);
    for entry in &plan {
        recorder.record(None, Event::Planned(Box::new(entry.clone())));
    }
    // A partner that asks the simulated API about an event must find it there.
    let sandbox = assemble::sandbox(config, &recorder, order.seed, partner.reserved.take()).await?;
    if let Some(pem) = sandbox.as_ref().and_then(|sandbox| sandbox.ca_pem()) {
        std::fs::write(&partner.api_ca, pem).map_err(|error| CliError::File {
            path: partner.api_ca.clone(),
            error,
        })?;
    }
    let seed = order.seed;
    let context = assemble::context(config, &profiles, &recorder, sandbox, &transcript, seed, host)?;
    let context = Arc::new(context);
    let mut explored: Vec<Explored> = Vec::new();
    for (family, entry) in Family::ALL.into_iter().zip(&plan) {
        if *interrupt.borrow() {
            break;
        }
        let quarry = explored_family(&context, family, entry, count, interrupt.clone()).await?;
        explored.push((family, quarry));
    }
    if *interrupt.borrow() {
        recorder.record(None, Event::Interrupted);
    }
    if let Some(sandbox) = context.sandbox.clone() {
        sandbox.stop().await;
    }
    let additional = Additional {
        name: EXPLORATION.to_owned(),
        content: told(&started, count, &explored),
    };
    run::finish_with(&recorder, started, &folder, &[additional])
}

/// Whether the partner takes what is explored, and so much of it.
fn fits(config: &Config, count: u32) -> Result<(), CliError> {
    if config.webhook.is_none() || !config.capabilities.webhooks.contains(&EventType::PaymentSuccess) {
        return Err(CliError::Usage(
            "only webhooks of the type payment.success are explored; declare it in [capabilities] and [webhook]"
                .to_owned(),
        ));
    }
    let most = config.limits.per_second.saturating_mul(PER_REQUEST_A_SECOND);
    if count > most {
        return Err(CliError::Usage(format!(
            "--count {count} is more than {most}, which is {PER_REQUEST_A_SECOND} times [limits] per_second"
        )));
    }
    Ok(())
}

/// Explores one family on a thread that may block, as the generator does.
async fn explored_family(
    context: &Arc<Context>,
    family: Family,
    entry: &Entry,
    count: u32,
    interrupt: watch::Receiver<bool>,
) -> Result<Quarry, CliError> {
    let scope = Scope {
        example: entry.example.clone(),
        attempt: 1,
    };
    let effort = Effort {
        count,
        seed: context.seed,
        signed: context.profile.signature_scheme().signed,
    };
    let presence = Presence {
        place: None,
        slot: context.slots.take().await,
    };
    let mut example = Example::begin(Arc::clone(context), scope, presence);
    let runtime = Handle::current();
    let hunted = tokio::task::spawn_blocking(move || hunt(family, effort, &mut example, runtime, interrupt));
    hunted
        .await
        .map_err(|error| CliError::Undetermined(format!("{}: {error}", family.title())))
}

/// Content of `exploration.json`. Everything in it comes from records, which hold no secrets.
fn told(started: &RunStarted, count: u32, explored: &[Explored]) -> Vec<u8> {
    let families: Vec<Value> = explored
        .iter()
        .map(|(family, quarry)| {
            json!({
                "title": family.title(),
                "example": family.entry().map(|entry| entry.example),
                "expects": family.expects(),
                "tried": quarry.tried,
                "tried_to_make_it_smaller": quarry.shrinking,
                "stopped": quarry.stopped,
                "smallest": quarry.smallest.as_ref().map(smallest),
            })
        })
        .collect();
    let document = json!({
        "format": 1,
        "run": started.run_id,
        "seed": started.seed.to_string(),
        "count": count,
        "families": families,
    });
    let mut bytes = output::json(&document).into_bytes();
    if bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    bytes
}

/// The smallest message that failed, exactly as it was sent.
fn smallest(tried: &Tried) -> Value {
    let finding = match &tried.outcome {
        Outcome::Failed(finding) => json!(finding),
        other => json!(other),
    };
    json!({"finding": finding, "delivery": tried.delivery, "check": tried.check})
}
