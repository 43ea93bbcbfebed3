//! The folder that a command was given, where it is not what it should be: said before anything is read from it.

use std::path::Path;

use super::error::CliError;
use crate::{
    evidence::{files, submission::read_name},
    verify::{integrity, merged, submission},
};

/// A folder that is there.
pub fn existing(folder: &Path) -> Result<(), CliError> {
    if folder.is_dir() {
        return Ok(());
    }
    let shown = folder.display();
    Err(CliError::Usage(if folder.exists() {
        format!("{shown} is a file; name the folder of a run, such as reports/<run-id>")
    } else {
        format!("there is no folder {shown}; name that of a run, such as reports/<run-id>")
    }))
}

/// A folder in which there is something of a run. What holds folders of runs is not one itself.
pub fn of_a_run(folder: &Path) -> Result<(), CliError> {
    existing(folder)?;
    let within = |name: &str| folder.join(name).symlink_metadata().is_ok();
    if within(files::MANIFEST) || within(files::TRANSCRIPT) || submission::is_submission(folder) {
        return Ok(());
    }
    let runs = integrity::entries(folder).unwrap_or_default();
    let run = runs
        .iter()
        .rev()
        .map(|name| folder.join(name))
        .find(|inner| inner.join(files::MANIFEST).is_file());
    match run {
        Some(run) => Err(CliError::Usage(format!(
            "{} holds folders of runs; name one of them, such as {}",
            folder.display(),
            run.display()
        ))),
        None => Ok(()),
    }
}

/// A folder of one run, for a command that can do nothing with several.
pub fn of_one_run(folder: &Path) -> Result<(), CliError> {
    of_a_run(folder)?;
    let shown = folder.display();
    if submission::is_submission(folder) {
        let last = integrity::entries(folder)
            .unwrap_or_default()
            .into_iter()
            .filter(|name| read_name(name).is_some())
            .max();
        let such = last.map_or_else(String::new, |name| {
            format!(", such as {}", folder.join(name).display())
        });
        return Err(CliError::Usage(format!(
            "{shown} is a submission with all its attempts; name one of them{such}"
        )));
    }
    if merged::is_merged(folder) {
        return Err(CliError::Usage(format!(
            "{shown} is a merged run; name the bundle of one of its shards"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<(), CliError>) -> String {
        match result {
            Err(CliError::Usage(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_folder_of_a_run_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert!(refused(existing(&path.join("nope"))).contains("there is no folder"));
        std::fs::write(path.join("file"), "").unwrap();
        assert!(refused(existing(&path.join("file"))).contains("is a file"));
        of_one_run(path).unwrap();
    }

    #[test]
    fn the_last_attempt_of_a_submission_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["attempt-0001-a", "attempt-0002-b"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let told = refused(of_one_run(folder.path()));
        assert!(
            told.contains("is a submission")
                && told.contains("attempt-0002-b")
                && !told.contains("attempt-0001"),
            "{told}"
        );
    }
}
