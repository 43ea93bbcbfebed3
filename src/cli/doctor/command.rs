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
    limits, lists, log, others, reach,
    report::{self, Section, Standing},
    secrets, show, starts, tls,
};
use crate::{
    cli::{error::CliError, exit::Exit, interrupt, output, prepare, prepare::Profiles},
    config::{effects::Effect, host::Host, partner::Config, subject::Subject},
    contract::id::ExampleId,
    runner::table::StepTable,
    steps::look::{
        answered::Asked,
        trial::{Sent, Signed, Trial, moves_a_count, plainest},
    },
    transcript::observation::Moment,
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
                within(network, interrupt).await
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
        sections.push(of_secrets);
        sections.extend(unmoved("the file has to be right first"));
    }
    for section in &mut sections {
        if section.lines.is_empty() {
            section.ok("", "nothing to say");
        }
    }
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
                crate::transcript::look::Cause::File,
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
    let (of_starts, made) = starts::look(&bench, &mut trial).await;
    let mut of_effects = Section::new("effects");
    let watched = effects::unknown(&bench, &mut of_effects).await;
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
    let logged = log::look(&bench, taken.sent_and_taken(), &mut of_log).await;
    let is_logged = logged.as_ref().is_some_and(|logged| !logged.lines.is_empty());
    if let (Some(sent), true) = (taken.sent_and_taken(), taken.watched) {
        effects::moved(&bench, taken.kind, sent, is_logged, &mut of_effects).await;
    }
    patient.forged(&taken, &mut of_forged).await;
    patient.callback(&mut of_delivery, &mut of_effects).await;
    let limit = bench.context.profile.clock_skew_limit();
    let of_clock = clock::look(taken.sent.as_ref(), logged.as_ref(), limit);
    others::moving(&bench, of_others).await;
    vec![
        of_reach,
        of_tls,
        of_delivery,
        of_forged,
        of_effects,
        of_log,
        of_starts,
        of_clock,
    ]
}

/// What is sent messages, with all that is known of it so far.
struct Patient<'a> {
    bench: &'a Bench,
    endpoints: &'a [reach::Endpoint],
    made: &'a starts::Made,
    watched: &'a effects::Watched,
    trial: Trial,
}

/// How the good delivery went.
struct Taken {
    sent: Option<Sent>,
    taken: bool,
    watched: bool,
    kind: crate::transcript::observation::EffectKind,
    subject: Subject,
}

impl Taken {
    fn sent_and_taken(&self) -> Option<&Sent> {
        self.sent.as_ref().filter(|_| self.taken)
    }
}

impl Patient<'_> {
    async fn webhook(&mut self, section: &mut Section, of_effects: &mut Section) -> Taken {
        const PLACE: &str = "[webhook]";
        let bench = self.bench;
        let planned = plainest(&bench.context);
        let subject = planned.map_or(Subject::Order, |(_, subject)| subject);
        let mut taken = Taken {
            sent: None,
            taken: false,
            watched: false,
            kind: effects::kind(subject),
            subject,
        };
        let Some((kind, _)) = planned.filter(|_| bench.config.webhook.is_some()) else {
            section.not_checked(PLACE, "no webhooks are declared");
            return taken;
        };
        if let Some(why) = delivery::hindered(bench, self.endpoints, PLACE, "webhook") {
            section.not_checked(PLACE, why);
            return taken;
        }
        let Some(endpoint) = bench.context.webhook.clone() else {
            section.not_checked(PLACE, "its secret has not the form of one, see above");
            return taken;
        };
        let prepared = match delivery::object(&mut self.trial, self.made, subject).await {
            Ok(prepared) => prepared,
            Err(why) => {
                section.not_checked(PLACE, format!("there is no {subject} to deliver about: {why}"));
                return taken;
            }
        };
        let listed = bench.listed.contains(&subject);
        if listed {
            of_effects.not_checked(
                &format!("[effects.{subject}]"),
                "whether the count moves: that would use up an object of the list",
            );
        } else if moves_a_count(kind) {
            taken.watched = effects::ready(bench, self.watched, taken.kind, &prepared.own, of_effects).await;
        }
        let sent = match self.trial.deliver(kind, &prepared, Signed::Right).await {
            Ok(sent) => sent,
            Err(why) => {
                section.not_checked(PLACE, why);
                return taken;
            }
        };
        let what = if listed {
            format!("good {kind} about an object that nobody made")
        } else {
            format!("good {kind}")
        };
        let asked = Asked {
            place: PLACE,
            what: &what,
            variable: &endpoint.variable,
        };
        match delivery::good(section, asked, &sent) {
            Ok(()) => taken.taken = true,
            Err(finding) if finding.code == crate::transcript::look::Code::DeliveryRefused => {
                delivery::closer(bench, &mut self.trial, &prepared, finding, section).await;
            }
            Err(finding) => section.finding(Standing::Problem, finding),
        }
        taken.sent = Some(sent);
        taken
    }

    /// A forged delivery about an object of its own.
    async fn forged(&mut self, taken: &Taken, section: &mut Section) {
        const PLACE: &str = "[webhook]";
        let Some(sent) = taken.sent_and_taken() else {
            section.not_checked(
                PLACE,
                "no good delivery was taken, so that a forged one is refused would say nothing",
            );
            return;
        };
        let Some(kind) = sent.kind else { return };
        let prepared = match delivery::object(&mut self.trial, self.made, taken.subject).await {
            Ok(prepared) => prepared,
            Err(why) => {
                section.not_checked(
                    PLACE,
                    format!("there is no {} to deliver about: {why}", taken.subject),
                );
                return;
            }
        };
        match self.trial.deliver(kind, &prepared, Signed::Forged).await {
            Ok(forged) => {
                let count = if taken.watched {
                    self.count(taken.kind, &prepared.own).await
                } else {
                    None
                };
                delivery::forged(section, &forged, count);
            }
            Err(why) => section.not_checked(PLACE, why),
        }
    }

    /// The count once it has had time to move.
    async fn count(&self, kind: crate::transcript::observation::EffectKind, reference: &str) -> Option<u64> {
        let context = &self.bench.context;
        let counts_lines =
            self.bench.config.effects.iter().any(|(subject, effect)| {
                effects::kind(*subject) == kind && matches!(effect, Effect::Log { .. })
            });
        let waits = if counts_lines { 8 } else { 4 };
        let mut count = None;
        for _ in 0..waits {
            tokio::time::sleep(context.profile.settle_poll()).await;
            let read = context
                .effects
                .try_read(&self.bench.scope, kind, reference, Moment::After)
                .await;
            count = read.and_then(Result::ok).map(|reading| reading.count);
            if count != Some(0) {
                break;
            }
        }
        count
    }

    async fn callback(&mut self, section: &mut Section, of_effects: &mut Section) {
        const PLACE: &str = "[recurring]";
        let bench = self.bench;
        let Some(endpoint) = bench.context.callback.clone() else {
            return;
        };
        if let Some(why) = delivery::hindered(bench, self.endpoints, PLACE, "recurring") {
            section.not_checked(PLACE, why);
            return;
        }
        if !bench
            .config
            .capabilities
            .recurring
            .contains(&crate::config::declaration::CallbackStyle::Json)
        {
            section.not_checked(
                PLACE,
                "callbacks in JSON are not declared; those as forms are tried in the run",
            );
            return;
        }
        let subject = Subject::Subscription;
        let prepared = match delivery::object(&mut self.trial, self.made, subject).await {
            Ok(prepared) => prepared,
            Err(why) => {
                section.not_checked(
                    PLACE,
                    format!("there is no subscription to call back about: {why}"),
                );
                return;
            }
        };
        let kind = effects::kind(subject);
        let watched = !bench.listed.contains(&subject)
            && effects::ready(bench, self.watched, kind, &prepared.own, of_effects).await;
        let sent = match self.trial.call_back(&prepared).await {
            Ok(sent) => sent,
            Err(why) => {
                section.not_checked(PLACE, why);
                return;
            }
        };
        let asked = Asked {
            place: PLACE,
            what: "good callback",
            variable: &endpoint.variable,
        };
        match delivery::good(section, asked, &sent) {
            Ok(()) if watched => effects::moved(bench, kind, &sent, false, of_effects).await,
            Ok(()) => {}
            Err(finding) => section.finding(Standing::Problem, finding),
        }
    }
}
