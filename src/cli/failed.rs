//! `run --failed`: the examples of an earlier run that did not pass.

use std::path::Path;

use serde_json::Value;

use super::{bundle_folder, error::CliError};
use crate::{
    evidence::files,
    verify::{broken::Broken, integrity::read_whole},
};

/// Largest document that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Ids of the examples that were to run and did not pass, in the order of the plan. The bundle is not verified: what
/// comes of it only says what to run again.
pub fn examples(folder: &Path) -> Result<Vec<String>, CliError> {
    bundle_folder::of_one_run(folder)?;
    let bytes = read_whole(folder, files::RESULTS, LARGEST).map_err(|broken| match broken {
        Broken::Missing { .. } => CliError::Usage(format!(
            "{} holds no {}; name the folder of a run that has ended",
            folder.display(),
            files::RESULTS
        )),
        broken => broken.into(),
    })?;
    let results: Value = serde_json::from_slice(&bytes).map_err(|error| {
        CliError::Usage(format!(
            "{} is no document of results: {error}",
            folder.join(files::RESULTS).display()
        ))
    })?;
    let lines = results["examples"].as_array().map_or(&[][..], Vec::as_slice);
    let failed: Vec<String> = lines
        .iter()
        .filter(|line| line["selection"] == "selected" && line["result"]["verdict"] != "pass")
        .filter_map(|line| line["example"].as_str().map(str::to_owned))
        .collect();
    if failed.is_empty() {
        return Err(CliError::Usage(format!(
            "every example that ran in {} passed; there is nothing to run again",
            folder.display()
        )));
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(results: &str) -> Result<Vec<String>, CliError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(files::RESULTS), results).unwrap();
        examples(folder.path())
    }

    #[test]
    fn whatever_ran_and_did_not_pass_is_run_again() {
        let results = r#"{"examples": [
            {"example": "A-B-01/a", "selection": "selected", "result": {"verdict": "pass"}},
            {"example": "A-B-01/b", "selection": "selected", "result": {"verdict": "fail"}},
            {"example": "A-B-02/a", "selection": "selected", "result": {"verdict": "inconclusive"}},
            {"example": "A-B-03/a", "selection": "excluded", "reason": "filter", "result": null},
            {"example": "A-B-04/a", "selection": "selected", "result": {"verdict": "error"}}
        ]}"#;
        assert_eq!(among(results).unwrap(), ["A-B-01/b", "A-B-02/a", "A-B-04/a"]);
        for nothing in ["{}", "[]", r#"{"examples": []}"#, "no json", ""] {
            assert!(matches!(among(nothing), Err(CliError::Usage(_))), "{nothing}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(examples(folder.path()), Err(CliError::Usage(_))));
    }
}
