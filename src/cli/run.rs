//! `run`: load, plan, run, judge, write, exit.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{
    args::{ClockChoice, RunArguments, Selection},
    assemble, attempts,
    bindings::{self, Bound},
    build,
    builtin::Factors,
    console::Console,
    error::CliError,
    estimate,
    exit::Exit,
    failed, first_look, interrupt, output, prepare,
    prepare::Profiles,
    resume,
    subject::Partner,
    supply,
    watch::watch,
};
use crate::{
    actors::reach,
    checks::log::EXPECTED_DIGEST,
    config::{
        host::{Host, unforeseen},
        partner::Config,
    },
    evidence::{
        bundle::{self, Additional, Contents, Released},
        manifest::ChainHead,
        summary::summary,
    },
    plan::{filter::Mode, select::Plan, shard::Shard},
    reference::Defect,
    runner::{attempt::Shared, notice::Notice, run, table::StepTable},
    transcript::{
        format::{TRANSCRIPT, TRANSCRIPT_FORMAT},
        mask::Leak,
        provenance::{Assurance, Sharded},
        record::{Event, FILTERED, RunStarted},
        recorder::Recorder,
    },
    verdict::{result::Assessment, whole::judge_transcript},
};

/// Most time for one attempt at an example: the longest wait of the profile and room for the rest.
const DEADLINE: Duration = Duration::from_secs(1_200);

/// What a run is made of, wherever it comes from.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, and none follows from another"
)]
pub struct Order {
    /// The partner.
    pub whom: Whom,
    /// Which cases.
    pub selection: Selection,
    /// Where the run's folder is made.
    pub out: PathBuf,
    /// Seed of everything random.
    pub seed: u64,
    /// Whether somebody chose it.
    pub seed_was_given: bool,
    /// How long waits are.
    pub clock: ClockChoice,
    /// Files that replace profiles.
    pub profiles: Vec<PathBuf>,
    /// Whether the examples of a lane begin in an order drawn from the seed.
    pub shuffle: bool,
    /// Whether anything is shown while it runs.
    pub quiet: bool,
    /// The part of the plan that it takes on, where it is not the whole.
    pub shard: Option<Shard>,
    /// What it is bound to beyond itself.
    pub bound: Bound,
    /// Whether it is one of many that follow each other while somebody works on the partner.
    pub watched: bool,
}

/// Which partner.
#[derive(Debug, Clone)]
pub enum Whom {
    /// The one of a file.
    File(PathBuf),
    /// The built-in one, with defects.
    Builtin(Vec<Defect>),
    /// The built-in one, killed before the first example.
    Dead,
}

/// A finished run.
#[derive(Debug)]
pub struct Done {
    /// What it was made with.
    pub started: RunStarted,
    /// Its judgement.
    pub assessment: Assessment,
    /// Its bundle.
    pub released: Released,
}

/// The command.
pub async fn run(mut arguments: RunArguments, host: &Host) -> Result<Exit, CliError> {
    if let Some(folder) = &arguments.failed {
        arguments.selection.case = failed::examples(folder)?;
    }
    if let (true, Some(file)) = (arguments.watch.watch, arguments.partner.clone()) {
        return watch(&arguments, &file, host).await;
    }
    let done = match &arguments.resume {
        Some(folder) => resume::resume(folder, arguments.partner.as_deref(), host)?,
        None => Box::pin(execute(&order(&arguments, host), host)).await?,
    };
    let folder = done.released.folder.display().to_string();
    if arguments.json {
        output::print(&output::json(&crate::evidence::results::results(
            &done.started,
            &done.assessment,
        )))?;
    } else {
        output::print(&summary(
            &done.started,
            &done.assessment,
            &folder,
            host.terminal.colour,
        ))?;
    }
    Ok(Exit::of(&done.assessment))
}

/// What the arguments ask for.
pub fn order(arguments: &RunArguments, host: &Host) -> Order {
    let whom = match &arguments.partner {
        Some(file) => Whom::File(file.clone()),
        None if arguments.reference_dies => Whom::Dead,
        None => Whom::Builtin(arguments.defect.clone()),
    };
    let usual = if arguments.reference {
        ClockChoice::Compressed
    } else {
        ClockChoice::Real
    };
    Order {
        whom,
        selection: arguments.selection.clone(),
        out: arguments.out.clone(),
        seed: arguments.seed.unwrap_or_else(|| unforeseen(&host.clock)),
        seed_was_given: arguments.seed.is_some(),
        clock: arguments.clock.unwrap_or(usual),
        profiles: arguments.profile.clone(),
        shuffle: arguments.shuffle,
        quiet: false,
        shard: arguments.shard,
        bound: Bound {
            challenge: arguments.challenge.clone(),
            witness: arguments.witness.clone(),
            waivers: arguments.waivers.clone(),
            submission: arguments.submission.clone(),
        },
        watched: arguments.watch.watch,
    }
}

/// Runs an order to its bundle.
pub async fn execute(order: &Order, host: &Host) -> Result<Done, CliError> {
    let table = Arc::new(StepTable::default());
    let (suite, rulebook) = prepare::suite(&table)?;
    let profiles = Profiles::load(&order.profiles, order.clock)?.for_mode(order.selection.mode);
    let mut partner = Partner::open(order, Factors::of(&profiles.platform), host).await?;
    let config = &partner.config;
    let declared = prepare::declared(config, &profiles);
    let plan = prepare::plan(&suite, rulebook, &declared, &order.selection)?;
    assemble::webhook(config, &profiles)?;
    assemble::authorities(config)?;
    assemble::declarations(config, host)?;
    let file = match &order.whom {
        Whom::File(path) => Some(path.as_path()),
        Whom::Builtin(_) | Whom::Dead => None,
    };
    supply::check(config, &plan, &profiles, file)?;
    let mut started = started(order, config, &profiles, &plan, host);
    bindings::bind(&mut started, order, config, &plan, host)?;
    // After what it is bound to: a challenge asks for the whole, which is there when the parts are merged.
    let plan = match order.shard {
        Some(shard) => part(plan, shard, &mut started)?,
        None => plan,
    };
    reachable(config).await?;

    if !order.quiet {
        output::complain(&estimate::estimate(&plan, &profiles.platform));
    }
    let one_address = estimate::one_address(&plan, rulebook, declared.shared_sandbox);
    if let Some(text) = one_address.filter(|_| !order.quiet) {
        output::complain(&text);
    }
    let folder = attempts::folder(order, &mut started)?;
    let interrupt = interrupt::interrupt();
    let transcript = folder.join(TRANSCRIPT);
    let recorder = Recorder::create(&transcript, host.clock.clone(), started.clone())?;
    let mut unbegun = attempts::Unbegun::new(&folder);
    assemble::teach(&recorder, config);
    for entry in plan.entries() {
        recorder.record(None, Event::Planned(Box::new(entry.clone())));
    }
    let sandbox = assemble::sandbox(config, &recorder, order.seed, partner.reserved.take()).await?;
    if let Some(pem) = sandbox.as_ref().and_then(|sandbox| sandbox.ca_pem()) {
        std::fs::write(&partner.api_ca, pem).map_err(|error| CliError::File {
            path: partner.api_ca.clone(),
            error,
        })?;
    }
    let mut context = assemble::context(
        config,
        &profiles,
        &recorder,
        sandbox,
        &transcript,
        order.seed,
        host,
    )?;
    if let (Whom::Dead, Some(builtin)) = (&order.whom, &mut partner.builtin) {
        builtin.kill().await;
    }
    context.seed_was_given = order.seed_was_given;
    let context = Arc::new(context);
    let manner = first_look::Manner {
        file,
        quiet: order.quiet,
    };
    let look = first_look::begin(&context, &plan, rulebook, manner).await?;
    unbegun.begins();
    let console = Console::new(&plan, &host.terminal, order.quiet);
    let listener = console.listener();
    let interrupted = interrupt.clone();
    let shared = Shared {
        context: Arc::clone(&context),
        table,
        interrupt,
        // An example may wait out the platform's whole delivery schedule on top of its own work.
        deadline: DEADLINE + context.profile.retry_pauses().iter().sum::<Duration>(),
        shuffle: order.shuffle.then_some(order.seed),
        listener: Arc::new(move |notice: Notice| listener(notice)),
    };
    run::run(&plan, shared).await;
    first_look::end(&context, look, manner, *interrupted.borrow()).await;
    if let Some(sandbox) = context.sandbox.clone() {
        sandbox.stop().await;
    }
    console.finish();
    if !order.quiet {
        output::complain("judging the record, and searching the bundle for secrets before it is released");
    }
    finish(&recorder, started, &folder)
}

/// The secrets that a file shows. Expected digests are no secrets of the partner's, and a beginning of one can
/// stand by chance in the chain's own digests, so they do not hold a bundle back.
fn secrets(recorder: &Recorder, file: &[u8]) -> Vec<Leak> {
    let mut found = recorder.leaks(file);
    found.retain(|leak| !leak.label.starts_with(EXPECTED_DIGEST));
    found
}

/// Seals the transcript, judges it and writes the bundle.
pub fn finish(recorder: &Recorder, started: RunStarted, folder: &Path) -> Result<Done, CliError> {
    finish_with(recorder, started, folder, &[])
}

/// The same, with files beside those that every bundle has.
pub(super) fn finish_with(
    recorder: &Recorder,
    started: RunStarted,
    folder: &Path,
    additional: &[Additional],
) -> Result<Done, CliError> {
    if let Some(error) = recorder.failed() {
        return Err(CliError::Undetermined(format!(
            "the record could not be written: {error}"
        )));
    }
    let transcript = recorder.clone().seal()?;
    let assessment = judge_transcript(&transcript)?;
    let head = ChainHead {
        records: transcript.records(),
        head: transcript.head(),
    };
    let contents = Contents {
        started: &started,
        assessment: &assessment,
        head: &head,
        additional,
    };
    let released = bundle::write(folder, &contents, &|file| secrets(recorder, file))?;
    Ok(Done {
        started,
        assessment,
        released,
    })
}

fn started(order: &Order, config: &Config, profiles: &Profiles, plan: &Plan, host: &Host) -> RunStarted {
    let digests = (plan.suite_digest().to_owned(), plan.digest().to_owned());
    facts(order, config, profiles, digests, host)
}

/// One part of a plan, which alone is never a certificate.
fn part(plan: Plan, shard: Shard, started: &mut RunStarted) -> Result<Plan, CliError> {
    let sharded = Sharded {
        number: shard.number,
        of: shard.of,
        whole_plan_digest: plan.digest().to_owned(),
    };
    let plan = plan.part(shard)?;
    plan.digest().clone_into(&mut started.plan_digest);
    started.run_id = format!("{}-{}of{}", started.run_id, shard.number, shard.of);
    started.not_certifiable.push(sharded.reason());
    started.shard = Some(sharded);
    Ok(plan)
}

/// Facts of a run, from the digests of its suite and plan.
pub(super) fn facts(
    order: &Order,
    config: &Config,
    profiles: &Profiles,
    (suite_digest, plan_digest): (String, String),
    host: &Host,
) -> RunStarted {
    let started_at = host.clock.rfc3339();
    let stamp: String = started_at
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(15)
        .collect();
    RunStarted {
        format: TRANSCRIPT_FORMAT,
        run_id: format!("{stamp}-{:08x}", order.seed & 0xffff_ffff),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        build: Some(build::build()),
        suite_digest,
        plan_digest,
        seed: order.seed,
        started_at,
        mode: order.selection.mode.name().to_owned(),
        not_certifiable: not_certifiable(order, config),
        assurance: Assurance::SelfRun,
        challenge: None,
        witness: None,
        submission: None,
        shard: None,
        waivers: Vec::new(),
        configuration: config.masked(),
        profile: profiles.values(),
    }
}

/// Why this run can never be a certificate, each reason once.
pub(super) fn not_certifiable(order: &Order, config: &Config) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    let mut add = |reason: &str| {
        if !reasons.iter().any(|known| known == reason) {
            reasons.push(reason.to_owned());
        }
    };
    for reason in config.not_certifiable() {
        add(reason.split_once(':').map_or(reason.as_str(), |(kind, _)| kind));
    }
    if order.clock == ClockChoice::Compressed {
        add("compressed clock");
    }
    if prepare::is_filtered(&order.selection) {
        add(FILTERED);
    }
    if order.watched {
        add("watched");
    }
    if !order.profiles.is_empty() {
        add("replaced profile");
    }
    if order.selection.mode == Mode::Smoke {
        add("smoke mode");
    }
    reasons
}

/// Whether anybody listens where webhooks and callbacks go. A run against nobody would say nothing
/// about the partner, so it is not begun.
pub(super) async fn reachable(config: &Config) -> Result<(), CliError> {
    let endpoints = [
        config
            .webhook
            .as_ref()
            .map(|webhook| ("[webhook]", &webhook.target)),
        config
            .recurring
            .as_ref()
            .map(|recurring| ("[recurring]", &recurring.target)),
    ];
    for (place, target) in endpoints.into_iter().flatten() {
        reach::connect(&target.url)
            .await
            .map_err(|why| CliError::Unreachable {
                place: place.to_owned(),
                url: target.url.to_string(),
                why,
            })?;
    }
    Ok(())
}
