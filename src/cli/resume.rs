//! `run --resume`: a run whose process was killed is judged as far as it came.

use std::path::Path;

use super::{
    assemble, bundle_folder,
    error::CliError,
    output,
    run::{Done, finish},
};
use crate::{
    config::{host::Host, partner::Config},
    evidence::files::{MANIFEST, TRANSCRIPT},
    transcript::{
        reader::Reader,
        record::{Event, RunStarted},
        recorder::Recorder,
    },
};

/// Ends the transcript of a folder as interrupted, judges it, and writes its bundle. Examples that had
/// not finished end as errors: nothing is claimed for them, and nothing recorded is lost. The secrets of the killed
/// process are gone with it; a partner's file brings those back that the bundle is searched for.
pub fn resume(folder: &Path, partner: Option<&Path>, host: &Host) -> Result<Done, CliError> {
    bundle_folder::existing(folder)?;
    let transcript = folder.join(TRANSCRIPT);
    if !transcript.is_file() {
        return Err(CliError::Usage(format!(
            "{} holds no {TRANSCRIPT}; name the folder of a run",
            folder.display()
        )));
    }
    if folder.join(MANIFEST).exists() {
        return Err(CliError::Usage(format!(
            "{} is a bundle already, and resuming would change it; `verify` checks it",
            folder.display()
        )));
    }
    let config = partner.map(|file| Config::load(file, host)).transpose()?;
    let recorder = Recorder::resume(&transcript, host.clock.clone())?;
    match &config {
        Some(config) => assemble::teach(&recorder, config),
        None => output::complain(
            "the bundle is not searched for secrets, because --partner names no file with them; `leaks` does that \
             afterwards",
        ),
    }
    recorder.record(None, Event::Interrupted);
    let started = first(&transcript)?;
    finish(&recorder, started, folder)
}

fn first(transcript: &Path) -> Result<RunStarted, CliError> {
    let record = Reader::open(transcript)?.next_record()?;
    match record.map(|record| record.event) {
        Some(Event::RunStarted(started)) => Ok(*started),
        _ => Err(CliError::Undetermined(
            "the transcript does not begin with the start of a run".to_owned(),
        )),
    }
}
