//! Runs, waits for a change, and runs again.

use std::{path::Path, time::Duration};

use super::{changes::Changes, doors};
use crate::{
    cli::{
        args::RunArguments,
        entry::report,
        error::CliError,
        exit::Exit,
        interrupt, output,
        run::{Done, execute, order},
    },
    config::host::{Clock, Host},
    evidence::summary::in_short,
    verdict::result::Assessment,
};

/// Least time between the beginnings of two runs: their folders are named after the second.
const APART: Duration = Duration::from_millis(1_100);

/// Runs the same again and again, until it is interrupted. Interrupted in a run it ends as a run does; between two
/// runs with the exit of the last one.
pub async fn watch(arguments: &RunArguments, file: &Path, host: &Host) -> Result<Exit, CliError> {
    let mut changes = Changes::of(file, &arguments.watch.watch_path, &arguments.out)?;
    let mut interrupted = interrupt::interrupt();
    let mut before: Option<Assessment> = None;
    let mut exit;
    let mut first = true;
    loop {
        // Each run has a clock of its own, whose zero is its beginning.
        let host = Host {
            clock: Clock::start(),
            ..host.clone()
        };
        changes.forget();
        match Box::pin(execute(&order(arguments, &host), &host)).await {
            Ok(done) => {
                tell(&done, before.as_ref(), &host)?;
                exit = Exit::of(&done.assessment);
                if done.assessment.interrupted {
                    return Ok(exit);
                }
                before = Some(done.assessment);
            }
            // What is typed cannot change while it is watched, and what is wrong from the start is no change.
            Err(error) if first && !matches!(error, CliError::Unreachable { .. }) => return Err(error),
            Err(error) => {
                report(&error);
                exit = error.exit();
            }
        }
        first = false;
        let addresses = doors::addresses(file, &host);
        output::complain("waiting for the endpoint to come back or a file to change; Ctrl-C ends");
        let why = tokio::select! {
            path = changes.next() => format!("{} changed", path.display()),
            () = doors::back(&addresses) => "the endpoint is back".to_owned(),
            _ = interrupted.wait_for(|interrupted| *interrupted) => return Ok(exit),
        };
        tokio::time::sleep(APART.saturating_sub(Duration::from_micros(host.clock.now().0))).await;
        output::complain(&format!("\n{why}; running again"));
    }
}

fn tell(done: &Done, before: Option<&Assessment>, host: &Host) -> Result<(), CliError> {
    let folder = done.released.folder.display().to_string();
    let text = in_short(
        &done.started,
        &done.assessment,
        before,
        &folder,
        host.terminal.colour,
    );
    Ok(output::print(&text)?)
}
