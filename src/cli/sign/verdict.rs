//! What a check found out, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

/// A check of one request, step by step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The steps, each with its name.
    pub steps: Vec<(&'static str, String)>,
    /// Why the request is not valid; empty when it is.
    pub wrong: Vec<String>,
    /// What explains it.
    pub findings: Vec<Finding>,
    /// What could not be explained.
    pub open: Vec<String>,
    /// Whether a value that the receiver's own code computed differs from what is expected.
    pub differs: bool,
    /// Facts for programs. No expected signature stands there: documents end up in logs.
    pub facts: serde_json::Map<String, Value>,
}

/// A mistake that leads to a value that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whose value it explains: `given` or `computed`.
    pub of: &'static str,
    /// What was done.
    pub mistake: String,
    /// What to look for.
    pub look_for: String,
}

impl Verdict {
    /// Adds a step.
    pub fn step(&mut self, name: &'static str, text: impl Into<String>) {
        self.steps.push((name, text.into()));
    }

    /// Adds a finding about a value whose findings begin at `from`. Mistakes with one remedy, which this request
    /// cannot tell apart, become one finding.
    pub fn find(&mut self, from: usize, finding: Finding) {
        let alike = |known: &&mut Finding| known.look_for == finding.look_for;
        match self.findings.iter_mut().skip(from).find(alike) {
            Some(known) => {
                known.mistake = format!(
                    "{}, or (this request cannot tell) {}",
                    known.mistake, finding.mistake
                );
            }
            None => self.findings.push(finding),
        }
    }

    /// Adds a fact for programs.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// Whether a receiver may act on the request.
    pub fn is_valid(&self) -> bool {
        self.wrong.is_empty()
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, words) in &self.steps {
            let mut lines = words.lines();
            let _ = writeln!(text, "{name:<11} {}", lines.next().unwrap_or_default());
            for line in lines {
                let _ = writeln!(text, "{:<11} {line}", "");
            }
        }
        if self.is_valid() && self.differs {
            text.push_str("\nThe request is VALID; the value that your code computed is not.\n");
        } else if self.is_valid() {
            let _ = writeln!(text, "\nVALID");
        } else {
            let _ = writeln!(text, "\nNOT VALID");
            for wrong in &self.wrong {
                let _ = writeln!(text, "  {wrong}");
            }
        }
        for finding in &self.findings {
            let _ = writeln!(
                text,
                "\nThe {} value is what comes out when {}.\n  {}",
                finding.of, finding.mistake, finding.look_for
            );
        }
        for open in &self.open {
            let _ = writeln!(text, "\n{open}");
        }
        text
    }

    /// For programs.
    pub fn document(&self) -> Value {
        let steps: Vec<&str> = self.steps.iter().map(|(name, _)| *name).collect();
        json!({
            "format": 1,
            "valid": self.is_valid(),
            "computed_differs": self.differs,
            "wrong": self.wrong,
            "findings": self.findings,
            "not_explained": self.open,
            "steps": steps,
            "facts": self.facts,
        })
    }
}
