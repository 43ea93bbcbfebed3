//! The folder of a run: one of its own, or that of the next attempt of a submission.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{error::CliError, run::Order};
use crate::{
    evidence::{
        files,
        submission::{PREFIX, fixed_by, folder_name, read_name},
    },
    transcript::{provenance::Submission, record::RunStarted},
};

/// Makes the folder of a run. In a submission it is that of the next attempt, which is bound to the one before.
pub fn folder(order: &Order, started: &mut RunStarted) -> Result<PathBuf, CliError> {
    let Some(submission) = &order.bound.submission else {
        let folder = order.out.join(&started.run_id);
        made(&folder)?;
        return Ok(folder);
    };
    made(submission)?;
    if submission.join(files::MANIFEST).exists() || submission.join(files::TRANSCRIPT).exists() {
        return Err(CliError::Usage(format!(
            "--submission {}: this is the folder of a run; name one that holds nothing but attempts",
            submission.display()
        )));
    }
    let before = attempts(submission)?;
    let last = before.last_key_value();
    let attempt = last.map_or(1, |(number, _)| number.saturating_add(1));
    let previous = last
        .map(|(number, name)| {
            fixed_by(&submission.join(name))?.ok_or_else(|| {
                CliError::Usage(format!(
                    "--submission {}: attempt {number} has no record at all, so nothing can follow it; remove its folder",
                    submission.display()
                ))
            })
        })
        .transpose()?;
    started.submission = Some(Submission { attempt, previous });
    let folder = submission.join(folder_name(attempt, &started.run_id));
    made(&folder)?;
    // Another run that began at the same moment took the same number; only one of the two may keep it.
    let same = listed(submission)?
        .into_iter()
        .filter(|(number, _)| *number == attempt);
    if same.count() > 1 {
        let _ = fs::remove_dir(&folder);
        return Err(CliError::Usage(format!(
            "--submission {}: another run began here at the same moment; start this one again",
            submission.display()
        )));
    }
    Ok(folder)
}

/// The folder of a run of which no example has begun. Unless one begins, the folder goes again: nothing could be
/// judged in it, so it is no attempt and hides none.
#[derive(Debug)]
pub struct Unbegun(Option<PathBuf>);

impl Unbegun {
    /// For a folder in which a transcript was just begun.
    pub fn new(folder: &Path) -> Self {
        Self(Some(folder.to_owned()))
    }

    /// The first example begins: from now on the folder stays, whatever happens.
    pub fn begins(&mut self) {
        self.0 = None;
    }
}

impl Drop for Unbegun {
    fn drop(&mut self) {
        let Some(folder) = self.0.take() else { return };
        // Nothing but the transcript was written; whatever else is there is not ours, and keeps the folder.
        let _ = fs::remove_file(folder.join(files::TRANSCRIPT));
        let _ = fs::remove_dir(&folder);
    }
}

/// The attempts that are there, without a gap.
fn attempts(submission: &Path) -> Result<BTreeMap<u32, String>, CliError> {
    let wrong = |why: String| CliError::Usage(format!("--submission {}: {why}", submission.display()));
    let mut attempts = BTreeMap::new();
    for (number, name) in listed(submission)? {
        // The folder of a run that ended before its first record; it goes only where it is empty.
        if fs::remove_dir(submission.join(&name)).is_ok() {
            continue;
        }
        if attempts.insert(number, name).is_some() {
            return Err(wrong(format!("attempt {number} is there twice")));
        }
    }
    let gap = (1_u32..)
        .zip(attempts.keys())
        .find(|(wanted, there)| wanted != *there);
    if let Some((missing, _)) = gap {
        return Err(wrong(format!(
            "attempt {missing} is missing; put it back, because every attempt belongs to a submission"
        )));
    }
    Ok(attempts)
}

fn listed(submission: &Path) -> Result<Vec<(u32, String)>, CliError> {
    let unreadable = |error| CliError::File {
        path: submission.to_owned(),
        error,
    };
    let mut listed = Vec::new();
    for entry in fs::read_dir(submission).map_err(unreadable)? {
        let name = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if !name.starts_with(PREFIX) {
            continue;
        }
        let Some((number, _)) = read_name(&name) else {
            return Err(CliError::Usage(format!(
                "--submission {}: {name:?} is not the name of an attempt; move it elsewhere",
                submission.display()
            )));
        };
        listed.push((number, name));
    }
    Ok(listed)
}

fn made(folder: &Path) -> Result<(), CliError> {
    let file = folder.ancestors().find(|above| above.is_file());
    if let Some(file) = file {
        return Err(CliError::Usage(format!(
            "{} is a file, so no folder {} can be made; name another folder",
            file.display(),
            folder.display()
        )));
    }
    fs::create_dir_all(folder).map_err(|error| CliError::File {
        path: folder.to_owned(),
        error,
    })
}
