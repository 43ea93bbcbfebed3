//! The end: the file is written, read by the reader of every run, and what comes next is said.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
};

use super::{answers::Answers, render};
use crate::{
    cli::{error::CliError, output},
    config::{host::Host, partner::Config},
    evidence::text::TerminalText,
};

/// Whether there is a file that must not be replaced.
pub fn is_free(path: &Path, replace: bool) -> Result<(), CliError> {
    if path.symlink_metadata().is_ok() && !replace {
        return Err(taken(path));
    }
    Ok(())
}

fn taken(path: &Path) -> CliError {
    CliError::Usage(format!(
        "{} is there already and was left alone; give another name with --out, or --replace",
        path.display()
    ))
}

/// Proves that the file is valid, writes it, and reads it again as a run would.
pub fn write(path: &Path, answers: &Answers, replace: bool, host: &Host) -> Result<(), CliError> {
    let text = render::page(answers).text();
    let host = with_stand_ins(answers, host);
    let folder = path.parent().unwrap_or(Path::new(""));
    Config::from_text_in(&text, &path.display().to_string(), folder, &host)?;
    let failed = |error: io::Error| CliError::File {
        path: path.to_owned(),
        error,
    };
    let mut options = OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => failed(error),
    })?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Config::load(path, &host)?;
    Ok(())
}

/// The surroundings with something in every variable that the file names: whether they are set is no question of the
/// file.
pub fn with_stand_ins(answers: &Answers, host: &Host) -> Host {
    let mut host = host.clone();
    for (name, _) in answers.variables() {
        let value = host.environment.entry(name).or_default();
        if value.trim().is_empty() {
            "stands-in".clone_into(value);
        }
    }
    host
}

/// Says what was written and what comes next.
pub fn tell(path: &Path, answers: &Answers, notes: &[String], host: &Host) -> Result<(), CliError> {
    let path = path.display().to_string();
    let path = TerminalText::line(&path);
    let shown = if path.as_str().contains(' ') {
        format!("\"{}\"", path.as_str())
    } else {
        path.as_str().to_owned()
    };
    let mut text = String::new();
    if !notes.is_empty() {
        text.push_str("Seen:\n");
        for note in notes {
            let _ = writeln!(text, "  {note}");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{} is written and valid.", path.as_str());
    let unset: Vec<(String, &str)> = answers
        .variables()
        .into_iter()
        .filter(|(name, _)| {
            host.environment
                .get(name)
                .is_none_or(|value| value.trim().is_empty())
        })
        .collect();
    if unset.is_empty() && !answers.variables().is_empty() {
        text.push_str("Every variable that it names is set in this shell.\n");
    } else if !unset.is_empty() {
        text.push_str("\nThese variables must be set before a run; the values stand in no file:\n\n");
        for (name, what) in unset {
            let _ = writeln!(text, "    export {name}='…'    # {what}");
        }
    }
    let _ = write!(
        text,
        "\nNext:\n\n    senang-conformance doctor --partner {shown}\n    senang-conformance run --partner {shown} --mode smoke --clock compressed\n\n{}\n",
        advice(answers)
    );
    Ok(output::print(&text)?)
}

/// The section that unlocks most of what is still closed.
fn advice(answers: &Answers) -> &'static str {
    let has_log = answers.log.as_ref().is_some_and(|log| !log.is_guess);
    if answers.effects.is_empty() {
        "Without [effects] only HTTP answers are seen, and many cases stay inconclusive: add [effects.order] first."
    } else if !has_log {
        "Without [log] the LOG cases stay inconclusive: add it next. Examples stand in the file."
    } else {
        "Sections that are not filled in yet stand in the file as examples, each with what it decides."
    }
}
