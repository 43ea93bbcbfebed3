//! The real way through: feature text in, bundle out, by the product's own plan, runner, recorder,
//! deliverer, judge and writers.

use std::{fmt::Write as _, net::SocketAddr, num::NonZeroU32, path::Path, sync::Arc, time::Duration};

use senang_conformance::{
    actors::deliverer::{client::Deliverer, options::DelivererOptions},
    cli::{
        args::{ClockChoice, Selection},
        assemble,
        console::Console,
        prepare::{self, Profiles},
        run::finish,
    },
    config::{
        host::{Host, Terminal},
        partner::Config,
    },
    contract::rulebook::Rulebook,
    plan::filter::Mode,
    runner::{attempt::Shared, run, table::StepTable},
    suite::{embedded, read::Suite},
    transcript::{
        format::{TRANSCRIPT, TRANSCRIPT_FORMAT},
        provenance::Assurance,
        record::{Event, RunStarted},
        recorder::Recorder,
    },
    verdict::lattice::RunOutcome,
};

use crate::contenders::Failure;

/// Rows of one generated file: as many as the product's own files may have.
const ROWS: usize = 200;

/// A case whose entry in the rulebook asks for nothing but webhooks and looks at nothing but answers.
const LIKE: &str = "WH-DEL-10";

/// Name and value of the variable that the partner's file refers to.
pub(crate) const SECRET: (&str, &str) = (
    "BENCH_SECRET",
    "whsec_YSBrZXkgdGhhdCBpcyBsb25nIGVub3VnaCBmb3IgaXQ=",
);

/// Runs so many examples and leaves the bundle in `folder`.
pub(crate) async fn run(
    server: SocketAddr,
    examples: usize,
    reuse_connections: bool,
    folder: &Path,
) -> Result<(), Failure> {
    let mut host = Host::read();
    host.terminal = Terminal::default();
    host.environment.insert(SECRET.0.to_owned(), SECRET.1.to_owned());
    let config = Config::from_str(&partner_file(server), "bench", &host)?;
    let profiles = Profiles::load(&[], ClockChoice::Real)?;
    let table = Arc::new(StepTable::default());
    let (suite, rulebook) = generated(examples)?;
    let selection = Selection {
        area: Vec::new(),
        case: Vec::new(),
        mode: Mode::Certify,
    };
    let declared = prepare::declared(&config, &profiles);
    let plan = prepare::plan(&Arc::new(suite), &rulebook, &declared, &selection)?;

    let started = RunStarted {
        format: TRANSCRIPT_FORMAT,
        run_id: format!("cost-{examples}"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        build: None,
        suite_digest: plan.suite_digest().to_owned(),
        plan_digest: plan.digest().to_owned(),
        seed: 1,
        started_at: host.clock.rfc3339(),
        mode: Mode::Certify.name().to_owned(),
        not_certifiable: vec!["loopback".to_owned(), "plain http".to_owned()],
        assurance: Assurance::SelfRun,
        challenge: None,
        witness: None,
        submission: None,
        shard: None,
        waivers: Vec::new(),
        configuration: config.masked(),
        profile: profiles.values(),
    };
    let transcript = folder.join(TRANSCRIPT);
    let recorder = Recorder::create(&transcript, host.clock.clone(), started.clone())?;
    assemble::teach(&recorder, &config);
    for entry in plan.entries() {
        recorder.record(None, Event::Planned(Box::new(entry.clone())));
    }
    let mut context = assemble::context(&config, &profiles, &recorder, None, &transcript, 1, &host)?;
    // A partner's file caps the pace; the yardstick has no cap.
    let options = DelivererOptions {
        connect_timeout: Duration::from_secs(5),
        per_second: NonZeroU32::MAX,
        reuse_connections,
        ..DelivererOptions::default()
    };
    context.deliverer = Deliverer::new(options, recorder.clone())?;
    let (sender, interrupt) = tokio::sync::watch::channel(false);
    let console = Console::new(&plan, &host.terminal, true);
    let shared = Shared {
        context: Arc::new(context),
        table,
        interrupt,
        deadline: Duration::from_secs(300),
        shuffle: None,
        listener: console.listener(),
    };
    run::run(&plan, shared).await;
    console.finish();
    drop(sender);
    let done = finish(&recorder, started, folder)?;
    if done.assessment.outcome == RunOutcome::Conformant && done.assessment.rows.len() == examples {
        Ok(())
    } else {
        Err(format!("the run ended {:?}", done.assessment.outcome).into())
    }
}

/// The file of a partner that takes webhooks at this server and shows nothing else.
pub(crate) fn partner_file(server: SocketAddr) -> String {
    format!(
        r#"
[partner]
id = "bench"
name = "Bench"
implementation = "yes-man"
version = "1"

[capabilities]
webhooks = ["payment.success"]

[webhook]
url = "http://{server}/hook"
secret_env = "BENCH_SECRET"

[references]
order = "first-sight"

[limits]
in_flight = 64
per_second = 10000
"#
    )
}

/// Feature files of one outline each with [`ROWS`] rows, and a rulebook that knows their cases.
fn generated(examples: usize) -> Result<(Suite, Rulebook), Failure> {
    let embedded_book = Rulebook::embedded().map_err(ToString::to_string)?;
    let template = embedded_book.case(&LIKE.parse()?).ok_or("the case is gone")?;
    let mut book = Rulebook {
        cases: Vec::new(),
        ..embedded_book.clone()
    };
    let mut files = Vec::new();
    for first in (0..examples).step_by(ROWS) {
        let number = files.len() + 1;
        let id = format!("WH-DEL-{number:02}");
        let mut text = format!(
            "Feature: Generated\n\n  @case:{id} @severity:required @clause:001:2.3 @defect:slow-sync-handler\n\
             \x20 Scenario Outline: Two deliveries are acknowledged\n\
             \x20   Given a pending order of 125.50 MYR\n\
             \x20   When a correctly signed payment.success is delivered\n\
             \x20   Then it is acknowledged in time\n\
             \x20   When a correctly signed payment.success is delivered\n\
             \x20   Then it is acknowledged in time\n\n\
             \x20   Examples:\n      | x | row |\n"
        );
        for row in 0..ROWS.min(examples - first) {
            writeln!(text, "      | r{row} | {} |", first + row)?;
        }
        let mut rule = template.clone();
        rule.id = id.parse()?;
        book.cases.push(rule);
        files.push((format!("generated/{number:02}.feature"), text));
    }
    let mut suite = Suite::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))?;
    // `verify` takes bundles of this very suite alone.
    suite.digest = embedded::digest();
    Ok((suite, book))
}
