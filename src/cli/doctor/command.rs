//! The command: one section after the other, each as far as those before it let it.

use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use super::{
    arguments::DoctorArguments,
    bench::Bench,
    clock, delivery, effects,
    file::{self, Read},
    foresight::{self, Foresight},
    limits, lists, log, others,
    patient::Patient,
    reach,
    report::{self, Section},
    secrets, show, starts, tls,
};
use crate::{
    cli::{error::CliError, exit::Exit, interrupt, output, prepare, prepare::Profiles},
    config::{host::Host, partner::Config},
    contract::id::ExampleId,
    runner::table::StepTable,
    steps::look::{said::Said, trial::Trial},
    transcript::look::Cause,
};

/// Longest time for all that goes over the network: no channel of the partner's may hold the doctor up.
const LONGEST: Duration = Duration::from_secs(180);

/// Titles of the sections that need the network, in their order.
const MOVING: [&str; 8] = [
    "reachability",
    "TLS",
    "good delivery",
    "forged delivery",
    "effects",
    "log",
    "start operations",
    "clock",
];

/// The command.
pub async fn doctor(arguments: DoctorArguments, host: &Host) -> Result<Exit, CliError> {
    let interrupt = interrupt::interrupt();
    let table = StepTable::default();
    let (suite, rulebook) = prepare::suite(&table)?;
    let mode = arguments.selection.mode;
    let profiles = Profiles::load(&arguments.profile, arguments.clock)?.for_mode(mode);
    let Read {
        config,
        unset,
        section: of_file,
        secrets: mut of_secrets,
    } = file::read(&arguments.partner, host);
    let mut sections = vec![of_file];
    let mut foresight = None;
    let mut interrupted = false;
    if let Some(config) = &config {
        secrets::look(config, &unset, &mut of_secrets);
        sections.push(of_secrets);
        let declared = prepare::declared(config, &profiles);
        let plan = prepare::plan(&suite, rulebook, &declared, &arguments.selection)?;
        let (of_lists, _) = lists::look(config, Some(&plan), &profiles)?;
        let of_limits = limits::look(config, &plan, &profiles, rulebook, declared.shared_sandbox)?;
        let mut of_others = Section::new("everything else");
        others::still(config, host, &mut of_others);
        foresight = Some(foresight::foresee(&plan, rulebook, config));
        let first = plan.selected().next().map(|entry| entry.example.clone());
        let moving = match first {
            Some(example) if !arguments.offline => {
                announce(config, arguments.json);
                let network = network(config, &unset, &profiles, example, host, &mut of_others);
                Box::pin(within(network, interrupt)).await
            }
            _ => {
                let mut sections = unmoved("--offline was given");
                still(config, &mut sections);
                Some(sections)
            }
        };
        interrupted = moving.is_none();
        sections.extend(moving.unwrap_or_else(|| unmoved("it was interrupted")));
        let of_clock = sections.pop();
        sections.push(of_lists);
        sections.extend(of_clock);
        sections.push(of_limits);
        sections.push(of_others);
    } else {
        if !of_secrets.lines.is_empty() {
            sections.push(of_secrets);
        }
        let mut rest = Section::new("everything else");
        rest.not_checked(
            "",
            "the file has to be right first; nothing that follows from it was looked at",
        );
        sections.push(rest);
    }
    for section in &mut sections {
        if section.lines.is_empty() {
            section.ok("", "nothing to say");
        }
    }
    let sections: Vec<Section> = sections
        .into_iter()
        .map(|section| section.cleaned(&str::to_owned))
        .collect();
    let exit = if interrupted {
        Exit::Interrupted
    } else {
        report::exit(&sections)
    };
    let shown = arguments.partner.display().to_string();
    print(&arguments, &sections, foresight.as_ref(), &shown, exit)?;
    Ok(exit)
}

fn print(
    arguments: &DoctorArguments,
    sections: &[Section],
    foresight: Option<&Foresight>,
    shown: &str,
    exit: Exit,
) -> Result<(), CliError> {
    let text = if arguments.json {
        output::json(&json!({
            "format": 1,
            "partner": shown,
            "exit_code": exit.code(),
            "sections": sections,
            "foresight": foresight,
        }))
    } else {
        show::text(sections, foresight, shown, exit)
    };
    output::print(&text)?;
    Ok(())
}

/// The sections that need the network, none of which was looked at.
fn unmoved(why: &str) -> Vec<Section> {
    let section = |title| {
        let mut section = Section::new(title);
        section.not_checked("", why);
        section
    };
    MOVING.into_iter().map(section).collect()
}

/// What can be said of the log without the network.
fn still(config: &Config, sections: &mut [Section]) {
    if let Some(section) = sections.iter_mut().find(|section| section.title == "log") {
        log::still(config, section);
    }
}

/// Says beforehand what is sent.
fn announce(config: &Config, quiet: bool) {
    if quiet {
        return;
    }
    let webhook = config.webhook.is_some() && !config.capabilities.webhooks.is_empty();
    let recurring = config.recurring.is_some() && !config.capabilities.recurring.is_empty();
    let mut parts = Vec::new();
    if webhook {
        parts.push(format!(
            "2 deliveries to [webhook], one good and one forged (up to {} more if the good one is refused)",
            delivery::MOST_GUESSES
        ));
    }
    if recurring {
        parts.push("1 callback to [recurring]".to_owned());
    }
    if parts.is_empty() {
        return;
    }
    output::complain(&format!(
        "doctor makes the objects that it needs, and sends {}",
        parts.join(" and ")
    ));
}

/// Runs what goes over the network, at most so long and until somebody interrupts it; none when that happened.
async fn within(
    network: impl Future<Output = Vec<Section>>,
    mut interrupt: watch::Receiver<bool>,
) -> Option<Vec<Section>> {
    tokio::select! {
        ended = tokio::time::timeout(LONGEST, network) => Some(
            ended.unwrap_or_else(|_| unmoved(&format!("it took longer than {} s", LONGEST.as_secs())))
        ),
        _ = interrupt.wait_for(|interrupted| *interrupted) => None,
    }
}

async fn network(
    config: &Config,
    unset: &std::collections::BTreeSet<String>,
    profiles: &Profiles,
    example: ExampleId,
    host: &Host,
    of_others: &mut Section,
) -> Vec<Section> {
    let bench = match Bench::new(config, unset, profiles, example, host) {
        Ok(bench) => bench,
        Err(error) => {
            of_others.problem(
                Cause::File,
                "channels",
                error.to_string(),
                "correct the section that it names",
            );
            return unmoved("a channel of the file cannot be used, see below");
        }
    };
    let (of_reach, endpoints) = reach::look(&bench).await;
    let of_tls = tls::look(&bench, &endpoints).await;
    let mut trial = Trial::begin(bench.context.clone(), bench.scope.clone());
    let (of_starts, made) = starts::look(&bench, &endpoints, &mut trial).await;
    let mut of_effects = Section::new("effects");
    let watched = effects::unknown(&bench, &endpoints, &mut of_effects).await;
    let mut of_delivery = Section::new("good delivery");
    let mut of_forged = Section::new("forged delivery");
    let mut of_log = Section::new("log");

    let mut patient = Patient {
        bench: &bench,
        endpoints: &endpoints,
        made: &made,
        watched: &watched,
        trial,
    };
    let taken = patient.webhook(&mut of_delivery, &mut of_effects).await;
    let logged = log::look(&bench, &taken, &mut of_log).await;
    if let (Some(sent), true) = (taken.sent_and_taken(), taken.watched) {
        let said = logged
            .as_ref()
            .map_or(Said::Nothing, |observed| Said::of(&bench.context, sent, observed));
        effects::moved(&bench, taken.kind, sent, said, &mut of_effects).await;
    }
    patient.forged(&taken, &mut of_forged).await;
    patient.callback(&mut of_delivery, &mut of_effects).await;
    let limit = bench.context.profile.clock_skew_limit();
    let of_clock = clock::look(taken.sent.as_ref(), logged.as_ref(), limit);
    others::moving(&bench, of_others).await;
    let recorder = &bench.context.recorder;
    let mask = |text: &str| recorder.mask(text).text;
    let sections = [
        of_reach,
        of_tls,
        of_delivery,
        of_forged,
        of_effects,
        of_log,
        of_starts,
        of_clock,
    ];
    sections
        .into_iter()
        .map(|section| section.cleaned(&mask))
        .collect()
}
