//! `support`: what support asks for, taken from a bundle.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    args::SupportArguments, assemble, bundle_folder, error::CliError, exit::Exit, judged::judge_file, output,
};
use crate::{
    config::{host::Host, partner::Config},
    evidence::{
        files, leaks,
        support::{
            gather::{Gatherer, Wanted},
            told,
        },
    },
    transcript::{reader::Reader, recorder::Recorder},
    verify::{judging::JudgingError, whole::verify as verify_bundle},
};

/// The document for programs.
const JSON: &str = "support.json";
/// The document for people.
const MARKDOWN: &str = "support.md";

/// Writes a support request.
pub fn support(arguments: &SupportArguments, host: &Host) -> Result<Exit, CliError> {
    bundle_folder::of_one_run(&arguments.folder)?;
    if arguments.description.trim().is_empty() {
        return Err(CliError::Usage(
            "--description is empty; say in a sentence what the issue is".to_owned(),
        ));
    }
    let recorder = Recorder::forgetful(host.clock.clone());
    if let Some(partner) = &arguments.partner {
        assemble::teach(&recorder, &Config::load(partner, host)?);
    }
    let targets = targets(arguments)?;
    verify_bundle(&arguments.folder, &judge_file, &[])?;
    let transcript = arguments.folder.join(files::TRANSCRIPT);
    let judged =
        judge_file(&transcript).map_err(|error: JudgingError| CliError::Undetermined(error.to_string()))?;
    let wanted = Wanted {
        cases: arguments.case.clone(),
        events: arguments.event.clone(),
    };
    for name in &wanted.cases {
        let mut rows = judged.assessment.rows.iter();
        if !rows.any(|row| row.entry.case().as_str() == name || row.entry.example.as_str() == name) {
            return Err(CliError::Usage(format!(
                "no case or example of this run is called {name:?}"
            )));
        }
    }
    let mut gatherer = Gatherer::new(&judged.started, &judged.assessment, &wanted);
    let mut reader = Reader::open(&transcript)?;
    while let Some(record) = reader.next_record()? {
        gatherer.see(&record);
    }
    let missing = gatherer.not_found();
    if !missing.is_empty() {
        return Err(CliError::Usage(format!(
            "no message of this run carries the event id {}",
            missing.join(", ")
        )));
    }
    let support = gatherer.finish(&judged.assessment, &judged.head, &arguments.description);
    let search = |bytes: &[u8]| recorder.leaks(bytes);
    let mut written = Vec::new();
    for (path, name) in targets {
        let text = if name == JSON {
            output::json(&support)
        } else {
            told(&support)
        };
        let places = leaks::in_bytes(name, text.as_bytes(), &search);
        if !places.is_empty() {
            return Err(crate::evidence::bundle::BundleError::Secret {
                file: name.to_owned(),
                places,
            }
            .into());
        }
        written.push((path, text));
    }
    for (path, text) in &written {
        write(path, text)?;
    }
    let names: Vec<String> = written
        .iter()
        .map(|(path, _)| path.display().to_string())
        .collect();
    output::print(&format!(
        "{} samples of {} events are in {}\n",
        support.samples.len(),
        support.event_ids.len(),
        names.join(" and ")
    ))?;
    if support.samples.is_empty() {
        output::complain("no example of this run failed; name cases or events to have samples of them");
    }
    if support.api_key_reference.is_none() {
        output::complain(
            "support asks for a partial reference of the API key: set api_key_reference in [partner]",
        );
    }
    Ok(Exit::Success)
}

/// Where what is written: one file, or both in a folder. Nothing is overwritten, and nothing goes into the bundle,
/// which would no longer hold.
fn targets(arguments: &SupportArguments) -> Result<Vec<(PathBuf, &'static str)>, CliError> {
    let out = &arguments.out;
    let ending = out.extension().and_then(|ending| ending.to_str());
    let targets = match ending {
        Some("json") => vec![(out.clone(), JSON)],
        Some("md") => vec![(out.clone(), MARKDOWN)],
        _ => vec![(out.join(JSON), JSON), (out.join(MARKDOWN), MARKDOWN)],
    };
    let bundle = fs::canonicalize(&arguments.folder).map_err(|error| CliError::File {
        path: arguments.folder.clone(),
        error,
    })?;
    for (path, _) in &targets {
        if path.exists() {
            return Err(CliError::Usage(format!("{} is there already", path.display())));
        }
        let mut parents = path.ancestors().skip(1);
        let nearest = parents.find_map(|parent| {
            let parent = if parent == Path::new("") {
                Path::new(".")
            } else {
                parent
            };
            fs::canonicalize(parent).ok()
        });
        if nearest.is_some_and(|parent| parent.starts_with(&bundle)) {
            return Err(CliError::Usage(format!(
                "{} is in the bundle, which would no longer hold; name another place",
                path.display()
            )));
        }
    }
    Ok(targets)
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |error| CliError::File {
        path: path.to_owned(),
        error,
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}
