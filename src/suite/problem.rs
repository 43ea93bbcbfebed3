//! What is wrong with feature files, with file and line.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, below `features/` or as given.
    pub file: String,
    /// The line, from 1; 0 when it concerns no line.
    pub line: usize,
    /// What is wrong and how to put it right.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.text)
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.text)
        }
    }
}

/// The feature files cannot be used; every problem is listed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the feature files have problems:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct SuiteError(pub Vec<Problem>);

/// Collects problems of one file.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    file: &'a str,
    found: &'a mut Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(super) fn of(file: &'a str, found: &'a mut Vec<Problem>) -> Self {
        Self { file, found }
    }

    pub(super) fn add(&mut self, line: usize, text: impl Into<String>) {
        self.found.push(Problem {
            file: self.file.to_owned(),
            line,
            text: text.into(),
        });
    }
}
