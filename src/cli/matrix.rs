//! The kill matrix: every partner of a self-test with what the suite said about it.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::kills::{Kill, Red};

/// One partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `clean`, a defect, or a partner that is broken as a whole.
    pub partner: String,
    /// Outcome of its run.
    pub outcome: String,
    /// What the rulebook expects of it, and whether it came so.
    pub kills: Vec<Kill>,
    /// Everything red, whether expected or not.
    pub red: Vec<Red>,
    /// What is wrong with this line; empty when the suite proved itself on it.
    pub problems: Vec<String>,
}

/// The matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// All lines, the clean partner first.
    pub lines: Vec<Line>,
}

impl Matrix {
    /// Whether the suite proved itself on every partner.
    pub fn holds(&self) -> bool {
        self.lines.iter().all(|line| line.problems.is_empty())
    }

    /// The matrix as text, the same for the same behaviour.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let _ = writeln!(text, "{}: {}", line.partner, line.outcome);
            for (case, cell) in cells(line) {
                let _ = writeln!(text, "  {case:<11} {cell}");
            }
            for problem in &line.problems {
                let _ = writeln!(text, "  PROBLEM: {problem}");
            }
        }
        let killed = self
            .lines
            .iter()
            .filter(|line| !line.kills.is_empty() && line.problems.is_empty())
            .count();
        let defects = self.lines.iter().filter(|line| !line.kills.is_empty()).count();
        let _ = writeln!(
            text,
            "\n{killed} of {defects} defects killed for the reason named"
        );
        text
    }
}

/// Red cases: letters by their codes; an asterisk marks what the rulebook names.
fn cells(line: &Line) -> BTreeMap<String, String> {
    let named = |example: &str| {
        line.kills
            .iter()
            .any(|kill| matches!(kill, Kill::Killed { example: killed, .. } if killed == example))
    };
    let mut cases: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for red in &line.red {
        let (case, letter) = red.example.split_once('/').unwrap_or((&red.example, ""));
        let mark = if named(&red.example) { "*" } else { "" };
        let codes = red.codes.join("+");
        cases
            .entry(case.to_owned())
            .or_default()
            .entry(codes)
            .or_default()
            .push(format!("{letter}{mark}"));
    }
    cases
        .into_iter()
        .map(|(case, codes)| {
            let cell: Vec<String> = codes
                .into_iter()
                .map(|(codes, letters)| format!("{} {codes}", letters.join(" ")))
                .collect();
            (case, cell.join("; "))
        })
        .collect()
}
