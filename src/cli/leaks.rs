//! `leaks`: whether a folder shows a secret of the partner, before it is passed on.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{args::LeaksArguments, assemble, error::CliError, exit::Exit, output};
use crate::{
    config::{host::Host, partner::Config},
    evidence::{
        leaks::{self, Place},
        text::TerminalText,
    },
    transcript::{mask::Learned, recorder::Recorder},
};

/// Folders within folders; a bundle of shards has two.
const DEEPEST: usize = 8;

/// Searches every file of a folder for the secrets of a partner's file.
pub fn leaks(arguments: &LeaksArguments, host: &Host) -> Result<Exit, CliError> {
    let config = Config::load(&arguments.partner, host)?;
    let recorder = Recorder::forgetful(host.clock.clone());
    assemble::teach(&recorder, &config);
    let secrets = config.secrets();
    if secrets.is_empty() {
        return Err(CliError::Usage(format!(
            "{} names no secret, so there is nothing to search for",
            arguments.partner.display()
        )));
    }
    let short: Vec<String> = secrets
        .into_iter()
        .filter(|(label, secret)| recorder.learn(label, secret.expose().as_bytes()) != Learned::Anywhere)
        .map(|(label, _)| label)
        .collect();
    let files = files(&arguments.folder)?;
    let search = |bytes: &[u8]| recorder.leaks(bytes);
    let mut places: Vec<Place> = Vec::new();
    let mut bytes = 0;
    for path in &files {
        let name = path.strip_prefix(&arguments.folder).unwrap_or(path);
        let name = recorder.mask(&name.to_string_lossy()).text;
        let (sized, found) = leaks::in_file(path, &name, &search).map_err(|error| CliError::File {
            path: path.clone(),
            error,
        })?;
        bytes += sized.size;
        places.extend(found);
    }
    let text = if arguments.json {
        output::json(&json!({
            "clean": places.is_empty(),
            "files": files.len(),
            "bytes": bytes,
            "secrets": recorder.labels(),
            "too_short": short,
            "places": places,
        }))
    } else {
        told(&places, files.len(), bytes, &recorder.labels(), &short)
    };
    output::print(&text)?;
    Ok(if places.is_empty() {
        Exit::Success
    } else {
        Exit::BrokenEvidence
    })
}

fn told(places: &[Place], files: usize, bytes: u64, labels: &[String], short: &[String]) -> String {
    let mut text = format!(
        "{files} files with {bytes} bytes were searched for: {}\n",
        labels.join(", ")
    );
    if !short.is_empty() {
        let _ = writeln!(
            text,
            "too short to be told from other text, so only searched for as words or not at all: {}",
            short.join(", ")
        );
    }
    for place in places {
        let _ = writeln!(
            text,
            "{}",
            TerminalText::line(&format!("{}: {place}", place.file)).as_str()
        );
    }
    text.push_str(if places.is_empty() {
        "none of them is shown\n"
    } else {
        "do not pass this folder on; what it shows has to be replaced where it is used\n"
    });
    text
}

/// Every file below a folder, in the order of their names. Links are not followed.
fn files(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let unreadable = |error| CliError::File {
            path: folder.clone(),
            error,
        };
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() && depth < DEEPEST {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                files.push(entry.path());
            } else {
                return Err(CliError::Usage(format!(
                    "{} is a link, something special or too deep, and is not searched; take it away first",
                    entry.path().display()
                )));
            }
        }
    }
    files.sort();
    Ok(files)
}
