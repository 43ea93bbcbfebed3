//! A folder of a run, as a reader finds it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::Value;

use crate::program::{Finished, PROGRAM, Program};

/// The files of every bundle.
pub(crate) const FILES: [&str; 8] = [
    "exchanges.har",
    "junit-strict.xml",
    "junit.xml",
    "manifest.json",
    "messages.ndjson",
    "report.html",
    "results.json",
    "transcript.ndjson",
];

/// The folder.
pub(crate) struct Bundle(PathBuf);

impl Bundle {
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn results(&self) -> Value {
        serde_json::from_slice(&self.bytes("results.json")).unwrap()
    }

    /// The lines of the transcript; each must be whole.
    pub(crate) fn records(&self) -> Vec<Value> {
        let text = self.text("transcript.ndjson");
        assert!(text.ends_with('\n'), "the last line is torn");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The program's own opinion of the bundle.
    pub(crate) fn verify(&self) -> Finished {
        Program::new(&self.0, PROGRAM, "verify").arg(&self.0).run()
    }

    /// A copy below another folder.
    pub(crate) fn copied(&self, to: &Path) -> Self {
        fs::create_dir_all(to).unwrap();
        for name in self.files() {
            fs::copy(self.path(&name), to.join(name)).unwrap();
        }
        Self::at(to)
    }

    /// Examples that were selected, with what became of them.
    pub(crate) fn verdicts(&self) -> BTreeMap<String, String> {
        let results = self.results();
        let lines = results["examples"].as_array().unwrap().iter();
        lines
            .filter(|line| line["selection"] == "selected")
            .map(|line| {
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                (word(&line["example"]), word(&line["result"]["verdict"]))
            })
            .collect()
    }

    /// Examples with a verdict.
    pub(crate) fn with(&self, verdict: &str) -> Vec<String> {
        let verdicts = self.verdicts().into_iter();
        verdicts
            .filter(|(_, found)| found == verdict)
            .map(|(example, _)| example)
            .collect()
    }

    /// How many examples could not be decided because this machine has no Chromium; nothing else may be undecided.
    pub(crate) fn without_browser(&self) -> usize {
        let undecided = self.with("inconclusive");
        for example in &undecided {
            assert!(example.starts_with("EMB-05/"), "{example} is inconclusive");
        }
        undecided.len()
    }

    /// A JUnit file as an independent reader sees it. That reader wants a zone behind every timestamp, which
    /// the schemas forbid in the strict file.
    pub(crate) fn junit(&self, name: &str) -> Report {
        let zoneless = regex::Regex::new(r#"( timestamp="[0-9T:-]+)""#).unwrap();
        let text = self.text(name);
        Report::deserialize_from_str(&zoneless.replace_all(&text, "${1}Z\"")).unwrap()
    }

    /// The cases of a JUnit file by their example.
    pub(crate) fn cases(&self, name: &str) -> BTreeMap<String, TestCase> {
        let suites = self.junit(name).test_suites.into_iter();
        suites
            .flat_map(|suite| suite.test_cases)
            .map(|case| {
                let example = case.name.as_str().split(' ').next().unwrap().to_owned();
                (example, case)
            })
            .collect()
    }
}

/// What colour a case has in CI, with what stands behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Green,
    Failure(String),
    Error(String),
    Skipped(String),
}

impl Colour {
    /// With type of failures and errors, and the message of what was skipped.
    pub(crate) fn of(case: &TestCase) -> Self {
        let text = |text: &Option<quick_junit::XmlString>| {
            text.as_ref()
                .map_or_else(String::new, |text| text.as_str().to_owned())
        };
        match &case.status {
            TestCaseStatus::Success { .. } => Self::Green,
            // Schemas allow no message here; the text says it then.
            TestCaseStatus::Skipped {
                message: None,
                description,
                ..
            } => Self::Skipped(text(description)),
            TestCaseStatus::Skipped { message, .. } => Self::Skipped(text(message)),
            TestCaseStatus::NonSuccess { kind, ty, .. } => match kind {
                NonSuccessKind::Failure => Self::Failure(text(ty)),
                NonSuccessKind::Error => Self::Error(text(ty)),
            },
        }
    }
}
