//! The command: ask, look, write, say what comes next.

use std::path::Path;

use super::{
    arguments::InitArguments,
    asker::{Asker, Stop},
    finish,
    questions::Interview,
    source::Source,
};
use crate::{
    cli::{error::CliError, exit::Exit, interrupt, output},
    config::host::Host,
};

/// Writes a first file.
pub async fn init(arguments: &InitArguments, host: &Host) -> Result<Exit, CliError> {
    finish::is_free(&arguments.out, arguments.replace)?;
    let asks = host.terminal.asks && !arguments.no_questions;
    let mut interview = Interview {
        arguments,
        host,
        source: Source::new(asks.then_some(Asker)),
        folder: arguments.out.parent().unwrap_or(Path::new("")).to_owned(),
    };
    interview.source.say(
        "This writes the file that says what your integration does. Enter takes what stands in brackets; Ctrl-C ends it,\n\
         and nothing is written. Everything can be changed in the file later.\n\n== Who you are",
    );
    let mut interrupt = interrupt::interrupt();
    let answered = tokio::select! {
        _ = interrupt.wait_for(|interrupted| *interrupted) => {
            output::complain("\ninterrupted; no file was written");
            return Ok(Exit::Interrupted);
        }
        answered = Box::pin(interview.all()) => answered,
    };
    let answers = match answered {
        Ok(answers) => answers,
        Err(Stop::Told(error)) => return Err(error),
        Err(Stop::Ended) => {
            output::complain("\nstandard input ended before the last question; no file was written");
            return Ok(Exit::Interrupted);
        }
    };
    finish::write(&arguments.out, &answers, arguments.replace, host)?;
    interview.source.say("");
    finish::tell(&arguments.out, &answers, interview.source.notes(), host)?;
    Ok(Exit::Success)
}
